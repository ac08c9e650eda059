"""Cases and bounds: strict data, unscored is never zero."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from banso.core.errors import ConfigError
from evals.bounds import missed_bounds
from evals.cases import FOLDER, load_cases
from evals.record import CaseResult
from evals.report.console import why_failed
from evals.run import summary
from evals.searching import chosen
from evals.statistics import Figure, figure
from evals.suites import Suite, load_suite

GOOD = {"id": "a", "question": "q", "language": "en", "answerable": True}


def write(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "second",
    [GOOD, {**GOOD, "id": "b", "gald": []}, {**GOOD, "id": "b", "language": "fr"}],
    ids=["twice", "key", "lang"],
)
def test_a_bad_case_names_file_and_line(tmp_path: Path, second: object) -> None:
    path = write(tmp_path / "cases.jsonl", GOOD, second)
    with pytest.raises(ConfigError, match=r"cases\.jsonl:2"):
        load_cases(path)


def test_the_smoke_cases_are_enough_and_both_kinds() -> None:
    cases = load_cases(FOLDER / "smoke.jsonl")
    assert len(cases) >= 60
    assert sum(not case.answerable for case in cases) >= 15
    assert all(case.gold for case in cases if case.answerable)


def test_the_smoke_suite_loads() -> None:
    suite = load_suite("smoke")
    assert all(path.exists() for _, path in suite.sources)
    with pytest.raises(ConfigError, match="no suite"):
        load_suite("nothing")


@pytest.mark.parametrize("name", ["manuals_dev", "manuals_test"])
def test_a_suite_over_real_data_holds_both_languages_and_both_kinds(name: str) -> None:
    suite = load_suite(name)
    cases = load_cases(suite.cases)
    assert suite.sources == ()
    assert Counter((case.language, case.answerable) for case in cases) == {
        ("ja", True): 24, ("en", True): 24, ("ja", False): 6, ("en", False): 6,
    }  # fmt: skip
    assert sum("cross-language" in case.tags for case in cases) == 8
    assert all(bool(case.gold) == bool(case.must_say) == case.answerable for case in cases)


def test_the_half_that_judges_is_held_out_and_asks_about_other_documents() -> None:
    dev, judge = load_suite("manuals_dev"), load_suite("manuals_test")
    assert (dev.held_out, judge.held_out) == (False, True)
    first, second = ([ref for case in load_cases(suite.cases) for ref in case.gold] for suite in (dev, judge))
    assert not set(first) & set(second)


def test_the_questions_about_manuals_ask_for_other_pages_in_each_half() -> None:
    halves = [chosen(load_suite(f"manuals_search_{half}")) for half in ("dev", "test")]
    first, second = ({ref for case in half for ref in (*case.gold, *case.exclude)} for half in halves)
    assert not first & second
    cases = [case for half in halves for case in half]
    assert len(cases) == len(load_cases(FOLDER / "manuals_search.jsonl")) == 150
    assert Counter((case.language, "cross" in case.tags) for case in cases) == {
        ("ja", False): 60, ("en", False): 60, ("ja", True): 15, ("en", True): 15,
    }  # fmt: skip
    for case in cases:
        own = {ref for ref, gain in case.gold.items() if ref.startswith(f"{case.language}/")}
        assert all((case.gold[ref] == 2.0) == (ref in own) for ref in case.gold)
        assert bool(own) != bool(case.exclude) == ("cross" in case.tags)


def test_unscored_is_not_zero() -> None:
    found = figure([1.0, None, 1.0])
    assert found is not None and (found.mean, found.n) == (1.0, 2)
    assert figure([None]) is None


def test_the_interval_holds_the_mean() -> None:
    found = figure([0.0, 1.0, 1.0, 0.0, 1.0, 1.0])
    assert found is not None and found.low <= found.mean <= found.high and found.low < found.high


def test_bounds_that_are_missed_or_unmeasured_are_named() -> None:
    suite = Suite(name="s", cases=Path("c"), sources=(), floors={"a": 0.5, "b": 0.5}, ceilings={"c": 0.1})
    metrics = {"a": Figure(mean=0.4, low=0.3, high=0.5, n=9), "c": Figure(mean=0.1, low=0.1, high=0.1, n=9)}
    missed = missed_bounds(suite, metrics)
    assert len(missed) == 2
    assert "0.400" in missed[0] and "not measured" in missed[1]


def result(**changes: object) -> CaseResult:
    base: dict[str, object] = {"id": "a", "question": "q", "answerable": True, "grounded": "cited", "text": "t"}
    base |= {"cited": ("m",), "found": ("m",)}
    scores = {"hit@10": 1.0, "key_facts": 1.0, "citation_hit": 1.0}
    return CaseResult.model_validate(base | {"seconds": 1.0, "scores": scores} | changes)


def test_an_answer_to_the_unanswerable_is_wrong_but_confident() -> None:
    wrong = result(answerable=False, scores={"hit@10": None, "key_facts": None, "citation_hit": None})
    figures = summary([], [result(), wrong])
    assert figures["wrong_but_confident"].mean == figures["wrong_answers"].mean == 0.5
    doubted = summary([], [result(), wrong.model_copy(update={"unsure": True})])
    assert (doubted["wrong_but_confident"].mean, doubted["wrong_answers"].mean) == (0.0, 0.5)
    assert "nothing answers it" in why_failed(wrong)[0]
    assert why_failed(result()) == []


def test_a_refusal_of_the_answerable_is_explained() -> None:
    assert "refused" in why_failed(result(grounded="refused"))[0]
