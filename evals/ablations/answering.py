"""Ablations of whole answers: slower by as much as an answer takes longer than a search."""

from __future__ import annotations

from collections.abc import Sequence

from banso.core.settings import Settings
from evals.ablations.result import AblationReport, AblationResult
from evals.ablations.variants import Ablation
from evals.record import RunReport
from evals.run import Progress, run_suite
from evals.statistics import Figure, figure
from evals.suites import Suite


def with_answers(  # noqa: PLR0913, PLR0917 - a run's choices, handed on
    report: AblationReport,
    suite: Suite,
    settings: Settings,
    limit: int | None,
    progress: Progress,
    ablations: Sequence[Ablation],
) -> AblationReport:
    """The report with the suite's own metrics, answers included, for the whole and for each ablation that searches the
    index at hand. Those with an index of their own stay without."""
    whole = run_suite(suite, settings, limit, progress)
    by_name = {
        one.name: run_suite(suite, settings, limit, progress, ablation=one) for one in ablations if not one.reindexes
    }
    results = tuple(_answered(one, whole, by_name.get(one.name)) for one in report.ablations)
    return report.model_copy(update={"answers": whole.metrics, "ablations": results})


def _answered(result: AblationResult, whole: RunReport, less: RunReport | None) -> AblationResult:
    if less is None:
        return result
    update = {"answers": less.metrics, "answers_against_whole": differences(whole, less)}
    return result.model_copy(update=update)


def differences(whole: RunReport, less: RunReport) -> dict[str, Figure]:
    """Means of the differences case by case, this less the whole, over cases that both score; none when held out."""
    before = {case.id: case.scores for case in whole.cases}
    columns: dict[str, list[float]] = {}
    for case in less.cases:
        for name, value in case.scores.items():
            then = before.get(case.id, {}).get(name)
            if value is not None and then is not None:
                columns.setdefault(name, []).append(value - then)
    figures = {name: figure(column) for name, column in columns.items()}
    return {name: found for name, found in figures.items() if found is not None}
