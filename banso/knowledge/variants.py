"""Passages that say the same in several documents, such as the cloud and the self-hosted edition of a page, become one
hit that names the others: a page of results has room for something else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from banso.knowledge.documents import Citation, Hit, Variant
from banso.knowledge.features import Measured, measured
from banso.knowledge.fitting import ANY, Wanted
from banso.knowledge.loanwords import spoken_in
from banso.knowledge.terms import terms
from banso.knowledge.versions import Numbers, nearness

ALIKE = 0.95
"""Terms in common among all terms of two passages (Jaccard) whose pages have one title. docs/search.md has the counts
on a real manual: above, editions of one page; below, what holds for one edition alone."""
SPEAKS_FOR_ITSELF = 20
"""Terms from which equal text under another title counts: shorter text, such as "Done", says what its title says."""
WINDOW = 40
"""Hits that are looked at, best first; as many as the ranker has taken apart already."""
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_DENIES = re.compile(
    r"ない|なく|なけれ|ませ[んぬ]|不可|非対応|無効|できず|せず|\b(?:no|not|never|cannot|without|un\w+|dis\w+)\b|n['’]t\b",
    re.IGNORECASE,
)
_KATAKANA = re.compile(r"[ァ-ヺー]{3,}")


def collapsed(hits: Sequence[Hit], question: str, sought: Wanted = ANY) -> list[Hit]:
    """The hits, best first, of which those that say the same are one, at the place of the best and with its score.

    It is led by the document whose product, version, path or title the question names, else by the one for the version
    and edition sought, else by the newest, else by the best. Only text that the same people may see, in one language
    and of one account, is put together.
    """
    return [*(_led(group, question, sought) for group in _groups(hits[:WINDOW])), *hits[WINDOW:]]


def refs_of(found: Hit | Citation) -> list[str]:
    """The documents that a hit or a citation stands for, its own first."""
    return [found.ref, *(variant.ref for variant in found.variants)]


def named(variant: Variant) -> str:
    """What a reader tells it apart by."""
    return f"{variant.title} ({' '.join(filter(None, (variant.product, variant.version))) or variant.ref})"


def same(one: Hit, other: Hit) -> bool:
    """Whether two passages of different documents say the same: their words, their numbers, and what they deny."""
    if one.document_id == other.document_id or _realm(one) != _realm(other):
        return False
    return _says_as(one, _measured(one), other, _measured(other))


def _says_as(one: Hit, mine: Measured, other: Hit, theirs: Measured) -> bool:
    if mine.title == theirs.title:
        alike = _jaccard(mine.there, theirs.there) >= ALIKE
    else:  # pages of other things are often one text with another name in it
        alike = len(mine.there) >= SPEAKS_FOR_ITSELF and one.text == other.text
    return alike and _states(one.text) == _states(other.text)


def _groups(hits: Sequence[Hit]) -> list[list[Hit]]:
    """Each with the best first; a document is in a group once. Compared with the best alone, so that likeness does not
    wander from one passage to the next."""
    groups: list[list[Hit]] = []
    realms: dict[tuple[object, ...], list[tuple[Measured, list[Hit]]]] = {}
    for hit in hits:
        mine, kin = _measured(hit), realms.setdefault(_realm(hit), [])
        alike = (group for theirs, group in kin if _says_as(group[0], theirs, hit, mine))
        group = next((group for group in alike if all(one.document_id != hit.document_id for one in group)), None)
        if group:
            group.append(hit)
        else:
            groups.append([hit])
            kin.append((mine, groups[-1]))
    return groups


def _led(group: Sequence[Hit], question: str, sought: Wanted) -> Hit:
    if len(group) == 1:
        return group[0]
    asked, katakana = frozenset(terms(question)), _KATAKANA.findall(unicodedata.normalize("NFKC", question))

    def worth(hit: Hit) -> tuple[bool, int, tuple[int, Numbers], float]:
        names = f"{hit.product} {hit.ref} {hit.title}"
        marks = {term for term in terms(names) if not term.isdigit()} | {hit.version.lower()}
        named = len(marks & asked) + sum(spoken_in(word, names) for word in katakana)
        moment = hit.updated_at.timestamp() if hit.updated_at else float("-inf")
        return not hit.misfit, named, nearness(hit.version, sought.versions), moment

    leader = max(group, key=worth)
    others = tuple(as_variant(hit) for hit in group if hit is not leader)
    return leader.model_copy(update={"score": group[0].score, "variants": others})


def as_variant(hit: Hit) -> Variant:
    """What is told of a hit beside the one that leads."""
    return Variant(**hit.model_dump(include=set(Variant.model_fields)))


def _measured(hit: Hit) -> Measured:
    return measured(hit.title, hit.heading_path, hit.text)


def _realm(hit: Hit) -> tuple[object, ...]:
    """What must be equal: who may see it and what kind of text it is. A replaced page sinks by itself, with the reason
    shown."""
    return hit.source, hit.account, hit.visibility, hit.language, hit.hidden, bool(hit.superseded_by)


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    if min(len(one), len(other)) < ALIKE * max(len(one), len(other)):
        return 0.0  # cannot reach it
    common = len(one & other)
    return common / (len(one) + len(other) - common or 1)


def _states(text: str) -> tuple[list[str], int]:
    plain = unicodedata.normalize("NFKC", text)
    return sorted(set(_NUMBER.findall(plain))), len(_DENIES.findall(plain))
