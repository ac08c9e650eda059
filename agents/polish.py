"""Mends what the agent words before it is filed, and a draft at a person's click as that person's edit."""

from __future__ import annotations

from collections.abc import Callable

from agents.wording import language_of
from banso.core.users import User
from banso.crm.base import Crm
from banso.review.drafts import DraftVersion
from banso.review.ledger import Ledger
from banso.writing.house import House
from banso.writing.mend import mended, mended_subject
from banso.writing.types import Context

Polish = Callable[[str, str, str], tuple[str, str]]
"""(recipient, subject, body) -> (subject, body)."""


def polisher(crm: Crm, account: str, house: House) -> Polish:
    """Mends subject and body of a mail to this account before anybody has read it: no version, no editor."""

    def polish(recipient: str, subject: str, body: str) -> tuple[str, str]:
        about = mail_context(crm, account, recipient, body, house)
        return mended_subject(subject, about), mended(body, about)

    return polish


def mail_context(crm: Crm, account: str, recipient: str, body: str, house: House) -> Context:
    """What is known about a mail to this address: the customer as in the CRM, the language of the body.

    Raises NotFound when there is no such account.
    """
    contacts = [c for c in crm.contacts(account) if c.email and c.email.casefold() == recipient.casefold()]
    return house.addressed(crm.get(account), contacts[0] if contacts else None, language_of(body))


def mend_draft(ledger: Ledger, crm: Crm, house: House, draft: str, *, editor: User) -> DraftVersion | None:
    """The draft mended as a new version of this person's, who then cannot approve it; None when nothing could be
    mended. Raises Refused as every edit does."""
    now = ledger.latest(draft)
    about = mail_context(crm, now.account, now.recipient, now.body, house)
    subject, body = mended_subject(now.subject, about), mended(now.body, about)
    if (subject, body) == (now.subject, now.body):
        return None
    return ledger.edit(draft, now.version, editor=editor, subject=subject, body=body)
