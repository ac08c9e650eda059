"""The writing check beside the form."""

from __future__ import annotations

from typing import Literal

from banso.core.errors import NotFound
from banso.core.language import language_of as by_letters
from banso.review.drafts import DraftVersion
from banso.ui.inert import one_line
from banso.ui.markup import render
from banso.ui.services import Services
from banso.ui.texts import Text
from banso.writing.check import check, check_subject
from banso.writing.house import load_house
from banso.writing.mend import mended as mended_body
from banso.writing.mend import mended_subject
from banso.writing.texts.lookup import message
from banso.writing.types import Context

MOST = 30
MOSTLY = 0.25
"""Share of kana: the names at the head of an English mail to a Japanese company do not make it Japanese."""


def findings(services: Services, draft: DraftVersion, subject: str, body: str, t: Text) -> str:
    """What a careful colleague would remark on."""
    known = context(services, draft, body)
    found = [*check_subject(subject, known), *check(body, known)][:MOST]
    rows = [
        {
            "severity": finding.severity,
            "message": message(finding, t.language),
            "words": one_line(finding.found, 40),
            "instead": one_line(finding.fix or "", 40),
        }
        for finding in found
    ]
    return render("review/findings.html", t=t, findings=rows)


def mended(services: Services, draft: DraftVersion, subject: str, body: str) -> tuple[str, str]:
    """Subject and body with every safe fix."""
    known = context(services, draft, body)
    return mended_subject(subject, known), mended_body(body, known)


def language_of(body: str) -> Literal["ja", "en"]:
    """The language of a mail. A Japanese name in an English one makes it no Japanese mail."""
    return "ja" if by_letters(body, MOSTLY) == "ja" else "en"


def context(services: Services, draft: DraftVersion, body: str) -> Context:
    """Whom the mail is for, as the CRM knows it."""
    language = language_of(body)
    house = load_house(services.settings.data)
    try:
        account = services.crm.get(draft.account)
        contacts = services.crm.contacts(draft.account)
    except NotFound:
        return house.context(language)
    contact = next((c for c in contacts if c.email and c.email == draft.recipient), None)
    return house.addressed(account, contact, language, services.desk.clock().date())
