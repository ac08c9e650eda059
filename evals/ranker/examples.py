"""Questions with the features of what search found for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from banso.core.errors import ConfigError
from banso.core.settings import Settings
from banso.knowledge.documents import Scope
from banso.knowledge.features import Features
from banso.knowledge.ranking import DEPTH
from evals.cases import Case, load_cases
from evals.retrieval import beir_cases
from evals.run import Progress
from evals.texts import told

if TYPE_CHECKING:
    from banso.knowledge.index import Knowledge

HELD_OUT = "test"
"""Cases with this tag are never trained on."""


@dataclass(frozen=True)
class Example:
    """One question: a row of features for each candidate, the document it is from, and the gains of those that
    answer."""

    rows: tuple[Features, ...]
    documents: tuple[str, ...]
    gains: Mapping[str, float]

    @property
    def found(self) -> bool:
        """Whether a candidate answers: nothing is learned from a question without one."""
        return any(self.gains.get(document, 0) > 0 for document in self.documents)


def training_cases(path: Path) -> list[Case]:
    """The cases of a file, or of a BEIR folder's train split, but those held out. Raises ConfigError."""
    cases = beir_cases(path, split="train") if path.is_dir() else load_cases(path)
    kept = [case for case in cases if HELD_OUT not in case.tags and any(case.gold.values())]
    if not kept:
        raise ConfigError(told("ranker.no_cases", path=path), told("ranker.no_cases_hint", tag=HELD_OUT))
    return kept


def examples(cases: Sequence[Case], knowledge: Knowledge, name: str, progress: Progress) -> Iterator[Example]:
    """One a case. A case that leaves pages out because they answer as well (`pairs`) is learned from twice: without
    them, and with them as the better answers, or the ranker would learn that the other language is always right."""
    for number, case in enumerate(cases, 1):
        progress(number, len(cases), name)
        yield _example(case, knowledge, case.gold, case.exclude)
        if "pairs" in case.tags and case.exclude:
            yield _example(case, knowledge, {**case.gold, **dict.fromkeys(case.exclude, 2.0)}, ())


def _example(case: Case, knowledge: Knowledge, gains: Mapping[str, float], left_out: Sequence[str]) -> Example:
    found = knowledge.candidates(case.question, Scope(account=case.account))
    features = found.features(DEPTH)
    kept = [one for one in features if found.stored[one]["ref"] not in left_out]
    return Example(
        tuple(features[one] for one in kept), tuple(found.stored[one]["ref"] for one in kept), gains
    )  # fmt: skip


def opened(settings: Settings, data: Path, cases: Path, progress: Progress) -> Knowledge:
    """The index that these cases are asked of: that of a data folder, or one of a BEIR folder's passages."""
    from banso.knowledge.index import open_knowledge
    from evals.retrieval import opened_beir

    plain = settings.model_copy(update={"data": data, "ranker": "off", "reranker": ""})
    return opened_beir(cases, plain, progress) if cases.is_dir() else open_knowledge(plain)
