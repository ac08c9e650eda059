"""Stories of other customers: a sentence that tells what happened to someone, with facts that only their ticket has."""

# ruff: noqa: E501 - one pattern a line reads as a table
from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from banso.gate.agreement import numbers
from banso.gate.ordinary import listed
from banso.gate.remembered import words
from banso.gate.sources import Sources
from banso.knowledge.documents import Hit
from banso.knowledge.support import foreign, quoted_verbatim

OTHERS = re.compile(
    r"(?:他|別|ほか|ある|他社)の?(?:お客様|お客さま|顧客|企業|会社|テナント|ユーザー様|導入企業|ご契約者)|他社様|同業(?:他社|の)|とあるお客様|某社|御社以外|貴社以外|(?:他の|別の|以前の|過去の)(?:件|例|事例|ケース)|(?:会社|企業|法人)様|ある[^、。]{1,8}の(?:お客様|会社)"
    r"|(?:another|other|one|some|one of our(?: other)?|a different|a similar|certain|fellow) (?:\w+ ){0,2}(?:customers?|clients?|compan(?:y|ies)|tenants?|accounts?)"
    r"|\b(?:somebody|someone|another company['’]s|a customer|a client)\b|(?:customer|client|company) (?:of ours|like yours|in your (?:industry|region|area))",
    re.IGNORECASE,
)
"""Words that say the sentence is about someone else."""
_TELLS = re.compile(
    r"(?:まし|でし|だっ|なかっ|[いえきしちりれけげめせてねべっん])た(?!め|り|だ|い|く|場合|ら|とき|後|あと|うえ|上で)|いらっしゃ|おられ|とのこと"
    r"|\b(?:was|were|had|did|took|got|came|went|sent|found|kept|left|lost|made|saw|told|said|could not|couldn['’]t)\b"
    r"|(?<!is )(?<!are )(?<!be )(?<!been )(?<!being )\b(?!need|speed|feed|exceed|proceed|embed)[a-z]{2,}ed\b",
    re.IGNORECASE,
)
"""Words of what happened, not of how the product works."""
_JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff々ー]{2,}")
_HIRAGANA = re.compile(r"[\u3040-\u309f]")
TELLING = 5
"""Terms that a sentence must hold beside the everyday ones to tell a story."""
SHARED = 0.4
"""Share of a sentence's terms that another customer's ticket must hold, once the sentence says it is about others."""
NEAR = 0.855
"""Cosine (e5-small) from which texts of two languages are about the same; unrelated ones stay below 0.84."""
RARE = 2
"""Tickets, among those found for the sentence, that may hold a term which tells one from the others."""
NUMBER, WORD, PAIR = 1.5, 1.0, 0.6
"""Weight of a telling number, of a word, and of two Japanese characters that may be part of one."""
FACTS, CERTAIN = 2.0, 4.0
"""Weight of telling facts from which a sentence of what happened retells a ticket, and any sentence does. How the
product works, told in the ticket's own words, stays at 3."""
HALF = 0.5
"""Share of the sentence's terms that the ticket must hold beside."""


def suspect(sentence: str) -> bool:
    """Whether a sentence may be a story: it is about someone else, or tells what happened."""
    return bool(OTHERS.search(sentence) or _TELLS.search(sentence))


def borrowed(claim: str, sources: Sources) -> Hit | None:
    """The ticket of another customer that the sentence retells; None where the claim is common knowledge."""
    tells = bool(_TELLS.search(claim))
    others = bool(OTHERS.search(claim))
    wanted = content(OTHERS.sub("", claim))
    rare = _rare(claim, wanted, sources)
    for hit in sources.foreign(claim):
        shared = len(wanted & content(hit.text)) / (len(wanted) or 1)
        facts = _weight(claim, rare & (content(hit.text) | numbers(hit.text)))
        if others and len(wanted) >= TELLING and shared >= SHARED and (tells or facts >= WORD):
            return hit
        if others and tells and len(wanted) >= TELLING and foreign(claim, hit) and hit.dense >= NEAR:
            return hit
        if shared >= HALF and facts >= (FACTS if tells or others else CERTAIN):
            return hit
        if quoted_verbatim(claim, hit):
            return hit
    return None


@lru_cache(4096)
def content(text: str) -> frozenset[str]:
    """Terms that say something: no hiragana pairs, no words that every letter to a customer has."""
    return frozenset(term for term in words(text) if not _HIRAGANA.search(term) and term not in listed("everyday"))


def _rare(claim: str, wanted: frozenset[str], sources: Sources) -> set[str]:
    """Numbers and terms of the claim that no public page found for it has, nor this account's own tickets, and hardly
    a ticket."""
    known = [*sources.public(claim), *sources.own(claim)]
    common = _terms(known) | {n for hit in known for n in numbers(hit.text)}
    seen = Counter(term for hit in sources.foreign(claim) for term in content(hit.text))
    digits = {n for n in numbers(claim) if len(n) > 1}
    return (digits | {term for term in wanted if not term.isdigit() and seen[term] <= RARE}) - common


def _terms(hits: Iterable[Hit]) -> set[str]:
    return {term for hit in hits for term in content(f"{hit.title} {hit.text}")}


def _weight(claim: str, facts: set[str]) -> float:
    """Pairs that overlap are one word: 夜間バッチ says one thing, not four."""
    found = sum(NUMBER if fact.isdigit() else WORD for fact in facts if fact.isascii())
    for run in _JAPANESE.findall(unicodedata.normalize("NFKC", claim).casefold()):
        pairs = "".join("x" if run[i : i + 2] in facts else " " for i in range(len(run) - 1))
        found += sum(PAIR if len(group) == 1 else WORD for group in pairs.split())
    return found
