"""The runner: order, workers, resumption, repetition, breakdowns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from banso.core.errors import ConfigError
from banso.core.settings import Settings
from evals import history
from evals.run import run_suite
from tests.agents.fakes import ScriptedChat
from tests.evals.bench import ASKED, CASES, Bench, silent, suite_of


def stable(report: Any) -> Any:
    """All that must not depend on the clock."""
    return [case.model_copy(update={"seconds": 0.0}) for case in report.cases]


def test_a_run_says_what_it_measured(filled: Settings, tmp_path: Path) -> None:
    report = run_suite(suite_of(tmp_path), filled, None, silent, ablation=Bench())
    assert [case.id for case in report.cases] == ["lock", "none"]
    assert (report.metrics["key_facts"].mean, report.metrics["refusal_f1"].mean) == (1.0, 1.0)
    assert report.metrics["errors"].mean == 0.0 and report.metrics["p95_seconds"].n == 2
    assert report.info.ablation == "bag of words" and report.info.documents == 4
    assert len(report.info.corpus_digest) == len(report.info.cases_digest) == 64
    assert report.missed == () and report.flaky == ()


def test_many_workers_find_what_one_finds_in_the_order_of_the_cases(filled: Settings, tmp_path: Path) -> None:
    cases = [{**CASES[number % 2], "id": f"c{number}"} for number in range(8)]
    suite = suite_of(tmp_path, *cases)
    alone = run_suite(suite, filled, None, silent, ablation=Bench())
    assert stable(run_suite(suite, filled, None, silent, ablation=Bench(), workers=4)) == stable(alone)


def test_one_breakdown_does_not_stop_the_run_and_misses_a_bound(filled: Settings, tmp_path: Path) -> None:
    suite = suite_of(tmp_path, {**ASKED, "account": "AC-404"}, CASES[1])
    report = run_suite(suite, filled, None, silent, ablation=Bench())
    assert [bool(case.error) for case in report.cases] == [True, False]
    assert report.metrics["errors"].mean == 0.5
    assert report.missed == ("the product raised in 1 cases: lock",)


class Stopped(BaseException):
    """As if somebody pressed Ctrl+C."""


def stop_after(number: int) -> Any:
    def progress(done: int, _total: int, what: str) -> None:
        if done == number and not what.startswith("ingest"):
            raise Stopped

    return progress


def test_an_interrupted_run_goes_on_with_the_cases_that_are_left(filled: Settings, tmp_path: Path) -> None:
    suite, asked = suite_of(tmp_path), ScriptedChat(script=["NO_ANSWER"])
    with pytest.raises(Stopped):
        run_suite(suite, filled, None, stop_after(1), ablation=Bench(asked))
    before = asked.said
    report = run_suite(suite, filled, None, silent, ablation=Bench(asked), resume=True)
    assert [case.id for case in report.cases] == ["lock", "none"]
    assert asked.said == 2 * before  # the first case was not asked again
    assert list(history.folder(filled.data).iterdir()) == []


def test_a_run_that_changed_meanwhile_does_not_go_on(filled: Settings, tmp_path: Path) -> None:
    with pytest.raises(Stopped):
        run_suite(suite_of(tmp_path), filled, None, stop_after(1), ablation=Bench())
    changed = suite_of(tmp_path, CASES[0], {**CASES[1], "question": "HR-8888 とは？"})
    with pytest.raises(ConfigError, match="cases_digest changed"):
        run_suite(changed, filled, None, silent, ablation=Bench(), resume=True)


def test_without_an_unfinished_run_there_is_nothing_to_go_on_with(filled: Settings, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no unfinished run of bench"):
        run_suite(suite_of(tmp_path), filled, None, silent, ablation=Bench(), resume=True)


def test_no_case_of_a_held_out_suite_is_written_anywhere(filled: Settings, tmp_path: Path) -> None:
    suite = suite_of(tmp_path, held_out=True)
    with pytest.raises(Stopped):
        run_suite(suite, filled, None, stop_after(1), ablation=Bench())
    assert not history.folder(filled.data).exists()
    report = run_suite(suite, filled, None, silent, ablation=Bench())
    assert report.cases == () and report.held_out
    with pytest.raises(ConfigError, match="held-out"):
        run_suite(suite, filled, None, silent, ablation=Bench(), resume=True)


def test_a_case_that_goes_otherwise_the_second_time_is_named(filled: Settings, tmp_path: Path) -> None:
    wavering = ScriptedChat(script=["どの製品のことでしょうか？", "NO_ANSWER"])
    report = run_suite(suite_of(tmp_path, CASES[1]), filled, None, silent, ablation=Bench(wavering), repeat=2)
    assert report.flaky == ("none",)
