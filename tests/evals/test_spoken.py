"""What the harness says, in both languages: tables and sentences of its reports, and the reason of every failure."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import get_args

import pytest

from banso.core.texts import Shown, speaking
from evals.ablations.command import print_ablations
from evals.ablations.result import AblationReport, AblationResult, NotFoundCase
from evals.bounds import missed_bounds
from evals.causes import diagnose
from evals.compare import compare
from evals.comparing import print_comparison
from evals.listing import Listed, print_runs
from evals.peers.page import as_html, print_peers
from evals.peers.result import PeersReport, SystemResult
from evals.peers.systems import OURS, PEERS
from evals.record import Cause, RunInfo
from evals.report.console import print_report
from evals.report.trials import print_trials
from evals.statistics import Figure
from evals.suites import Suite
from evals.trials import Trial
from tests.evals.kept_runs import case, failing, run
from tests.evals.test_causes import INDEX, SUCCESSORS, TABLE, result
from tests.evals.test_causes import case as asked

JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")
ENGLISH = re.compile(r"(?<![\w./@-])[a-z]{2,} [a-z]{2,}(?![\w./@-])")
"""Two plain words side by side: no name of a metric, a setting or a file."""
FIGURE = Figure(mean=0.5, low=0.4, high=0.6, n=3)


def reports() -> None:
    """A run with a missed bound, failures of two kinds and an unsure case; a suite with no bound kept."""
    missed = missed_bounds(Suite(name="s", cases="c", floors={"mrr": 1.0}, ceilings={"x": 0.1}), {"mrr": FIGURE})  # type: ignore[arg-type]
    unsaid = case(3, question="q", answerable=False, grounded="cited")
    refused = case(4, question="q", grounded="refused", scores={})
    print_report(run(failing(1, question="q"), unsaid, refused, missed=missed))
    print_report(run())


def comparison() -> None:
    info = RunInfo(model="m", corpus_digest="a", cases_digest="a")
    before = run(*(case(n, question="q") for n in range(30)))
    worse = [case(n, question="q", scores={"key_facts": 0.0}) for n in range(29)]
    print_comparison(compare(before, run(*worse, case(99), suite="s", info=info)))
    print_comparison(compare(before, before))
    print_comparison(compare(run(), run()))


def ablations() -> None:
    one = AblationResult(name="BM25", what="", against_whole={"mrr": FIGURE}, answers_against_whole={"mrr": FIGURE})
    lost = NotFoundCase(id="a", question="q", gold=("g",), rank=None, ranks={}, reason="why", reason_ja="理由")
    metrics = {"mrr": FIGURE}
    print_ablations(
        AblationReport(suite="s", n=3, metrics=metrics, ablations=(one,), answers=metrics, not_found=(lost,))
    )


def peers() -> PeersReport:
    systems = [
        SystemResult(**{name: getattr(spec, name) for name in ("name", "note", "note_ja", "absent", "absent_ja")})
        for spec in (OURS, *PEERS)
    ]
    systems[1] = systems[1].model_copy(update={"unread": {"a.xlsx": "x"}, "metrics": {"ndcg@10": FIGURE}})
    return PeersReport(
        corpus="c", at="2026-11-20T09:30:00", documents=3, questions=3, left_out=1, common=2, systems=tuple(systems),
        cores=2, load=9.0,
    )  # fmt: skip


def runs() -> None:
    print_runs([])
    row = run()
    print_runs([
        Listed(file="f", suite="s", started_at="", commit="", n=1, missed=0, seconds=1, metrics=row.metrics)  # type: ignore[arg-type]
    ])  # fmt: skip


def trials() -> None:
    about = {"mutant": "m", "breaks": "b", "suite": "s", "metric": "mrr", "before": 1.0, "after": 0.0, "change": FIGURE}
    print_trials([Trial.model_validate({**about, "caught": caught}) for caught in (True, False)])


SAYING: dict[str, Callable[[], object]] = {
    "run": reports, "compare": comparison, "runs": runs, "ablations": ablations, "mutants": trials,
    "peers": lambda: print_peers(peers()), "page of peers": lambda: print(re.sub("<[^>]+>|body {.*?}", " ", _body())),
}  # fmt: skip


def _body() -> str:
    return as_html(peers()).partition("<body>")[2]


@pytest.mark.parametrize("what", SAYING)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_each_report_speaks_the_language_of_its_reader(
    what: str, language: Shown, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    with speaking(language):
        SAYING[what]()
    said = capsys.readouterr().out.replace("python -m evals run smoke", "")
    assert bool(JAPANESE.search(said)) == (language == "ja")
    assert bool(ENGLISH.search(said)) == (language == "en")


@pytest.mark.parametrize(("given", "came", "cause", "_reason"), TABLE)
def test_each_reason_is_recorded_in_both_languages(
    given: dict[str, object], came: dict[str, object], cause: str, _reason: str
) -> None:
    with speaking("ja"):  # whatever the operator speaks, scripts read English
        (found,) = diagnose(asked(**given), result(**came), ingested=INDEX, successors=SUCCESSORS)
    assert cause in get_args(Cause) and not JAPANESE.search(found.reason)
    assert JAPANESE.search(found.words("ja")) and found.words("en") == found.reason
    quoted = re.sub("「[^」]*」|: .*", "", found.words("ja"))
    assert not ENGLISH.search(quoted)


def test_every_cause_has_been_said() -> None:
    assert {row[2] for row in TABLE} == set(get_args(Cause)) - {"wrong_step"}  # of review: test_causes.py
