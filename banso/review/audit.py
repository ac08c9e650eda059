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

from banso.review.drafts import canonical_json

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


def lines(db: sa.Connection) -> list[dict[str, object]]:
    """Every line of the trail, oldest first, `detail` decoded: for export."""
    rows = db.execute(sa.text("SELECT * FROM audit ORDER BY seq"))
    return [{**row._mapping, "detail": json.loads(row.detail)} for row in rows]
