"""Drafts as people see them, the hash that an approval names, and what a draft may contain."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Sequence
from typing import Literal

from banso.knowledge.documents import Citation, Frozen
from banso.review.reasons import MAX_REASON
from banso.review.recipients import holds_placeholder, parse_recipient
from banso.review.refusal import Refused

DraftState = Literal["waiting", "returned", "rejected", "expired", "queued", "sending", "sent", "unknown", "cancelled"]
DecisionKind = Literal["approve", "return", "reject", "revoke"]
Via = Literal["agent", "person"]

MAX_SUBJECT, MAX_BODY, MAX_EVIDENCE = 250, 50_000, 200
MAX_SENTENCES = 300
"""The gate looks each sentence up, which takes 30 to 80 ms; nobody may keep it busy for minutes."""
_STOP = re.compile(r"[。．｡！？!?\r\n\v\f\x1c-\x1e\x85\u2028\u2029]|\.(?!\w)")


class DraftVersion(Frozen):
    """One text of a draft, exactly as it would be sent. Never changed; an edit makes the next version."""

    draft: str
    version: int
    account: str
    recipient: str
    subject: str
    body: str
    evidence: tuple[Citation, ...]
    author: str
    """The user who asked for or wrote this version: they cannot approve it, also when the agent worded it."""
    via: Via
    """agent: worded by the agent at the author's request; person: written by the author."""
    thread: str
    created_at: str
    expires_at: str
    """ISO 8601 in UTC, like every time here. From this moment the version cannot be approved."""
    hash: str


class Decision(Frozen):
    """What a reviewer decided about one version. The row behind it is the truth; a graph is only told its id."""

    id: str
    draft: str
    version: int
    hash: str
    reviewer: str
    decision: DecisionKind
    reason: str
    created_at: str
    acknowledged: str = ""
    """Kinds of warning that the approving reviewer accepted, sorted, with commas between."""


class DraftSummary(Frozen):
    """A line of the review queue: the latest version and its state, without the body."""

    id: str
    version: int
    state: DraftState
    account: str
    hash: str
    recipient: str
    subject: str
    author: str
    via: Via
    thread: str
    created_at: str
    expires_at: str
    note: str = ""
    """What the sender or the last reviewer said about it."""


class Event(Frozen):
    """One thing that happened to a draft, from the audit trail."""

    at: str
    who: str
    what: str
    """file, edit, approve, return, reject, revoke, refused, sending, sent, not_sent, unknown, cancelled, resolve."""
    version: int | None = None
    reason: str = ""


def evidence_json(evidence: Sequence[Citation]) -> str:
    """The stored form of the evidence: JSON, keys sorted, ASCII only, no spaces."""
    return canonical_json([citation.model_dump(mode="json") for citation in evidence])


def canonical_json(value: object) -> str:
    """JSON with sorted keys, `\\u` escapes outside ASCII and no spaces: one text for one value."""
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def canonical_hash(  # noqa: PLR0913
    *, draft: str, version: int, account: str, recipient: str, subject: str, body: str, evidence: str, author: str
) -> str:
    """SHA-256 (hex) of the canonical JSON of these eight and a format name. `evidence` is `evidence_json(...)`.

    Nothing is normalised: two texts that look alike but differ in one code point have different hashes.
    """
    fields = {
        "format": "banso-draft-1",
        "draft": draft,
        "version": version,
        "account": account,
        "recipient": recipient,
        "subject": subject,
        "body": body,
        "evidence": evidence,
        "author": author,
    }
    return hashlib.sha256(canonical_json(fields).encode("ascii")).hexdigest()


def check_content(account: str, recipient: str, subject: str, body: str, evidence: Sequence[Citation]) -> None:
    """Raise Refused when this can be no message: header injection, no single recipient, foreign evidence, limits."""
    if not account.strip() or not plain(account):
        raise Refused("content_account")
    to = parse_recipient(recipient)
    if to is None:
        raise Refused("content_recipient")
    if not subject.strip() or len(subject) > MAX_SUBJECT or not _one_line(subject):
        raise Refused("content_subject")
    if not body.strip() or len(body) > MAX_BODY or not plain(body):
        raise Refused("content_body")
    if sum(bool(part.strip()) for part in _STOP.split(body)) > MAX_SENTENCES:
        raise Refused("content_sentences")
    if to.kind == "zendesk" and holds_placeholder(body):
        raise Refused("content_placeholder")
    if len(evidence) > MAX_EVIDENCE or any(c.account not in ("", account) for c in evidence):
        raise Refused("content_evidence")


def check_reason(reason: str) -> None:
    """Raise Refused when this is too long for a reason, or cannot be stored."""
    if len(reason) > MAX_REASON or not plain(reason):
        raise Refused("content_reason_long")


def _one_line(text: str) -> bool:
    return not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in text)


def plain(text: str) -> bool:
    """Whether every database can store this text as it is."""
    # Lone surrogates have no UTF-8 form and PostgreSQL stores no NUL; both would change on the way.
    return not any(c == "\0" or "\ud800" <= c <= "\udfff" for c in text)
