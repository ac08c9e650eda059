"""The audit trail: an append-only hash chain, and its head kept in a file outside the database.

The chain alone shows a changed or dropped line. It cannot show that its end was cut or that all of it was written
anew; the head file can, best when it lies where the database's owner cannot write (docs/review.md).
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from banso.review.drafts import canonical_hash, canonical_json

_log = logging.getLogger(__name__)
HEAD = "audit.head"
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


@dataclass(frozen=True)
class Verification:
    """What `verify` found. No problems: the chain is whole up to `lines`, and the head file agrees."""

    lines: int
    exported: int
    """Lines that the head file vouches for."""
    problems: tuple[str, ...]


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
    """Check every line, every stored draft version against its hash, and the head file against the chain."""
    rows = [dict(row._mapping) for row in db.execute(sa.text("SELECT * FROM audit ORDER BY seq"))]
    problems = [*_chain_problems(rows), *_version_problems(db)]
    exported = 0
    if head_file is not None:
        exported, found = _head_problems({int(row["seq"]): str(row["hash"]) for row in rows}, head_file)
        problems += found
    return Verification(len(rows), exported, tuple(problems))


def _chain_problems(rows: list[dict[str, object]]) -> list[str]:
    problems, previous, expected = [], "", 1
    for row in rows:
        if row["seq"] != expected:
            problems.append(f"line {expected}: missing (the next one is line {row['seq']})")
        elif row["previous"] != previous:
            problems.append(f"line {row['seq']}: does not continue the line before it")
        if line_hash(row) != row["hash"]:
            problems.append(f"line {row['seq']}: changed")
        previous, expected = str(row["hash"]), int(str(row["seq"])) + 1
    return problems


def _version_problems(db: sa.Connection) -> list[str]:
    columns = "draft, version, account, recipient, subject, body, evidence, author"
    rows = db.execute(sa.text(f"SELECT {columns}, hash FROM draft_versions ORDER BY draft, version"))
    problems = []
    for row in rows:
        fields = dict(row._mapping)
        if fields.pop("hash") != canonical_hash(**fields):
            problems.append(f"draft {row.draft} version {row.version}: the text does not match its hash")
    return problems


def _head_problems(hashes: dict[int, str], head_file: Path) -> tuple[int, list[str]]:
    if not head_file.exists():
        return 0, [f"{head_file}: missing"] if hashes else []
    exported, problems = 0, []
    for number, text in enumerate(head_file.read_text(encoding="ascii", errors="replace").splitlines(), 1):
        seq, _, digest = text.partition(" ")
        if not seq.isdigit():
            problems.append(f"{head_file}:{number}: not a head")
        elif int(seq) not in hashes:
            problems.append(f"line {seq}: cut (the head file names it)")
        elif hashes[int(seq)] != digest:
            problems.append(f"line {seq}: rewritten (the head file has another hash)")
        else:
            exported = max(exported, int(seq))
    return exported, problems


def lines(db: sa.Connection) -> list[dict[str, object]]:
    """Every line of the trail, oldest first, `detail` decoded: for export."""
    rows = db.execute(sa.text("SELECT * FROM audit ORDER BY seq"))
    return [{**row._mapping, "detail": json.loads(row.detail)} for row in rows]
