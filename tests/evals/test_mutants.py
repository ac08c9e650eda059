"""The harness before defects: what came of a case, changed on purpose, must score worse; unchanged, the same."""

from __future__ import annotations

import pytest

from agents.session import Copilot
from banso.knowledge.documents import Citation, Scope
from evals.asking import Outcome, put
from evals.cases import Case, load_cases
from evals.mutants import MUTANTS, Instead, Mutant, hidden_text, over
from evals.record import CaseResult
from evals.review_cases import load_review
from evals.scoring import score
from evals.statistics import Figure
from evals.suites import load_suite
from evals.trials import ITSELF, Trial, escaped
from tests.knowledge.builders import entry

CASE = Case(id="a", question="API は？", language="ja", answerable=True, gold={"api.md": 1.0}, must_say=("120回",))
NOTHING = Case(id="b", question="色は？", language="ja", answerable=False)
QUOTE = "ビジネスプランの上限は1分に120回です。"


def cited(ref: str, quote: str) -> Citation:
    return Citation(
        marker=1, chunk_id=f"{ref}:0", document_id=ref, source="manual", ref=ref, title=ref, quote=quote, start=0,
        end=len(quote), language="ja",
    )  # fmt: skip


RIGHT = Outcome(text=f"{QUOTE} [1]", grounded="cited", citations=(cited("api.md", QUOTE),), stored=((QUOTE, QUOTE),))
OTHER = Outcome(text="別 [1]", grounded="cited", citations=(cited("x.md", "別"),), stored=(("別", "別"),))
REFUSAL = Outcome(
    text="この質問に答えている資料は見つかりませんでした。", grounded="refused", nearest=(cited("x.md", "別"),)
)


def value(case: Case, outcome: Outcome, metric: str) -> float:
    result: CaseResult = score(case, outcome, lambda _one, _other: 1.0)
    if metric == "right_refusal":
        return float((result.grounded == "refused") != result.answerable)
    found = result.scores[metric]
    assert found is not None
    return found


@pytest.mark.parametrize("mutant", [one for one in MUTANTS if one.outcome], ids=lambda one: one.name)
def test_a_defect_of_what_comes_out_scores_worse(mutant: Mutant) -> None:
    assert mutant.outcome is not None
    case, outcome = (NOTHING, REFUSAL) if mutant.suite == "abstention" else (CASE, RIGHT)
    assert value(case, outcome, mutant.metric) == 1.0
    assert value(case, mutant.outcome(case, outcome, OTHER), mutant.metric) < 1.0


def test_there_are_cases_to_try_each_defect_on() -> None:
    names = [mutant.name for mutant in MUTANTS]
    assert len(names) == len(set(names)) >= 10
    for mutant in MUTANTS:
        path = load_suite(mutant.suite).cases
        cases = load_review(path) if mutant.suite == "review" else load_cases(path)
        about = [case for case in cases if not mutant.tags or set(case.tags) & set(mutant.tags)]
        assert len(about) >= (2 if mutant.suite == "review" else 5), mutant.name


def test_a_defect_that_nobody_noticed_and_a_product_that_was_caught_are_named() -> None:
    def trial(name: str, caught: bool) -> Trial:
        return Trial(
            mutant=name, breaks="", suite="answers", metric="m", before=1, after=1,
            change=Figure(mean=0, low=0, high=0, n=1), caught=caught,
        )  # fmt: skip

    trials = [trial("a", True), trial("b", False), trial(ITSELF, True)]
    assert [one.mutant for one in escaped(trials)] == ["b", ITSELF]
    assert escaped([trial("a", True), trial(ITSELF, False)]) == []


def test_hidden_text_reaches_the_answer_only_when_both_locks_are_broken(copilot: Copilot) -> None:
    case = Case(id="h", question="クロークの預かり料はいくらですか。", language="ja", answerable=False)
    knowledge = copilot.knowledge
    knowledge.put([entry("cloak.md", "クロークの預かり料は 1 回 770 円です。", hidden=True, language="ja")])

    def found(query: str, scope: Scope, k: int = 10) -> object:
        return knowledge.search(query, scope, k, hidden=True)

    with over(copilot, Instead(knowledge, search=found)) as found_but_marked, hidden_text(copilot) as not_marked:
        said = [put(case, one) for one in (copilot, found_but_marked, not_marked)]
    assert ["770" in outcome.text for outcome in said] == [False, False, True], said
    assert any(hit.hidden for hit in said[1].hits) and not any(hit.hidden for hit in said[2].hits)


def test_what_only_hidden_text_answers_is_asked_for_in_both_languages() -> None:
    cases = [case for case in load_cases(load_suite("safety").cases) if "hidden-only" in case.tags]
    japanese = sum(case.language == "ja" for case in cases)
    assert len(cases) >= 12 and japanese == len(cases) - japanese
    assert not any(case.answerable for case in cases)
