"""Finds words that a corpus itself uses for the same thing: abbreviations with their long form in brackets, spellings,
and titles of the same page in two languages. Every proposal has its number of documents and an example; a person
accepts.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Literal, NamedTuple

from banso.knowledge.loanwords import spoken_in
from banso.knowledge.synonyms import LONGEST, fold

Kind = Literal["brackets", "spelling", "spacing", "title"]
LEAST = 2
"""Documents in which a pair must stand; titles need one, for a page has one counterpart."""
LEAST_SPACED = 3
"""Two words side by side are one by chance more often."""
CLEAR = 0.7
"""Share of an abbreviation's pairs that its long form must have: FAQ with five long forms is no one word."""


class Page(NamedTuple):
    """What is read of one document."""

    id: str
    source: str
    collection: str
    ref: str
    language: str
    title: str
    text: str


@dataclass(frozen=True)
class Proposal:
    """Words of one group: where from, in how many documents, and one place as an example."""

    words: tuple[str, ...]
    kind: Kind
    documents: int
    example: str


@dataclass
class _Seen:
    documents: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    examples: dict[tuple[str, str], str] = field(default_factory=dict)
    spelled: Counter[tuple[str, str]] = field(default_factory=Counter)

    def note(self, one: str, other: str, page: Page, example: str) -> None:
        """One more document in which these two stand for each other."""
        key = (fold(one), fold(other))
        self.documents[key].add(page.id)
        self.spelled[one, other] += 1
        self.examples.setdefault(key, " ".join(example.split()))

    def usual(self, one: str, other: str) -> tuple[str, str]:
        """The pair as most documents write it."""
        written = [pair for pair in self.spelled if (fold(pair[0]), fold(pair[1])) == (fold(one), fold(other))]
        return max(written, key=lambda pair: self.spelled[pair])


_JA = r"[ァ-ヺー・\u3400-\u4dbf\u4e00-\u9fff々]"
_LONG_EN = r"[A-Za-z][A-Za-z\-]+(?:[ \-][A-Za-z][A-Za-z\-]*){1,6}"
_SHORT = r"[A-Z][A-Za-z0-9&/\-]{1,9}"
_BRACKETS = (
    re.compile(rf"(?P<long>{_LONG_EN}) ?[（(](?P<short>{_SHORT})[)）]"),
    re.compile(rf"(?<![A-Za-z])(?P<short>{_SHORT}) ?[（(](?P<long>{_LONG_EN})[)）]"),
    re.compile(rf"(?P<ja>{_JA}{{3,20}}) ?[（(](?P<latin>[A-Za-z][A-Za-z0-9 \-]{{1,30}})[)）]"),
    re.compile(rf"(?<![A-Za-z])(?P<latin>[A-Za-z][A-Za-z0-9\-]{{1,20}}) ?[（(](?P<ja>{_JA}{{3,20}})[)）]"),
)
_KATAKANA = re.compile(r"[ァ-ヺー・]{3,}")
_LATIN = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)?")
_INNER_CAPITAL = re.compile(r"[a-z][A-Z]")
"""apiKey is a name in code, no spelling of "API key"."""
_SMALL = str.maketrans("ァィゥェォヴ", "アイウエオブ")


def mine(pages: Iterable[Page], least: int = LEAST) -> list[Proposal]:
    """Proposals, most frequent first; those that share a word are one."""
    seen: dict[Kind, _Seen] = {kind: _Seen() for kind in ("brackets", "spelling", "spacing", "title")}
    katakana: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    latin: dict[str, set[str]] = defaultdict(set)
    pairs: dict[tuple[str, str], set[str]] = defaultdict(set)
    titles: dict[tuple[str, str], dict[str, Page]] = defaultdict(dict)
    for page in pages:
        _brackets(page, seen["brackets"])
        _words(page, katakana, latin, pairs)
        if page.source == "manual" and (place := _place(page)):
            titles[page.collection, place][page.language] = page
    _spellings(katakana, seen["spelling"])
    _spacings(latin, pairs, seen["spacing"])
    _titles(titles, seen["title"])
    return _grouped(seen, least)


def _brackets(page: Page, seen: _Seen) -> None:
    text = unicodedata.normalize("NFKC", page.text).replace("(", "(").replace(")", ")")
    for pattern in _BRACKETS:
        for match in pattern.finditer(text):
            groups = match.groupdict()
            if "short" in groups:
                if long := long_form(groups["short"], groups["long"]):
                    seen.note(groups["short"], long, page, match.group())
            elif _borrowed(groups["ja"], groups["latin"].strip()):
                seen.note(groups["latin"].strip(), groups["ja"], page, match.group())


def long_form(short: str, words: str) -> str:
    """The end of `words` of which `short` is the abbreviation, "" when it is of none: its letters begin the last words
    in order (Schwartz and Hearst 2003, with every letter at the start of a word)."""
    letters = [letter for letter in short.casefold() if letter.isalnum()]
    if len(letters) < 2 or sum(letter.isupper() for letter in short) < 2:
        return ""
    parts = re.findall(r"[A-Za-z]+[ \-]?", words)
    last = parts[-len(letters) :]
    if len(last) != len(letters) or any(part[0].casefold() != at for part, at in zip(last, letters, strict=True)):
        return ""
    return "".join(last).strip()


def _borrowed(japanese: str, latin: str) -> bool:
    """Whether the Latin word is the one that was borrowed, or an abbreviation in capitals."""
    if re.fullmatch(r"[A-Z]{2,8}", latin):
        return True
    return bool(_KATAKANA.fullmatch(japanese) and spoken_in(japanese.replace("・", ""), latin))


def _words(
    page: Page,
    katakana: Mapping[str, dict[str, set[str]]],
    latin: Mapping[str, set[str]],
    pairs: Mapping[tuple[str, str], set[str]],
) -> None:
    text = unicodedata.normalize("NFKC", f"{page.title}\n{page.text}")
    for run in set(_KATAKANA.findall(text)):
        word = run.strip("・ー") + ("ー" if run.endswith("ー") else "")
        katakana[_spelled(word)][word].add(page.id)
    for line in text.splitlines():
        words = [word.casefold() for word in _LATIN.findall(line) if not _INNER_CAPITAL.search(word)]
        for word in words:
            latin[word].add(page.id)
        for one, other in pairwise(words):
            if f"{one} {other}" in line.casefold():
                pairs[one, other].add(page.id)


def _spelled(word: str) -> str:
    """One key for the spellings of a katakana word: サーバ and サーバー, ウィンドウ and ウインドウ, with ・ or not."""
    return word.translate(_SMALL).replace("・", "").rstrip("ー")


def _spellings(katakana: Mapping[str, dict[str, set[str]]], seen: _Seen) -> None:
    for key, spelled in katakana.items():
        if len(spelled) < 2 or len(key) < 3:
            continue
        main, *others = sorted(spelled, key=lambda word: -len(spelled[word]))
        for other in others:
            seen.documents[main, other] = spelled[other]
            seen.spelled[main, other] = len(spelled[other])
            seen.examples[main, other] = f"{main} {len(spelled[main])}, {other} {len(spelled[other])}"


def _spacings(latin: Mapping[str, set[str]], pairs: Mapping[tuple[str, str], set[str]], seen: _Seen) -> None:
    """Words written together and apart: login, log in. Neither may be there by chance, as "in to" beside "into"."""
    for (one, other), documents in pairs.items():
        whole = one + other
        long_enough = len(one) >= 3 and (len(other) >= 3 or other in _PARTICLES)
        if not long_enough or "-" in whole or {one, other} & _GLUE:
            continue
        joined = latin.get(whole, set())
        few = min(documents, joined, key=len)
        if len(few) >= LEAST_SPACED:
            key = (whole, f"{one} {other}")
            seen.documents[key] = few
            seen.spelled[key] = len(few)
            seen.examples[key] = f"{whole} {len(joined)}, {one} {other} {len(documents)}"


_GLUE = frozenset(("the", "any", "some", "every", "not", "all", "can", "with", "where", "there", "when", "how", "who",
                   "for", "you", "your", "our", "its", "and", "own"))  # fmt: skip
_PARTICLES = frozenset(("in", "up", "on"))


def _place(page: Page) -> str:
    """A page's path without its language: ja/guide/login.md and en/guide/login.md are one place."""
    parts = PurePosixPath(page.ref).parts
    kept = [part for part in parts if part not in ("ja", "en")]
    return "/".join(kept) if len(kept) < len(parts) else ""


def _titles(titles: Mapping[tuple[str, str], dict[str, Page]], seen: _Seen) -> None:
    """Short titles of the same page in two languages, where no other page has another counterpart."""
    both = [(pages["ja"], pages["en"]) for pages in titles.values() if {"ja", "en"} <= pages.keys()]
    japanese, english = defaultdict(set), defaultdict(set)
    for ja, en in both:
        japanese[fold(ja.title)].add(fold(en.title))
        english[fold(en.title)].add(fold(ja.title))
    for ja, en in both:
        unique = len(japanese[fold(ja.title)]) == 1 == len(english[fold(en.title)])
        if unique and _short(ja.title, en.title):
            seen.note(en.title, ja.title, ja, f"{ja.ref}, {en.ref}")


def _short(japanese: str, english: str) -> bool:
    """Whether both are terms, not sentences, and the Japanese one is Japanese."""
    term = re.fullmatch(r"[\w /\-]+", english) and len(english.split()) <= 3 and len(english) >= 3
    plain = re.fullmatch(r"[ァ-ヺー\u3400-\u9fff々A-Za-z ]{2,14}", japanese)
    return bool(term and plain and re.search(r"[ァ-ヺ\u3400-\u9fff]", japanese) and fold(japanese) != fold(english))


def _grouped(seen: Mapping[Kind, _Seen], least: int) -> list[Proposal]:
    """The pairs that stand often enough and clearly, joined where they share a word."""
    proposals: list[Proposal] = []
    for kind, found in seen.items():
        firsts: Counter[tuple[str, str]] = Counter()
        for (one, other), documents in found.documents.items():
            firsts[one, _script(other)] += len(documents)
        for (one, other), documents in found.documents.items():
            clear = len(documents) >= CLEAR * firsts[one, _script(other)]
            enough = len(documents) >= (1 if kind == "title" else max(least, _needed(one, other)))
            if clear and enough and max(len(one), len(other)) <= LONGEST:
                words = found.usual(one, other)
                proposals.append(Proposal(words, kind, len(documents), found.examples[one, other]))
    return _joined(sorted(proposals, key=lambda one: (-one.documents, one.words)))


def _needed(one: str, other: str) -> int:
    """Brackets behind kanji hold much that is no abbreviation: 管理画面 (DB). Their letters cannot be compared."""
    return 3 if re.search(r"[\u3400-\u9fff]", other) and one.isascii() else 1


def _script(word: str) -> str:
    return "latin" if word[0].isascii() else "ja"


def _joined(proposals: list[Proposal]) -> list[Proposal]:
    joined: list[Proposal] = []
    for new in proposals:
        folded = {fold(word) for word in new.words}
        at = next((i for i, old in enumerate(joined) if folded & {fold(word) for word in old.words}), None)
        if at is None:
            joined.append(new)
            continue
        old = joined[at]
        known = {fold(word) for word in old.words}
        more = tuple(word for word in new.words if fold(word) not in known)
        joined[at] = Proposal((*old.words, *more), old.kind, old.documents, old.example)
    return joined
