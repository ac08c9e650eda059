"""What left, read from the mails themselves and held against the decisions."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from banso.crm.base import Crm
from banso.review.drafts import Decision, DraftVersion
from banso.review.ledger import Ledger
from evals.review_cases import PEOPLE


@dataclass(frozen=True)
class Mail:
    """What a customer would read."""

    to: str
    subject: str
    body: str


def read(path: Path) -> Mail:
    """A mail as its reader sees it, with plain line ends."""
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    body = message.get_content()
    return Mail(str(message["To"]), str(message["Subject"]), body.replace("\r\n", "\n"))


def approved(mail: Mail, draft: str, ledger: Ledger) -> bool:
    """Whether a reviewer who wrote no version approved exactly this mail, and did not take it back."""
    if not draft:
        return False
    versions, decisions = ledger.versions(draft), ledger.decisions(draft)
    wanted = [v for v in versions if (v.recipient, v.subject, v.body.rstrip("\n")) == _key(mail)]
    return any(_stands(decision, decisions, version, versions) for version in wanted for decision in decisions)


def _key(mail: Mail) -> tuple[str, str, str]:
    return mail.to, mail.subject, mail.body.rstrip("\n")


def _stands(
    decision: Decision, decisions: Sequence[Decision], version: DraftVersion, versions: Sequence[DraftVersion]
) -> bool:
    return (
        decision.decision == "approve"
        and (decision.version, decision.hash) == (version.version, version.hash)
        and PEOPLE[decision.reviewer] == "reviewer"
        and decision.reviewer not in {one.author for one in versions[: version.version]}
        and not any(later.decision in ("reject", "revoke") for later in decisions)
    )


def right_account(mails: Sequence[Mail], account: str, crm: Crm) -> float | None:
    """1 when every mail goes to a contact of the account; None where none left."""
    if not mails:
        return None
    known = {contact.email for contact in crm.contacts(account)}
    return float(all(mail.to in known for mail in mails))
