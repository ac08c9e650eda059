"""Keys in pieces: a line end, a space or a quotation mark of mail stands inside them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

Range = tuple[int, int]
Match = re.Match[str]
Pattern = re.Pattern[str]
_PIECE = re.compile(r"[A-Za-z0-9_.+/=-]+")
_GAP = re.compile(r"[\s>|·\\]{1,8}")
_PREFIXED = re.compile(
    r"(?:AKIA|ASIA|AROA|AIDA|gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|AIza|ya29\.|SG\.|(?:sk|pk|rk)[-_]|eyJ"
    r"|[a-z]{2,8}_(?:live|test|secret|sk|pat|key|tok)_)"
)
AHEAD = 6
"""Pieces in which a prefix itself may be broken."""
MOST, LONGEST = 16, 300
"""Pieces of one key, and its characters."""
HALF = 8
"""Characters that each piece of a random token without a known prefix must have."""


def broken_by(key: Pattern, loose: Callable[[str], bool], text: str) -> Iterator[Range]:
    """Ranges of keys in two or more pieces. `key` matches a whole key of known shape; `loose` tells whether a text
    without spaces is random."""
    for run in _runs(text):
        done = -1
        for first in range(len(run) - 1):
            if first > done and (last := _key_from(run, first, key) or _random_from(run, first, loose)):
                yield run[first].start(), _end(run[last])
                done = last


def _runs(text: str) -> Iterator[list[Match]]:
    """Pieces with nothing between them but space, line ends and the marks of quoted mail."""
    run: list[Match] = []
    for piece in _PIECE.finditer(text):
        if run and not _GAP.fullmatch(text, run[-1].end(), piece.start()):
            yield run
            run = []
        run.append(piece)
    yield run


def _key_from(run: Sequence[Match], first: int, key: Pattern) -> int | None:
    """The last piece of a key whose prefix begins with piece `first`; a prefix may be broken too."""
    start = "".join(piece[0] for piece in run[first : first + AHEAD])
    prefix = _PREFIXED.match(start)
    if prefix is None:
        return None
    joined, last = "", None
    for index in range(first, min(first + MOST, len(run))):
        piece = run[index][0]
        if len(joined) >= prefix.end() and not _goes_on(joined, piece):
            break
        joined += piece
        if len(joined) > LONGEST:
            break
        whole = joined.rstrip(".")
        if index > first and key.fullmatch(whole) and _telling(whole, prefix.end()):
            last = index
    return last


def _goes_on(joined: str, piece: str) -> bool:
    """Whether a piece can be more of a key: nothing that one could say, or whatever stands behind a hanging dash."""
    core = piece.rstrip(".")
    if re.search(r"[A-Za-z]", core) and re.search(r"\d", core):
        return True
    if joined.endswith(("-", "_")):
        return len(core) >= 10 or core in ("live", "test", "proj", "ant")
    capitals = joined.isupper() and core.isupper() and core.isalnum()
    return capitals or core.isdigit() or bool(re.search(r"[a-z][A-Z]", core))


def _telling(key: str, prefix: int) -> bool:
    """Whether there is a digit behind the prefix, or a long run without any word boundary."""
    rest = re.sub(r"^(?:live|test|proj|ant)[-_]", "", key[prefix:])
    return bool(re.search(r"\d", rest)) or bool(re.search(r"[a-z][A-Z]", rest)) or ("_" not in rest and "-" not in rest)


def _random_from(run: Sequence[Match], first: int, loose: Callable[[str], bool]) -> int | None:
    """The last piece of a random token: each piece is mixed, as no word is."""
    joined, last = "", first
    for index in range(first, min(first + MOST, len(run))):
        piece = run[index][0].rstrip(".")
        if len(piece) < HALF or len(joined) > LONGEST or not _scrambled(piece):
            break
        joined, last = joined + piece, index
    return last if last > first and loose(joined) else None


def _scrambled(piece: str) -> bool:
    hexadecimal = re.fullmatch(r"[0-9a-f]+", piece)
    mixed = all(re.search(kind, piece) for kind in ("[a-z]", "[A-Z]", r"\d"))
    return bool(re.search("[a-z]", piece) and re.search(r"\d", piece)) if hexadecimal else mixed


def _end(piece: Match) -> int:
    return piece.start() + len(piece[0].rstrip("."))
