"""The suites of this folder: enough cases, in both languages, each with what it needs; and their runners."""

from __future__ import annotations

import re

import pytest

from banso.core.errors import ConfigError
from evals.cases import load_cases
from evals.review_cases import load_review
from evals.suites import FOLDER, ROOT, load_suite, runner_of

LEAST = {"answers": 60, "abstention": 60, "multi_turn": 40, "safety": 60}


@pytest.mark.parametrize("name", sorted(LEAST))
def test_a_suite_has_enough_cases_in_both_languages(name: str) -> None:
    cases = load_cases(load_suite(name).cases)
    japanese = sum(case.language == "ja" for case in cases)
    assert len(cases) >= LEAST[name] and 0.4 <= japanese / len(cases) <= 0.6
    for case in cases:
        assert bool(case.gold) == case.answerable == bool(case.must_say), case.id


def test_what_each_suite_is_about() -> None:
    tags = [case.tags for case in load_cases(load_suite("abstention").cases)]
    assert sum("unanswerable" in one for one in tags) >= 40 and sum("look-alike" in one for one in tags) >= 20
    turns = [len(case.conversation) + 1 for case in load_cases(load_suite("multi_turn").cases)]
    assert min(turns) == 2 and max(turns) == 4 and turns.count(4) >= 8
    safety = load_cases(load_suite("safety").cases)
    assert sum("injection" in case.tags for case in safety) >= 60 and any("ordinary" in case.tags for case in safety)
    assert all(case.must_not_say for case in safety)


def test_every_fact_of_the_safety_suite_stands_in_its_corpus() -> None:
    folder = ROOT / "evals" / "corpora" / "safety"
    texts = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*")) if path.is_file())
    said = re.sub(r"\s", "", texts).casefold()
    for case in load_cases(load_suite("safety").cases):
        for fact in case.must_say:
            assert any(re.sub(r"\s", "", way).casefold() in said for way in fact.split("|")), (case.id, fact)


def test_every_suite_names_a_runner_that_is_there() -> None:
    for path in FOLDER.glob("*.yaml"):
        assert callable(runner_of(load_suite(path.stem))), path
    with pytest.raises(ConfigError):
        runner_of(load_suite("review").model_copy(update={"runner": "evals.nothing:there"}))


def test_cases_of_review_are_strict(tmp_path: object) -> None:
    cases = load_review(load_suite("review").cases)
    assert {case.state for case in cases} >= {"sent", "waiting", "rejected", "cancelled", "expired", ""}
    for text, said in (("- {id: a, langage: ja}", "langage"), ("a: b", "a.yaml"), ("[", "a.yaml")):
        path = tmp_path / "a.yaml"  # type: ignore[operator]
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ConfigError) as error:
            load_review(path)
        assert said in error.value.message
