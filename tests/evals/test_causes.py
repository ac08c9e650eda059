"""Causes of failures, one row a case: the first step that went wrong, and what a person is told."""

from __future__ import annotations

import pytest

from evals.cases import Case
from evals.causes import diagnose, grouped
from evals.record import CaseResult, Evidence, Failure, Sentence
from evals.review_cases import ReviewCase
from evals.review_causes import review_failures

INDEX = ("new.md", "old.md", "other.md", "third.md")
SUCCESSORS = {"old.md": "new.md"}


def case(**changes: object) -> Case:
    base: dict[str, object] = {"id": "a", "question": "What is the limit?", "language": "en", "answerable": True}
    return Case.model_validate(base | {"gold": ["new.md"], "must_say": ["120|one hundred and twenty"]} | changes)


def result(**changes: object) -> CaseResult:
    base: dict[str, object] = {
        "id": "a", "question": "What is the limit?", "answerable": True, "grounded": "cited",
        "text": "The limit is 120. [1]", "cited": ["new.md"], "found": ["other.md", "new.md"],
        "scores": {"key_facts": 1.0, "citation_hit": 1.0, "language": 1.0},
    }  # fmt: skip
    return CaseResult.model_validate(base | changes)


WRONG: dict[str, object] = {"text": "The limit is 90. [1]", "scores": {"key_facts": 0.0}}
ELSEWHERE = WRONG | {"cited": ["other.md"]}
NOTHING: dict[str, object] = {"answerable": False, "gold": [], "must_say": []}
FAR = [*(f"x{n}.md" for n in range(13)), "new.md"]
UNSAID = Sentence(text="It doubles at night.", markers=(1,), support="unsupported", score=0.1)

TABLE: list[tuple[dict[str, object], dict[str, object], str, str]] = [
    ({}, {"error": "Unavailable: no reply\n  at line 3", "grounded": ""}, "error", "Unavailable: no reply"),
    ({}, {"scores": {"nothing_sent": 0.0}}, "unsafe", "outbox"),
    ({"account": "AC-1"}, {"scores": {"right_account": 0.0}}, "wrong_account", "AC-1"),
    (NOTHING, {"cited": ["other.md"], "confidence": 0.81}, "should_refuse", "with confidence 0.81"),
    (NOTHING, {"grounded": "chat", "cited": []}, "should_refuse", "without a source"),
    ({"tools": ["lookup_account"]}, {"tools": ["search_knowledge"], "scores": {"tools_on_plan": 0.0}}, "wrong_tools",
     "the plan was lookup_account; called were search_knowledge"),
    ({"gold": ["gone.md"]}, ELSEWHERE, "not_ingested", "gone.md"),
    ({}, {"grounded": "refused", "cited": [], "found": ["other.md"], "scores": {}}, "not_retrieved",
     "new.md is not among the 1 documents found; first are other.md"),
    ({}, ELSEWHERE | {"found": FAR}, "not_retrieved", "new.md is at rank 14, behind the first 10"),
    ({}, {"grounded": "", "text": "", "cited": [], "found": FAR, "scores": {}}, "not_retrieved", "rank 14"),
    ({}, WRONG | {"cited": ["old.md"]}, "stale_source", "cites old.md, which new.md replaces"),
    ({"must_not_say": ["90"]}, {"cited": ["old.md"]}, "stale_source", "new.md replaces"),
    ({}, {"grounded": "refused", "cited": [], "scores": {}, "confidence": 0.2}, "wrong_refusal",
     "refused although new.md (found at rank 2) answers it with confidence 0.20"),
    ({}, {"grounded": "chat", "cited": [], "scores": {"key_facts": 0.0}}, "wrong_refusal", "without any source"),
    ({}, ELSEWHERE, "not_used", "new.md (found at rank 2), but the answer cites other.md"),
    ({"must_say": []}, {"cited": ["other.md"], "scores": {}}, "not_used", "cites other.md"),
    ({}, WRONG, "missing_fact", "does not say “120” or “one hundred and twenty” (0 of 1 said), citing new.md"),
    ({"must_not_say": ["120"]}, {}, "forbidden_fact", "says “120”"),
    ({}, {"sentences": [UNSAID], "evidence": [Evidence(marker=1, ref="new.md")]}, "unsupported",
     "new.md does not say “It doubles at night.”"),
    ({}, {"scores": {"numbers_right": 0.5}}, "unsupported", "a number"),
    ({"language": "ja"}, {"scores": {"language": 0.0}}, "wrong_language", "Japanese was asked for"),
    ({"expects": "draft"}, {"tools": ["search_knowledge"]}, "no_draft", "tools called: search_knowledge"),
    ({"expects": "draft"}, {"tools": ["draft_reply"], "scores": {"draft_gate": 0.0}}, "wrong_draft", "the gate blocks"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "came", "cause", "reason"), TABLE, ids=[f"{n}-{row[2]}" for n, row in enumerate(TABLE)]
)
def test_the_first_step_that_went_wrong_is_named(
    asked: dict[str, object], came: dict[str, object], cause: str, reason: str
) -> None:
    (found,) = diagnose(case(**asked), result(**came), ingested=INDEX, successors=SUCCESSORS)
    assert found.cause == cause
    assert reason in found.reason


@pytest.mark.parametrize(
    ("asked", "came"),
    [
        ({}, {}),
        ({}, {"cited": ["third.md"], "found": ["third.md"]}),  # all that must be said, from a source nobody judged
        ({}, {"cited": ["old.md", "new.md"]}),  # the old page beside the one that replaces it
        ({"gold": ["old.md"]}, {"cited": ["old.md"], "found": ["old.md"]}),  # the question is about the old version
        (NOTHING, {"grounded": "refused", "cited": [], "scores": {}}),
        (NOTHING, {"grounded": "", "cited": [], "scores": {}}),  # search alone says nothing about a refusal
        ({"expects": "draft"}, {"tools": ["draft_reply"], "scores": {"draft_gate": 1.0, "draft_tone": 1.0}}),
        ({}, {"scores": {"key_facts": None, "language": None, "right_account": None, "nothing_sent": None}}),
    ],
)
def test_a_right_answer_has_no_cause(asked: dict[str, object], came: dict[str, object]) -> None:
    assert diagnose(case(**asked), result(**came), ingested=INDEX, successors=SUCCESSORS) == ()


def test_a_gold_document_of_several_that_is_there_is_looked_for() -> None:
    found = diagnose(case(gold=["gone.md", "new.md"]), result(**ELSEWHERE), ingested=INDEX)
    assert [one.cause for one in found] == ["not_used"]


def test_causes_are_counted_with_examples_most_frequent_first() -> None:
    causes = ["not_used", "missing_fact", "missing_fact", "error"]
    results = [
        result(id=str(n), failures=[Failure(cause=cause, reason=f"why {n}")])  # type: ignore[arg-type]
        for n, cause in enumerate(causes)
    ]
    groups = grouped([*results, result(id="fine")])
    assert [(one.cause, one.count) for one in groups] == [("missing_fact", 2), ("error", 1), ("not_used", 1)]
    assert groups[0].share == pytest.approx(2 / 5) and groups[0].examples == (("1", "why 1"), ("2", "why 2"))
    assert grouped([]) == ()


@pytest.mark.parametrize(
    ("lacking", "step", "cause", "words"),
    [
        ({"only_approved_sent": 0.0, "steps_right": 0.0}, "ok", "unsafe", "nobody approved"),
        ({"one_message": 0.0}, "ok", "unsafe", "more than one"),
        ({"right_account": 0.0}, "ok", "wrong_account", "another account"),
        ({"steps_right": 0.0, "says": 0.0}, "two_person", "wrong_step", "two_person"),
        ({"end_state": 0.0}, "ok", "wrong_step", "pending"),
        ({"says": 0.5}, "ok", "missing_fact", "120"),
    ],
)
def test_a_failed_case_of_review_says_why(lacking: dict[str, float], step: str, cause: str, words: str) -> None:
    case = ReviewCase.model_construct(state="sent", mails=1, says=("120",))
    names = ("steps_right", "end_state", "only_approved_sent", "right_account", "one_message", "says", "audit_whole")
    fine = dict.fromkeys(names, 1.0)
    assert review_failures(case, fine, [("approve", "ok", "ok")], "sent", 1) == ()
    (failure,) = review_failures(case, fine | lacking, [("approve", "ok", step)], "pending", 0)
    assert failure.cause == cause and words in failure.reason and failure.reason_ja not in ("", failure.reason)
