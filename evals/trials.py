"""`python -m evals mutants`: each defect on a few cases of the suite that must notice it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from banso.core.settings import Settings
from evals.asking import Outcome, likeness_by, put
from evals.cases import Case, load_cases
from evals.mutants import Mutant, SuiteName
from evals.record import CaseResult, Frozen
from evals.review import play
from evals.review_cases import load_review
from evals.run import prepared
from evals.scoring import score
from evals.statistics import Figure, figure
from evals.suites import load_suite

if TYPE_CHECKING:
    from agents.session import Copilot

Progress = Callable[[int, int, str], None]
CASES = 12
"""Of a suite, for each mutant."""
ITSELF = "the product as it is"
SUITES: tuple[tuple[SuiteName, str], ...] = (
    ("answers", "ndcg@10"), ("abstention", "right_refusal"), ("multi_turn", "ndcg@10"), ("safety", "must_not_say"),
    ("review", "steps_right"),
)  # fmt: skip
"""Where the product itself is tried again, and by which metric."""


class Trial(Frozen):
    """A mutant before its suite: the metric without it, with it, and the drop from case to case."""

    mutant: str
    breaks: str
    suite: str
    metric: str
    before: float
    after: float
    change: Figure
    caught: bool


def run_trials(mutants: Sequence[Mutant], settings: Settings, cases: int, progress: Progress) -> list[Trial]:
    """Every mutant, and last the product as it is. Raises ConfigError when a suite's source cannot be read."""
    unbroken = [
        Mutant(ITSELF, "nothing", suite, metric, copilot=nullcontext) for suite, metric in SUITES
        if any(mutant.suite == suite for mutant in mutants)
    ]  # fmt: skip
    tried = [*mutants, *unbroken]
    trials = []
    with benches(settings, progress) as bench_of:
        for number, mutant in enumerate(tried):
            progress(number, len(tried), f"{mutant.suite}: {mutant.name}")
            trials.append(bench_of(mutant.suite).trial(mutant, cases))
    return trials


def escaped(trials: Sequence[Trial]) -> list[Trial]:
    """Defects that nothing noticed, and the product as it is where something did."""
    return [trial for trial in trials if trial.caught == (trial.mutant == ITSELF)]


@contextmanager
def benches(settings: Settings, progress: Progress) -> Iterator[Callable[[SuiteName], Bench]]:
    """A bench for each suite; those over the same sources share one index."""
    with ExitStack() as stack:
        opened: dict[object, Copilot] = {}
        made: dict[SuiteName, Bench] = {}

        def bench_of(name: SuiteName) -> Bench:
            # The drafts of `review` are about the same company, whose whole index does as well as a part of it.
            suite = load_suite("answers" if name == "review" else name)
            if suite.sources not in opened:
                opened[suite.sources] = stack.enter_context(prepared(suite, (), settings, progress))
            return made.setdefault(name, Bench(name, opened[suite.sources]))

        yield bench_of


@dataclass
class Bench:
    """A suite, the copilot it is put to, and what came of each case without a defect."""

    suite: SuiteName
    copilot: Copilot
    asked: dict[str, Outcome] = field(default_factory=dict)
    played: dict[str, CaseResult] = field(default_factory=dict)

    def trial(self, mutant: Mutant, most: int) -> Trial:
        """The mutant on the first cases that it is about."""
        pairs = self._review(mutant, most) if self.suite == "review" else self._questions(mutant, most)
        scored = [(_value(a, mutant.metric), _value(b, mutant.metric)) for a, b in pairs]
        both = [(a, b) for a, b in scored if a is not None and b is not None]
        change = figure([b - a for a, b in both]) or Figure(mean=0, low=0, high=0, n=0)
        n = max(len(both), 1)
        return Trial(
            mutant=mutant.name, breaks=mutant.breaks, suite=self.suite, metric=mutant.metric,
            before=sum(a for a, _ in both) / n, after=sum(b for _, b in both) / n, change=change,
            caught=change.high < 0,
        )  # fmt: skip

    def _questions(self, mutant: Mutant, most: int) -> list[tuple[CaseResult, CaseResult]]:
        cases = [case for case in load_cases(load_suite(self.suite).cases) if _about(case.tags, mutant)][:most]
        likeness = likeness_by(self.copilot.knowledge.embedder)
        for case in cases:
            if case.id not in self.asked:
                self.asked[case.id] = put(case, self.copilot)
        plain = [self.asked[case.id] for case in cases]
        if mutant.outcome:
            before = [plain[-1], *plain]
            broken = [mutant.outcome(*given) for given in zip(cases, plain, before, strict=False)]
        else:
            broken = self._asked_again(mutant, cases)
        return [
            (score(case, a, likeness), score(case, b, likeness))
            for case, a, b in zip(cases, plain, broken, strict=True)
        ]

    def _asked_again(self, mutant: Mutant, cases: Sequence[Case]) -> list[Outcome]:
        assert mutant.copilot is not None
        with mutant.copilot(self.copilot) as mutated:
            return [put(case, mutated) for case in cases]

    def _review(self, mutant: Mutant, most: int) -> list[tuple[CaseResult, CaseResult]]:
        every = load_review(load_suite("review").cases)
        cases = [case for case in every if _about(case.tags, mutant)][:most]
        missing = [case for case in cases if case.id not in self.played]
        self.played |= {result.id: result for result in play(missing, self.copilot, _silent)}
        rules = self.copilot.settings.model_copy(update=mutant.settings) if mutant.settings else None
        with (mutant.copilot or nullcontext)(self.copilot) as mutated:
            broken = play(cases, mutated, _silent, check=mutant.check, rules=rules)
        return [(self.played[case.id], result) for case, result in zip(cases, broken, strict=True)]


def _about(tags: Sequence[str], mutant: Mutant) -> bool:
    return not mutant.tags or bool(set(tags) & set(mutant.tags))


def _value(result: CaseResult, metric: str) -> float | None:
    """A score of the case; `right_refusal`: refused exactly where nothing answers."""
    if metric == "right_refusal":
        return float((result.grounded == "refused") != result.answerable)
    return result.scores.get(metric)


def _silent(_done: int, _total: int, _what: str) -> None:
    pass
