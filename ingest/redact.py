"""Masks personal data before anything is stored; on by default, each kind can be kept."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal, get_args

from banso.core.errors import ConfigError
from banso.knowledge.documents import Document, Language
from banso.privacy.contact import Range, emails, phones, postal_codes
from banso.privacy.fold import fold
from banso.privacy.numbers import bank_accounts, cards, my_numbers
from ingest.texts import told

VERSION = "redact-1"
"""Part of every stored fingerprint: raise it when the rules change, and everything is read again."""

Kind = Literal["email", "phone", "postal", "card", "mynumber", "bank"]
KINDS: tuple[Kind, ...] = get_args(Kind)

MASKS: dict[Kind, tuple[str, str]] = {
    "email": ("[メール]", "[email]"),
    "phone": ("[電話番号]", "[phone]"),
    "postal": ("[郵便番号]", "[postal code]"),
    "card": ("[カード番号]", "[card number]"),
    "mynumber": ("[マイナンバー]", "[My Number]"),
    "bank": ("[口座番号]", "[bank account]"),
}
"""What stands in place of each kind: in Japanese documents, in all others."""

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]{1,15}://[^\s<>\"'）」』】、。]+")
_NUMBERS: tuple[tuple[Kind, Callable[[str], Iterator[Range]]], ...] = (
    ("mynumber", my_numbers),
    ("bank", bank_accounts),
    ("card", cards),
    ("phone", phones),
    ("postal", postal_codes),
)
"""In order of certainty: where two overlap, the earlier one names the mask."""


@dataclass(frozen=True)
class Match:
    """Personal data at `[start, end)`."""

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True)
class Redactor:
    """Masks the kinds in `kinds`. Threads may share it."""

    kinds: tuple[Kind, ...] = KINDS

    @property
    def version(self) -> str:
        """Changes with the rules and with what is masked."""
        return f"{VERSION}:{','.join(sorted(self.kinds))}"

    def find(self, text: str, *, keep_examples: bool = False) -> list[Match]:
        """What would be masked in `text`, in order, without overlaps. Digits inside URLs never are."""
        folded = fold(text)
        found: list[Match] = []
        if "email" in self.kinds:
            found += [Match(*span, "email") for span in emails(folded, keep_examples=keep_examples)]
        if not any(character.isdigit() for character in folded):
            return found
        urls = [match.span() for match in _URL.finditer(folded)]
        for kind, finder in _NUMBERS:
            if kind in self.kinds:
                taken = [(match.start, match.end) for match in found] + urls
                found += [Match(*span, kind) for span in _free(finder(folded), taken)]
        return sorted(found, key=lambda match: match.start)

    def redact(self, document: Document) -> Document:
        """The document with masks in text, title, people and URL; spans and resolution cover the same words as before.

        Reserved example domains stay in manuals, where they are documentation; a ticket or a chat has no such habit.
        """
        find = partial(self.find, keep_examples=document.source == "manual")
        matches = find(document.text)
        counts = Counter(match.kind for match in matches)
        elsewhere: Counter[Kind] = Counter()
        words = partial(_mask_words, find=find, language=document.language, counts=elsewhere)
        title, people = words(document.title), tuple(words(person) for person in document.people)
        url = words(document.url) if "email" in self.kinds else document.url
        text, move = mask(document.text, matches, document.language)
        # A title or a speaker mostly repeats the text: counted only where the text has nothing of the kind.
        counts.update({kind: count for kind, count in elsewhere.items() if kind not in counts})
        if not counts:
            return document
        spans = (span.model_copy(update={"start": move(span.start), "end": move(span.end)}) for span in document.spans)
        solution = document.resolution
        return document.model_copy(
            update={
                "text": text,
                "title": title,
                "people": people,
                "url": url,
                "spans": tuple(spans),
                "resolution": (move(solution[0]), move(solution[1])) if solution else None,
                "masked": dict(Counter(document.masked) + Counter(dict(counts))),
            }
        )


def redactor_for(keep: Iterable[str] = (), *, mask_nothing: bool = False) -> Redactor:
    """A redactor that keeps the kinds named in `keep` (`emails` as well as `email`). Raises ConfigError."""
    if mask_nothing:
        return Redactor(())
    names = {name.strip().lower().replace("-", "").replace("_", "") for name in keep if name.strip()}
    kept = {name if name in KINDS else name.removesuffix("s") for name in names}
    if unknown := kept - set(KINDS):
        kinds = ", ".join(sorted(unknown))
        raise ConfigError(told("mask.unknown", kinds=kinds), told("one_of", names=", ".join(KINDS)))
    return Redactor(tuple(kind for kind in KINDS if kind not in kept))


def mask(text: str, matches: list[Match], language: Language) -> tuple[str, Callable[[int], int]]:
    """The masked text, and where each offset of the old one went; one inside a match goes to the end of its mask."""
    parts, position, length = [], 0, 0
    ends, shifts = [], []
    for match in matches:
        shown = MASKS[match.kind][0 if language == "ja" else 1]
        parts += [text[position : match.start], shown]
        length += match.start - position + len(shown)
        position = match.end
        ends.append(match.end)
        shifts.append(length - match.end)
    starts = [match.start for match in matches]

    def move(offset: int) -> int:
        inside = bisect_right(starts, offset - 1) - 1
        if inside < 0:
            return offset
        return max(offset, ends[inside]) + shifts[inside]

    return "".join((*parts, text[position:])), move


def _free(spans: Iterator[Range], taken: list[Range]) -> Iterator[Range]:
    """The spans that touch none of `taken` and no earlier one of their own."""
    for start, end in sorted(set(spans)):
        if all(end <= low or high <= start for low, high in taken):
            taken.append((start, end))
            yield start, end


def _mask_words(words: str, *, find: Callable[[str], list[Match]], language: Language, counts: Counter[Kind]) -> str:
    matches = find(words)
    counts.update(match.kind for match in matches)
    return mask(words, matches, language)[0]
