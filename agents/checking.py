"""Whether the passages that a sentence of an answer cites carry it: words that stand as they are, or words, numbers,
units, names, persons, words of cost and number, and yes or no that agree.

Measured on the labelled pairs of evals/cases/judge_labels.jsonl with the cosine of e5-small: 47 of 60 verdicts are a
person's, 39 by words and numbers alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.deciding import decided
from agents.frames import framed
from banso.gate.agreement import CLAUSE, agrees, denies, measures, names_all, numbers
from banso.knowledge.amounts import Claim, claims
from banso.knowledge.documents import Hit
from banso.knowledge.sentences import sentences
from banso.knowledge.support import foreign, likeness, quotations, squeeze, supported, words
from banso.knowledge.vocabulary import fold

LONG_ENOUGH = 20
"""Characters, space left out, from which a part of a sentence counts as its words: 可能です stands in 不可能です."""
LEAST_WORDS = 4
"""Terms below which a sentence says too little to be compared: it stands in a source as it is, or is taken out."""
_BOUNDS = (
    re.compile(r"以上|少なくとも|最低|を超え|at least|or more|(?<!no )more than|no fewer|minimum|exceed", re.I),
    re.compile(r"未満|満たない|(?<!no )fewer than|(?<!no )less than", re.I),
    re.compile(r"禁止|禁じ|prohibit|forbid|forbidden|banned", re.I),
)
MOSTLY = 0.5
"""Share of a sentence that its verbatim quotations must be, so that what stands around them needs no source."""


def carried(sentence: str, sources: Sequence[Hit]) -> bool:
    """Whether these passages, taken together, carry the sentence."""
    if any(_beheaded(sentence, hit) for hit in sources):
        return False
    if any(_verbatim(sentence, hit) for hit in sources):
        return True
    if said := framed(sentence):
        there = squeeze("\n".join(f"{hit.title}\n{hit.text}" for hit in sources))
        return supported(sentence, sources) and all(squeeze(one) in there for one in said)
    if _invents(sentence, sources) or not decided(sentence, _joined(sources)):
        return False
    return _quoting(sentence, sources) or _worded(sentence, _joined(sources))


def _worded(sentence: str, one: Hit) -> bool:
    """Whether the passage says it in other words."""
    if len(words(sentence)) < LEAST_WORDS or not agrees(sentence, one):
        return False
    if foreign(sentence, one):
        return True
    text = f"{one.title}\n{one.text}"
    return names_all(sentence, one) and _bounded(sentence, one.text) and _measured(sentence, text)


def _measured(sentence: str, text: str) -> bool:
    """Whether every measure of the sentence stands in the text, and none is of another "per" there: 120 an hour."""
    known, bare = measures(text), numbers(text)
    if not all(
        one in known or (one[1] in bare and not any(n == one[1] for _, n in known)) for one in measures(sentence)
    ):
        return False
    there = [claim for start, end in sentences(text) for claim in claims(text[start:end])]
    return all(_same_per(claim, there) for claim in claims(sentence))


def _same_per(claim: Claim, there: Sequence[Claim]) -> bool:
    same = [one.per for one in there if (one.kind, one.amount) == (claim.kind, claim.amount)]
    return not claim.per or not any(same) or claim.per in same


def _verbatim(sentence: str, hit: Hit) -> bool:
    own, text = squeeze(sentence), hit.text
    if len(own) >= LONG_ENOUGH and own in squeeze(text):
        return True
    return any(own == squeeze(text[start:end]) for start, end in sentences(text))


def _beheaded(sentence: str, hit: Hit) -> bool:
    """Whether it is a part of a source's sentence that was cut from the no of its own clause: "…できる" of
    "…できるわけではありません", "backups are kept" of "we do not promise that backups are kept"."""
    own = _plain(sentence).rstrip("。.! ")
    whole = [_plain(hit.text[start:end]) for start, end in sentences(hit.text)]
    around = [one.partition(own) for one in whole if own in one]
    return bool(own and around) and all(_refused(before, after) for before, _, after in around)


def _refused(before: str, after: str) -> bool:
    """Japanese says no behind what it denies, English before it."""
    lead, rest = CLAUSE.split(before)[-1], CLAUSE.split(after)[0]
    return denies(rest) or (lead.isascii() and denies(lead))


def _plain(text: str) -> str:
    return " ".join(fold(text).split())


def _quoting(sentence: str, sources: Sequence[Hit]) -> bool:
    """Whether it is mostly quotation: words in marks that stand in a source."""
    quoted = quotations(sentence)
    if not quoted or not all(any(squeeze(one) in squeeze(hit.text) for hit in sources) for one in quoted):
        return False
    return len("".join(quoted)) >= MOSTLY * len(sentence) and supported(sentence, sources)


def _invents(sentence: str, sources: Sequence[Hit]) -> bool:
    """Whether more than a few words stand around a quotation, such as where it is from, and no source has them."""
    quoted, rest = quotations(sentence), sentence
    for one in quoted:
        rest = rest.replace(one, " ")
    return bool(quoted) and len(words(rest)) >= LEAST_WORDS and not supported(rest, sources)


def _bounded(sentence: str, text: str) -> bool:
    """Whether "at least", "fewer than" and a ban beside a number stand in the text's nearest sentence too. That
    something is allowed up to a number may be said in more ways than can be told apart."""
    if not numbers(sentence):
        return True
    about = [text[start:end] for start, end in sentences(text)] or [text]
    near = max(about, key=lambda one: likeness(words(sentence), one))
    return all(bool(one.search(near)) or not one.search(sentence) for one in _BOUNDS)


def _joined(sources: Sequence[Hit]) -> Hit:
    """The passages as one, as near as the nearest of them."""
    first = sources[0]
    if len(sources) == 1:
        return first
    text = "\n".join(hit.text for hit in sources)
    headings = tuple(dict.fromkeys(one for hit in sources for one in (hit.title, *hit.heading_path)))
    nearest = max(hit.dense for hit in sources)
    return first.model_copy(update={"text": text, "heading_path": headings, "dense": nearest, "end": len(text)})
