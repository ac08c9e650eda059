"""`audit verify`: the chain, the head file and the records, held against each other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from banso.core.database import Database
from banso.core.errors import ConfigError
from banso.review.audit import line_hash
from banso.review.problem import Problem
from banso.review.records import contradictions, read_lines
from banso.review.texts.lookup import sentence


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


def verify(db: sa.Connection, head_file: Path | None) -> Verification:
    """Check every line, the head file against the chain, every stored version against its hash, and the
    records against the lines that tell of them."""
    rows = [dict(row._mapping) for row in db.execute(sa.text("SELECT * FROM audit ORDER BY seq"))]
    found, exported = _chain_problems(rows), 0
    if head_file is not None:
        exported, more = _head_problems({int(row["seq"]): str(row["hash"]) for row in rows}, head_file)
        found += more
    found.sort(key=lambda problem: problem.line or len(rows) + len(found) + 1)
    first = found[0].line if found and found[0].line else None
    return Verification(len(rows), exported, (*found, *contradictions(db, read_lines(rows))), first)


def require_newest(database: Database, head_file: Path, language: str) -> None:
    """Raise ConfigError where the head file names lines that the database lacks or holds otherwise.

    A database from a backup has forgotten what was sent since; the head lies outside and has not.
    """
    with database.read() as db:
        hashes = {int(row.seq): str(row.hash) for row in db.execute(sa.text("SELECT seq, hash FROM audit"))}
    found = [problem for problem in _head_problems(hashes, head_file)[1] if problem.line]
    if found:
        said = sentence("database_old", language).format(problem=found[0].said_in(language))
        raise ConfigError(said, sentence("database_old_hint", language))


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


def _head_problems(hashes: dict[int, str], head_file: Path) -> tuple[int, list[Problem]]:
    if not head_file.is_file():
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
