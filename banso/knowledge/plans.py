"""Which plan of a product a text is about: the plans are those that the CRM knows, as the customers' contracts name
them, written as they are or in katakana (Business, ビジネスプラン)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from banso.knowledge.documents import Hit
from banso.knowledge.loanwords import sound

SINKS = 0.85
"""What is left of the score of a passage whose headings are about another plan alone."""
_KATAKANA = re.compile(r"[ァ-ヺー]{3,}(?![一-鿿々])")
"""Not before a kanji: ビジネス文書 is no plan."""
_PLAN = re.compile(r"プラン$")


@dataclass(frozen=True)
class Plans:
    """The plan that a customer is on, and the other ones that there are. Without an own plan nothing is told apart."""

    own: str = ""
    others: tuple[str, ...] = ()

    def named(self, text: str) -> frozenset[str]:
        """The plans that a text names."""
        return named_in(text, tuple(plan for plan in (self.own, *self.others) if plan)) if self.own else frozenset()

    def elsewhere(self, text: str) -> frozenset[str]:
        """The other plans that a text is about, when it does not name the own one."""
        names = self.named(text)
        return frozenset() if self.own in names else names

    def of_passage(self, hit: Hit, words: str = "") -> frozenset[str]:
        """The other plans that a passage is about: as its words say, else the nearest heading that names any plan."""
        for text in (words or hit.text, *reversed(hit.heading_path), hit.title):
            if self.named(text):
                return self.elsewhere(text)
        return frozenset()


NO_PLANS = Plans()


def sunk(hits: Sequence[Hit], plans: Plans) -> list[Hit]:
    """The hits with those lower whose title or headings are about another plan alone."""
    lowered = [
        hit.model_copy(update={"score": hit.score * SINKS})
        if plans.elsewhere("\n".join((hit.title, *hit.heading_path))) else hit
        for hit in hits
    ]  # fmt: skip
    return sorted(lowered, key=lambda hit: -hit.score) if lowered != list(hits) else list(hits)


@lru_cache(maxsize=8192)
def named_in(text: str, plans: tuple[str, ...]) -> frozenset[str]:
    """Those of these plans that a text names. Latin names count with their capitals: "business hours" is no plan."""
    plain = unicodedata.normalize("NFKC", text)
    runs = [_PLAN.sub("", run) for run in _KATAKANA.findall(plain)]
    return frozenset(plan for plan in plans if _stands(plan, plain) or any(_sounds(plan, run) for run in runs))


def _sounds(plan: str, run: str) -> bool:
    """スターター is "Starter" and スタート is not: an r at the end is heard as a long vowel."""
    long = run.endswith("ー") or not plan.casefold().endswith("r")
    return long and bool(sound(run)) and sound(run) == sound(plan)


def _stands(plan: str, plain: str) -> bool:
    if not plan.isascii():
        return plan in plain
    return bool(re.search(rf"(?<![A-Za-z0-9]){re.escape(plan)}(?![A-Za-z0-9])", plain))
