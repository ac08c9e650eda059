"""The rows that the ledger writes: versions, checks, decisions, switches, each with its line in the audit trail."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from banso.core.clock import new_id
from banso.knowledge.documents import Citation
from banso.review.drafts import Decision, DecisionKind, DraftVersion, Via, canonical_hash, evidence_json
from banso.review.finding import words_of
from banso.review.gate_report import GateReport, joined
from banso.review.store import Transaction, stamp

VALID = timedelta(hours=72)
CHECK_VALID = timedelta(minutes=10)
"""How long after a check an approval may rest on it: names of customers and newer sources change."""
_VERSION_COLUMNS = tuple(DraftVersion.model_fields)
_INSERT_VERSION = f"INSERT INTO draft_versions ({', '.join(_VERSION_COLUMNS)}) VALUES (:{', :'.join(_VERSION_COLUMNS)})"
_INSERT_DECISION = (
    "INSERT INTO decisions (draft, ordinal, id, version, hash, reviewer, decision, reason, created_at, acknowledged)"
    " VALUES"
    " (:draft, (SELECT COALESCE(MAX(ordinal), 0) + 1 FROM decisions WHERE draft = :draft),"
    " :id, :version, :hash, :reviewer, :decision, :reason, :created_at, :acknowledged)"
)
INSERT_OUTBOX = (
    "INSERT INTO outbox (draft, version, hash, decision, key, queued_at, state, updated_at)"
    " VALUES (:draft, :version, :hash, :decision, :key, :now, 'queued', :now)"
)
_INSERT_CHECK = (
    "INSERT INTO draft_checks (draft, version, ordinal, hash, rules, blocking, warnings, report, created_at,"
    " valid_until) VALUES (:draft, :version,"
    " (SELECT COALESCE(MAX(ordinal), 0) + 1 FROM draft_checks WHERE draft = :draft"
    " AND version = :version), :hash, :rules, :blocking, :warnings, :report, :now, :until)"
)


def new_version(  # noqa: PLR0913, PLR0917
    draft: str, version: int, account: str, recipient: str, subject: str, body: str, evidence: Sequence[Citation],
    author: str, via: Via, thread: str, now: datetime,
) -> DraftVersion:  # fmt: skip
    """The version with its hash and its end."""
    digest = canonical_hash(
        draft=draft, version=version, account=account, recipient=recipient, subject=subject, body=body,
        evidence=evidence_json(evidence), author=author,
    )  # fmt: skip
    return DraftVersion(
        draft=draft, version=version, account=account, recipient=recipient, subject=subject, body=body,
        evidence=tuple(evidence), author=author, via=via, thread=thread, created_at=stamp(now),
        expires_at=stamp(now + VALID), hash=digest,
    )  # fmt: skip


def insert_version(t: Transaction, made: DraftVersion, action: str, **detail: object) -> DraftVersion:
    """Store the version; `action` is the word in the audit trail, `detail` what else its line says."""
    t.run(_INSERT_VERSION, **{**made.model_dump(), "evidence": evidence_json(made.evidence)})
    words = words_of(made.subject, made.body, made.recipient, made.account)
    t.run("UPDATE draft_search SET folded = :words WHERE draft = :draft", words=words, draft=made.draft)
    t.record(
        made.author, action, made.draft, version=made.version, hash=made.hash, via=made.via, expires=made.expires_at,
        **detail,
    )  # fmt: skip
    return made


def insert_check(t: Transaction, found: GateReport) -> str:
    """Store what the gate found. SHA-256 (hex) of the stored report, which the audit line of an approval names."""
    report = found.model_dump_json()
    t.run(
        _INSERT_CHECK, draft=found.draft, version=found.version, hash=found.hash, rules=found.rules,
        blocking=len(found.blocking), warnings=joined(found.warnings), report=report,
        now=t.now, until=stamp(datetime.fromisoformat(t.now) + CHECK_VALID),
    )  # fmt: skip
    return hashlib.sha256(report.encode()).hexdigest()


def insert_decision(  # noqa: PLR0913, PLR0917
    t: Transaction, draft: str, version: int, hash: str, reviewer: str, kind: DecisionKind, reason: str,
    **more: str,
) -> Decision:  # fmt: skip
    """Store the decision. `more`: `acknowledged`, a field of it, and `check`, which only the audit line keeps."""
    acknowledged = more.get("acknowledged", "")
    made = Decision(
        id=new_id("de"), draft=draft, version=version, hash=hash, reviewer=reviewer, decision=kind, reason=reason,
        created_at=t.now, acknowledged=acknowledged,
    )  # fmt: skip
    t.run(_INSERT_DECISION, **made.model_dump())
    t.record(reviewer, kind, draft, version=version, hash=hash, reason=reason, decision=made.id, **more)
    return made


def outbox_key(made: Decision) -> str:
    """The idempotency key of an approved message."""
    return f"{made.draft}.{made.hash[:16]}"


def insert_switch(t: Transaction, name: str, value: str, by: str) -> None:
    """Set a switch, on record."""
    t.run(
        "INSERT INTO review_switches (ordinal, name, value, set_by, created_at) VALUES"
        " ((SELECT COALESCE(MAX(ordinal), 0) + 1 FROM review_switches), :name, :value, :by, :now)",
        name=name, value=value, by=by, now=t.now,
    )  # fmt: skip
    t.record(by, "switch", switch=name, value=value)
