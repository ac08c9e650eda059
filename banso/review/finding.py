"""Finding drafts by their words: full- and half-width, capital and small letters are the same.

The database holds the words of each draft's latest version folded (migration 0012) and looks through them; it is a
scan of short texts, without an extension that a server may not have, and right for words of one letter too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import sqlalchemy as sa

from banso.review.drafts import plain


def folded(text: str) -> str:
    """Text as it is compared in a search. Whoever changes this folds `draft_search` anew, in a migration."""
    return unicodedata.normalize("NFKC", text).casefold()


def words_of(subject: str, body: str, recipient: str, account: str) -> str:
    """What a search looks into, folded."""
    return folded(f"{subject}\n{body}\n{recipient}\n{account}")


def holds(whole: str, wanted: Sequence[str]) -> bool:
    """Whether every word stands in this folded text."""
    return all(word in whole for word in wanted)


def candidates(db: sa.Connection, wanted: Sequence[str]) -> set[str]:
    """Drafts whose latest version holds every word, and those whose words nobody has folded yet."""
    if not all(plain(word) for word in wanted):
        return set()  # no stored text has such characters
    inside = "strpos" if db.dialect.name == "postgresql" else "instr"
    every = " AND ".join(f"{inside}(folded, :word{number}) > 0" for number in range(len(wanted)))
    sql = sa.text(f"SELECT draft FROM draft_search WHERE folded IS NULL OR {every}")
    return set(db.scalars(sql, {f"word{number}": word for number, word in enumerate(wanted)}))
