"""Finding by words: BM25 of SQLite FTS5 over our own terms."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Sequence

from banso.knowledge.documents import Scope
from banso.knowledge.scoping import condition
from banso.knowledge.terms import terms

HEADING_WEIGHT = 2.0  # a term in a heading counts twice one in the text
MAX_TERMS = 64  # of a question, rarest first; a pasted mail has hundreds that add nothing
COMMON = 0.2  # terms in more than this share of chunks hardly weigh and cost the most: JSQuAD 0.9612 nDCG@10 without
# them, 0.9617 with all below a half; a third of the time
LARGE = 1000  # chunks from which that matters


def term_weights(db: sqlite3.Connection, query: str) -> dict[str, float]:
    """The question's terms with their idf (Robertson and Spärck Jones, as in BM25), heaviest first. A term that no
    chunk has keeps its weight: it is what a refusal is recognised by."""
    wanted = list(dict.fromkeys(terms(query)))
    total = db.execute("SELECT count(*) FROM chunks").fetchone()[0]
    known = _frequencies(db, wanted)
    weights = {term: math.log(1 + (total - known.get(term, 0) + 0.5) / (known.get(term, 0) + 0.5)) for term in wanted}
    return dict(sorted(weights.items(), key=lambda pair: -pair[1]))


def _frequencies(db: sqlite3.Connection, wanted: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for term in wanted:  # one look-up each: fts5vocab has an index for `=`, and none for IN
        row = db.execute("SELECT doc FROM vocabulary WHERE term = ?", (term,)).fetchone()
        if row:
            found[term] = row[0]
    return found


def find(
    db: sqlite3.Connection, weights: dict[str, float], scope: Scope, limit: int, *, hidden: bool = False
) -> dict[str, float]:
    """Up to `limit` chunk ids with their BM25 score, higher is better, among what the scope admits."""
    large = db.execute("SELECT count(*) FROM chunks").fetchone()[0] >= LARGE
    floor = math.log(1 + (1 - COMMON) / COMMON) if large else 0.0
    chosen = [term for term, weight in weights.items() if weight > floor][:MAX_TERMS] or list(weights)[:MAX_TERMS]
    if not chosen:
        return {}
    match = " OR ".join('"' + term.replace('"', '""') + '"' for term in chosen)
    admitted, values = condition(scope, hidden=hidden)
    rows = db.execute(
        f"SELECT chunks.id, -bm25(lexical, {HEADING_WEIGHT}, 1.0) AS score "
        "FROM lexical JOIN chunks ON chunks.key = lexical.rowid "
        f"WHERE lexical MATCH ? AND {admitted} ORDER BY score DESC LIMIT ?",
        (match, *values, limit),
    ).fetchall()
    return dict(rows)


def coverage(weights: dict[str, float], text: str) -> float:
    """Share, 0 to 1, of the question's term weight that this text contains."""
    whole = sum(weights.values())
    present = set(terms(text))
    return sum(weight for term, weight in weights.items() if term in present) / whole if whole else 0.0
