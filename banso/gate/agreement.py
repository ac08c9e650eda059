"""Whether a source says what a sentence says: beside its words, its units and its yes or no.

`banso.knowledge.support` compares words and numbers; a sentence that turns "can" into "cannot", or minutes into hours,
shares nearly all of them.
"""

# ruff: noqa: E501 - one pattern a line reads as a table
from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from banso.gate.bilingual import told
from banso.gate.remembered import sentences, words
from banso.knowledge.documents import Hit
from banso.knowledge.support import foreign, likeness, squeeze, supported
from banso.knowledge.vocabulary import decisive, fold

_NOT = re.compile(
    r"ません|(?<!少)(?<!か)ない(?!し)|できず|せず|なし\b|不要|不可|対象外|廃止"
    r"|\b(?:not|never|no longer|cannot|without|unable|none|nor)\b|n['’]t\b",
    re.IGNORECASE,
)
_UNITS = {
    "%": "%|パーセント|percent", "yen": "円|JPY|yen", "usd": "ドル|USD|dollars?", "person": "名|人|席|users?|seats?|people",
    "second": "秒|seconds?", "minute": "分|minutes?|mins?", "hour": "時間|hours?|hrs?", "day": "日間|営業日|日|business days?|days?",
    "month": "[かカヶケ]月|months?", "year": "年間|年|years?", "item": "件|items?", "time": "回|times|requests?|リクエスト",
    "gb": "GB", "tb": "TB", "mb": "MB", "step": "段階|段|ステップ|steps?", "range": "範囲|ranges?",
}  # fmt: skip
_MEASURE = re.compile(
    r"(?<!\d)(?<!\d[.,])(?P<n>\d++(?:[.,]\d++)*+)\s?(?:-\s?)?(?:"
    + "|".join(f"(?P<u{i}>{u})" for i, u in enumerate(_UNITS.values()))
    + ")",
    re.IGNORECASE,
)
_NAMES = tuple(_UNITS)
CLAUSE = re.compile(r"[、,;:。|()「」]|ので|から|\b(?:and|but|or|so|because|while)\b")
"""Where the clause ends to which a no belongs."""
ENOUGH, ENOUGH_CLOSE, CLOSE = 0.5, 0.3, 0.87
"""Share of a sentence's terms that stand close together in what supports it, and in a passage whose cosine (e5-small) is
at least `CLOSE`: there about three in ten words of a paraphrase remain."""
ACROSS = 0.77
"""Cosine (e5-small) below which texts of two languages are about different things."""
TOLD, TOLD_WITH_NUMBERS = 0.66, 0.5
"""Share of a sentence's words that a source in the other language must say; fewer where the numbers agree too."""
LONGEST = 600
"""Characters of a sentence that are looked through for names."""
ALIKE = 0.5
"""Likeness (Dice) from which a source's sentence is about the same thing, so that yes and no can be compared."""


def agrees(sentence: str, hit: Hit) -> bool:
    """Whether the passage carries the sentence: words, numbers, units, and no opposite of it."""
    if foreign(sentence, hit):
        return _across(sentence, hit)
    alike = hit.dense >= CLOSE and numbers(sentence) <= numbers(_whole(hit)) and names_all(sentence, hit)
    if not alike and not supported(sentence, [hit]):
        return False
    if _misread(sentence, f"{hit.title}\n{hit.text}") or carried(sentence, hit) < _wanted(hit):
        return False
    return not _denied(sentence, hit)


def _across(sentence: str, hit: Hit) -> bool:
    """Whether a source in another language says it: its codes and numbers, and beside each other the same measures and
    most of the words. Else any page with a 5 in it would carry a sentence with a 5. 1 says nothing: "a minute" is 1分."""
    there = fold(_whole(hit))
    if not (numbers(sentence) <= numbers(there) and all(code in there for code in _codes(sentence))):
        return False
    if any(re.search(r"[-_.:]", code) for code in _codes(sentence)):
        return not _misread(sentence, f"{hit.title}\n{hit.text}")  # nothing else has the code
    mine, bare = {one for one in measures(sentence) if one[1] != "1"}, numbers(sentence) - {"1"}
    enough = TOLD_WITH_NUMBERS if bare else TOLD
    return (not hit.dense or hit.dense >= ACROSS) and any(
        bare <= numbers(text)
        and all(one in measures(text) or one[1] in _without_unit(text) for one in mine)
        and told(sentence, text) >= enough
        for text in _stretches(hit)
    )


@lru_cache(4096)
def _codes(sentence: str) -> frozenset[str]:
    """Words that are written alike in every language, case folded: HR-1015, invoices:read, Retry-After, v2."""
    found = re.findall(r"[A-Za-z0-9]+(?:[-_.:][A-Za-z0-9]+)*", unicodedata.normalize("NFKC", sentence))
    return frozenset(fold(one) for one in found if re.search(r"[A-Za-z].*[\d_]|\d.*[A-Za-z]|[-.:][A-Z]", one))


def _stretches(hit: Hit) -> tuple[str, ...]:
    """Three sentences of the passage in a row, each below its title, its headings and the head of a table."""
    return _framed("\n".join((hit.title, *hit.heading_path, hit.table_head)), hit.text)


@lru_cache(2048)
def _framed(headings: str, text: str) -> tuple[str, ...]:
    spans = sentences(text) or ((0, len(text)),)
    head = next((line for line in text.splitlines() if line.startswith("|")), "")
    ends = [(spans[max(0, i - 1)][0], spans[min(i + 1, len(spans) - 1)][1]) for i in range(len(spans))]
    return tuple(f"{headings}\n{head}\n{text[start:end]}" for start, end in ends)


@lru_cache(4096)
def _without_unit(text: str) -> frozenset[str]:
    return numbers(_MEASURE.sub(" ", unicodedata.normalize("NFKC", text)))


def names_all(sentence: str, hit: Hit) -> bool:
    """Whether the source has every name, code and long loanword of the sentence: nearness in meaning overlooks them."""
    must, names = decisive(sentence[:LONGEST])
    there = fold(_whole(hit))
    return all(fold(one) in there for one in (*must, *names))


@lru_cache(4096)
def measures(text: str) -> frozenset[tuple[str, str]]:
    """Numbers with their unit, thousands separators dropped: ("minute", "30")."""
    found = set()
    for match in _MEASURE.finditer(unicodedata.normalize("NFKC", text)):
        unit = next(name for i, name in enumerate(_NAMES) if match[f"u{i}"])
        found.add((unit, re.sub(r",(?=\d{3})", "", match["n"]).rstrip(".,")))
    return frozenset(found)


def carried(sentence: str, hit: Hit) -> float:
    """Share, 0 to 1, of the sentence's terms in the nearest three sentences of the passage in a row and its title."""
    wanted, spans = words(sentence), sentences(hit.text) or [(0, len(hit.text))]
    frame = words("\n".join((hit.title, *hit.heading_path)))
    near = [words(hit.text[spans[max(0, i - 1)][0] : spans[min(i + 1, len(spans) - 1)][1]]) for i in range(len(spans))]
    return max((len(wanted & (some | frame)) / (len(wanted) or 1) for some in near), default=0.0)


@lru_cache(4096)
def numbers(text: str) -> frozenset[str]:
    """Bare numbers of a text, thousands separators dropped."""
    plain = unicodedata.normalize("NFKC", text)
    return frozenset(re.sub(r",(?=\d{3})", "", n).rstrip(".,") for n in re.findall(r"\d+(?:[.,]\d+)*", plain))


def _wanted(hit: Hit) -> float:
    """Meaning and words must agree: a passage that is near in meaning needs fewer of the words."""
    return ENOUGH_CLOSE if hit.dense >= CLOSE else ENOUGH


def _whole(hit: Hit) -> str:
    return "\n".join((hit.title, *hit.heading_path, hit.ref, hit.text))


def _misread(sentence: str, source: str) -> bool:
    """Whether a number of the sentence stands in the source with other units only."""
    there = measures(source)
    for unit, n in measures(sentence):
        units = {u for u, m in there if m == n}
        if units and unit not in units:
            return True
    return False


def quote_of(sentence: str, hit: Hit) -> str:
    """The sentence of the passage that comes nearest."""
    wanted = words(sentence)
    spans = sentences(hit.text) or [(0, len(hit.text))]
    start, end = max(spans, key=lambda span: likeness(set(wanted), hit.text[span[0] : span[1]]))
    return hit.text[start:end][:300]


def denies(text: str) -> bool:
    """Whether it says no."""
    return bool(_NOT.search(text))


def _denied(sentence: str, hit: Hit) -> bool:
    wanted = words(sentence)
    about = [hit.text[start:end] for start, end in sentences(hit.text)]
    near = max(about, key=lambda other: likeness(set(wanted), other), default="")
    if not near or squeeze(sentence) in squeeze(hit.text) or likeness(set(wanted), near) < ALIKE:
        return False
    return denies(near) != denies(sentence) and not _before_the_no(sentence, near)


def _before_the_no(sentence: str, near: str) -> bool:
    """Whether the sentence says only what stands before a no of a later clause: "it can be downloaded" of "it can be
    downloaded, but not deleted"."""
    lead = next((near[:start] for start, end in _clauses(near) if denies(near[start:end])), "")
    return bool(lead) and not denies(sentence) and words(sentence) & words(near) <= words(lead)


def _clauses(text: str) -> list[tuple[int, int]]:
    """Where its clauses stand."""
    ends = [match.span() for match in CLAUSE.finditer(text)]
    starts = [0, *(end for _, end in ends)]
    return list(zip(starts, [*(start for start, _ in ends), len(text)], strict=True))
