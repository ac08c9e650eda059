"""What happens with a run once it is over: kept, compared, written for CI, shown, and turned into an exit code."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from banso.core.console import print_json, say
from banso.core.errors import ConfigError
from banso.core.settings import Settings
from banso.ui.quality.records import Against
from evals import baseline, history, junit
from evals.comparing import baseline_of, compared, print_comparison, sentence
from evals.info import run_info
from evals.record import RunReport
from evals.report.command import write_page
from evals.report.console import print_report
from evals.statistics import SEED
from evals.texts import told


@dataclass(frozen=True)
class Output:
    """What the person asked for."""

    json: bool = False
    baseline: Path | None = None
    write_baseline: bool = False
    junit: Path | None = None
    html: Path | None = None
    seed: int = SEED


def finish(report: RunReport, settings: Settings, out: Output) -> None:
    """Keep and show the run. Exits 1 when a bound was missed or something dropped significantly."""
    if not report.info.started_at:
        report = report.model_copy(update={"info": run_info(settings)})
    kept = history.save(report, settings.data)
    before = baseline_of(out.baseline, report) if out.baseline else None
    found = compared(before, report, out.seed) if before else None
    drops = tuple(sentence(change) for change in found.drops) if found else ()
    if out.junit:
        junit.write(report, out.junit, drops)
    if out.html:
        against = Against("baseline", before.info, found) if before and found else None
        write_page(report, out.html, settings, against=against)
    if out.write_baseline:
        _write_baseline(report)
    if out.json:
        print_json(report.as_json() | ({"comparison": found.model_dump(mode="json")} if found else {}))
    else:
        print_report(report)
        if found:
            print_comparison(found)
        say(told("run.saved", path=kept))
    if report.missed or drops:
        sys.exit(1)


def _write_baseline(report: RunReport) -> None:
    if report.held_out or report.info.limit is not None or report.info.ablation:
        raise ConfigError(told("option.part", suite=report.suite), told("option.part_hint"))
    path = baseline.path_of(report.suite)
    baseline.write(report, path)
    say(told("run.wrote", path=path))
