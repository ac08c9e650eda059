"""The audit trail: an append-only hash chain, and its head kept in a file outside the database.

The chain alone shows a changed or dropped line. It cannot show that its end was cut or that all of it was written
anew; the head file can, best when it lies where the database's owner cannot write (docs/review.md).
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from banso.review.drafts import canonical_hash, canonical_json
from banso.review.texts.lookup import sentence

_log = logging.getLogger(__name__)
HEAD = "audit.head"
_FILED = ("file", "edit", "redraft")
_FIELDS = ("seq", "at", "actor", "action", "draft", "detail", "previous")
_INSERT = sa.text(
    "INSERT INTO audit (seq, at, actor, action, draft, detail, previous, hash)"
    " VALUES (:seq, :at, :actor, :action, :draft, :detail, :previous, :hash)"
)


@dataclass(frozen=True)
class Head:
    """The last line of the chain: how many lines there are, and the hash that covers them all."""

    seq: int
    hash: str


class Problem(str):
    """Something wrong with the trail, as an English sentence. `line`: of the trail; 0 when it is about a record."""

    line: int
    kind: str
    detail: dict[str, object]

    @classmethod
    def make(cls, kind: str, line: int = 0, **detail: object) -> Problem:
        """`kind` names a sentence of banso/review/texts: `problem_<kind>`."""
        made = cls(sentence(f"problem_{kind}", "en").format(line=line, **detail))
        made.kind, made.line, made.detail = kind, line, detail
        return made

    def said_in(self, language: str) -> str:
        """The sentence in this language."""
        return sentence(f"problem_{self.kind}", language).format(line=self.line, **self.detail)


@dataclass(frozen=True)
class Verification:
    """What `verify` found. No problems: the chain is whole up to `lines`, the head file agrees, and every record has
    its line."""

    lines: int
    exported: int
    """Lines that the head file vouches for."""
    problems: tuple[Problem, ...]
    """By line; then what is about records."""
    first: int | None
    """The first bad line; None when every line is in order."""


def append(  # noqa: PLR0913
    db: sa.Connection, *, at: str, actor: str, action: str, draft: str = "", detail: dict[str, object] | None = None
) -> Head:
    """Add one line inside the caller's transaction and return the new head."""
    last = db.execute(sa.text("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")).one_or_none()
    seq, previous = (last.seq + 1, last.hash) if last else (1, "")
    line = dict(zip(_FIELDS, (seq, at, actor, action, draft, canonical_json(detail or {}), previous), strict=True))
    digest = line_hash(line)
    db.execute(_INSERT, {**line, "hash": digest})
    return Head(seq, digest)


def line_hash(line: dict[str, object]) -> str:
    """SHA-256 (hex) over the canonical JSON of a line's fields, the previous hash among them."""
    return hashlib.sha256(canonical_json([line[name] for name in _FIELDS]).encode("ascii")).hexdigest()


def export_head(path: Path, head: Head) -> None:
    """Add the head as a line `seq hash` to the file. A failure is logged: the decision it follows is committed."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, f"{head.seq} {head.hash}\n".encode("ascii"))
        finally:
            os.close(handle)
    except OSError as error:
        _log.error("cannot write the head of the audit chain to %s: %s", path, error)


def verify(db: sa.Connection, head_file: Path | None) -> Verification:
    """Check every line, the head file against the chain, every stored version against its hash, and the drafts,
    decisions and messages against the lines that tell of them."""
    rows = [dict(row._mapping) for row in db.execute(sa.text("SELECT * FROM audit ORDER BY seq"))]
    found, exported = _chain_problems(rows), 0
    if head_file is not None:
        exported, more = _head_problems({int(row["seq"]): str(row["hash"]) for row in rows}, head_file)
        found += more
    found.sort(key=lambda problem: problem.line or len(rows) + len(found) + 1)
    first = found[0].line if found and found[0].line else None
    records = [*_version_problems(db), *record_problems(db, rows)]
    return Verification(len(rows), exported, (*found, *records), first)


def _chain_problems(rows: list[dict[str, object]]) -> list[Problem]:
    problems, previous, expected = [], "", 1
    for row in rows:
        seq = int(str(row["seq"]))
        if seq != expected:
            problems.append(Problem.make("missing", expected))
        elif row["previous"] != previous:
            problems.append(Problem.make("loose", seq))
        if line_hash(row) != row["hash"]:
            problems.append(Problem.make("changed", seq))
        previous, expected = str(row["hash"]), seq + 1
    return problems


def _version_problems(db: sa.Connection) -> list[Problem]:
    columns = "draft, version, account, recipient, subject, body, evidence, author"
    rows = db.execute(sa.text(f"SELECT {columns}, hash FROM draft_versions ORDER BY draft, version"))
    problems = []
    for row in rows:
        fields = dict(row._mapping)
        if fields.pop("hash") != canonical_hash(**fields):
            problems.append(Problem.make("text", draft=row.draft, version=row.version))
    return problems


def _head_problems(hashes: dict[int, str], head_file: Path) -> tuple[int, list[Problem]]:
    if not head_file.exists():
        return 0, [Problem.make("head_missing", path=head_file)] if hashes else []
    exported, problems = 0, []
    for number, text in enumerate(head_file.read_text(encoding="ascii", errors="replace").splitlines(), 1):
        name, _, digest = text.partition(" ")
        seq = int(name) if name.isascii() and name.isdecimal() and len(name) < 19 else 0
        if not seq:
            problems.append(Problem.make("head_line", path=head_file, number=number))
        elif seq not in hashes:
            problems.append(Problem.make("cut", seq))
        elif hashes[seq] != digest:
            problems.append(Problem.make("rewritten", seq))
        else:
            exported = max(exported, seq)
    return exported, problems


def record_problems(db: sa.Connection, rows: list[dict[str, object]]) -> list[Problem]:
    """Versions, decisions and ended messages that no line of the trail tells of, and decisions it tells of that are
    gone: what someone changed who could put the guards aside."""
    told = [(str(row["action"]), str(row["draft"]), str(row["actor"]), _decoded(row["detail"])) for row in rows]
    filed = {(draft, d.get("version"), d.get("hash")) for what, draft, _, d in told if what in _FILED}
    decided = {
        (d["decision"], draft, d.get("version"), d.get("hash"), actor, what, d.get("reason"), d.get("acknowledged", ""))
        for what, draft, actor, d in told
        if what in ("approve", "return", "reject", "revoke") and "decision" in d
    }
    ended = {(draft, end) for what, draft, _, d in told if (end := _end(what, d))}
    made = {tuple(row) for row in db.execute(sa.text("SELECT draft, version, hash FROM draft_versions"))}
    columns = "id, draft, version, hash, reviewer, decision, reason, acknowledged"
    kept = {tuple(row) for row in db.execute(sa.text(f"SELECT {columns} FROM decisions"))}
    sent = {
        tuple(row)
        for row in db.execute(sa.text("SELECT draft, state FROM outbox WHERE state IN ('sent', 'cancelled')"))
    }
    silent = [
        *(f"draft {draft} version {version}" for draft, version, _ in sorted(made - filed)),
        *(f"decision {row[0]} ({row[5]})" for row in sorted(kept - decided)),
        *(f"outbox {draft} ({state})" for draft, state in sorted(sent - ended)),
    ]
    gone = [f"decision {row[0]} ({row[5]})" for row in sorted(decided - kept, key=str)]
    gone += _checks_gone(db, told)
    return [Problem.make("unrecorded", what=what) for what in silent] + [Problem.make("gone", what=w) for w in gone]


def _checks_gone(db: sa.Connection, told: Sequence[tuple[str, str, str, dict[str, object]]]) -> list[str]:
    """Approvals whose line names a report of the gate that is not kept as it was."""
    reports = db.execute(sa.text("SELECT draft, report FROM draft_checks"))
    kept = {(draft, hashlib.sha256(report.encode()).hexdigest()) for draft, report in reports}
    return [f"check of {draft}" for _, draft, _, d in told if "check" in d and (draft, d["check"]) not in kept]


def _end(action: str, detail: dict[str, object]) -> str:
    """The final state that a line tells of; empty when none."""
    if action == "resolve":
        return str(detail.get("outcome", ""))
    if action in ("revoke", "reject", "cancelled"):
        return "cancelled"
    return "sent" if action == "sent" else ""


def _decoded(detail: object) -> dict[str, object]:
    try:
        value = json.loads(str(detail))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def lines(db: sa.Connection) -> list[dict[str, object]]:
    """Every line of the trail, oldest first, `detail` decoded: for export."""
    rows = db.execute(sa.text("SELECT * FROM audit ORDER BY seq"))
    return [{**row._mapping, "detail": json.loads(row.detail)} for row in rows]
