"""Which cases of a run a reader wants to see."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from banso.review.flags import visible
from banso.ui.quality.present import cause_words, failed
from banso.ui.quality.records import Case
from banso.ui.texts import LANGUAGES, Text

PASSED, FAILED = "passed", "failed"
Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class Wanted:
    """What the reader chose; empty: all. `outcome`: passed, failed or a cause. `words`: all of them must occur."""

    outcome: str = ""
    tag: str = ""
    language: str = ""
    words: str = ""

    def matches(self, case: Case) -> bool:
        """Whether the case is one of those."""
        return (
            (not self.outcome or self.outcome in outcomes(case))
            and (not self.tag or self.tag in case.tags)
            and (not self.language or self.language == case.language)
            and self._said(case)
        )

    def _said(self, case: Case) -> bool:
        wanted = _folded(self.words).split()
        text = _folded(" ".join((case.id, case.question, case.text))) if wanted else ""
        return all(word in text for word in wanted)


def matching(cases: Sequence[Case], wanted: Wanted) -> list[tuple[int, Case]]:
    """(place in the run, case) of those that match, the failed ones first."""
    found = [(place, case) for place, case in enumerate(cases) if wanted.matches(case)]
    return sorted(found, key=lambda pair: not failed(pair[1]))


def outcomes(case: Case) -> set[str]:
    """The outcomes that the case goes by: passed, or failed and why."""
    if not failed(case):
        return {PASSED}
    return {FAILED, *(failure.cause for failure in case.failures)} | ({"error"} if case.error else set())


def outcome_choices(cases: Sequence[Case], t: Text) -> Choices:
    """(words with the number of cases, outcome), failures by cause, the most frequent first."""
    counted = Counter(outcome for case in cases for outcome in outcomes(case))
    whole = [(t("quality.failed_short"), FAILED), (t("quality.passed_short"), PASSED)]
    names = [name for name, _ in counted.most_common() if name not in (FAILED, PASSED)]
    every = [*whole, *((cause_words(name, "cause", t), name) for name in names)]
    return [(t("quality.filter_all"), ""), *((f"{words} ({counted[key]})", key) for words, key in every)]


def tag_choices(cases: Sequence[Case], t: Text) -> Choices:
    """(tag with the number of cases, tag), the most frequent first."""
    counted = Counter(tag for case in cases for tag in case.tags)
    return [(t("quality.filter_all"), ""), *((f"{visible(tag)} ({n})", tag) for tag, n in counted.most_common())]


def language_choices(cases: Sequence[Case], t: Text) -> Choices:
    """(language, code)."""
    found = {case.language for case in cases if case.language}
    known = [(t(f"quality.language_{code}"), code) for code in LANGUAGES if code in found]
    others = [(visible(code), code) for code in sorted(found - set(LANGUAGES))]
    return [(t("quality.filter_all"), ""), *known, *others]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
