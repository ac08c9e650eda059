"""Two runs, paired: real losses are found, chance is not taken for one, and nothing vanishes."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from evals.compare import compare
from evals.record import CaseResult, RunInfo, RunReport

SAME = RunInfo(commit="abc", corpus_digest="c", cases_digest="k")


def case(name: str, value: float | None, grounded: str = "cited", *, answerable: bool = True) -> CaseResult:
    return CaseResult(id=name, question="q", answerable=answerable, grounded=grounded, scores={"key_facts": value})


def run(*values: float | None, info: RunInfo = SAME) -> RunReport:
    cases = tuple(case(f"c{number}", value) for number, value in enumerate(values))
    return RunReport(suite="s", n=len(cases), metrics={}, seconds=1.0, cases=cases, info=info)


def test_a_loss_of_ten_cases_of_forty_fails_and_they_are_named() -> None:
    found = compare(run(*[1.0] * 40), run(*[0.0] * 10, *[1.0] * 30))
    (drop,) = found.drops
    assert (drop.metric, drop.before, drop.after, drop.n) == ("key_facts", 1.0, 0.75, 40)
    assert drop.p < 0.01 and drop.low < -0.25 < drop.high < 0
    assert [one.id for one in found.worsened] == [f"c{number}" for number in range(10)] and found.improved == ()


def test_one_case_lost_of_forty_may_be_chance() -> None:
    found = compare(run(*[1.0] * 40), run(0.0, *[1.0] * 39))
    assert found.drops == () and [one.id for one in found.worsened] == ["c0"]


def test_a_sure_loss_within_its_margin_passes() -> None:
    before, after = run(*[1.0] * 40), run(*[0.9] * 40)
    assert [one.metric for one in compare(before, after).drops] == ["key_facts"]
    assert compare(before, after, {"key_facts": 0.1 + 1e-9}).drops == ()


def test_a_gain_is_no_drop() -> None:
    found = compare(run(*[0.0] * 20), run(*[1.0] * 20))
    assert found.drops == () and len(found.improved) == 20


def test_less_of_what_is_bad_is_good() -> None:
    def bad(value: float) -> RunReport:
        cases = tuple(
            CaseResult(id=f"c{n}", question="q", answerable=True, scores={"messages_out": value}) for n in range(20)
        )
        return RunReport(suite="s", n=20, metrics={}, seconds=1.0, cases=cases)

    assert compare(bad(1.0), bad(0.0)).drops == ()
    assert [one.metric for one in compare(bad(0.0), bad(1.0)).drops] == ["messages_out"]


def test_refusing_everything_does_not_hide_behind_unscored_cases() -> None:
    before = run(*[1.0] * 20)
    after = before.model_copy(update={"cases": tuple(case(f"c{n}", None, "refused") for n in range(20))})
    found = compare(before, after)
    assert [one.metric for one in found.drops] == ["right_grounding"]
    assert len(found.worsened) == 20


def test_refusal_as_a_whole_is_compared_too() -> None:
    unanswerable = [case(f"u{n}", None, "refused", answerable=False) for n in range(12)]
    before = RunReport(suite="s", n=12, metrics={}, seconds=1.0, cases=tuple(unanswerable))
    answered = [one.model_copy(update={"grounded": "cited"}) for one in unanswerable[:8]]
    after = before.model_copy(update={"cases": (*answered, *unanswerable[8:])})
    assert "refusal_f1" in [one.metric for one in compare(before, after).drops]


def test_only_shared_cases_count_and_the_others_are_listed() -> None:
    before, after = run(1.0, 1.0, 1.0), run(1.0, 1.0)
    extra = after.model_copy(update={"cases": (*after.cases, case("new", 0.0))})
    found = compare(before, extra)
    assert (found.n, found.missing, found.new) == (2, ("c2",), ("new",))
    assert found.drops == ()


def test_other_documents_and_other_cases_are_said() -> None:
    notes = compare(run(1.0), run(1.0, info=RunInfo(corpus_digest="d", cases_digest="l", model="m"))).notes
    assert any("corpora differ" in note for note in notes) and any("cases differ" in note for note in notes)
    assert any("model" in note for note in notes)
    assert any("share no case" in note for note in compare(run(), run()).notes)


def test_the_same_product_that_answers_otherwise_is_flaky() -> None:
    assert compare(run(1.0, 1.0), run(1.0, 0.0)).flaky == ("c1",)
    assert compare(run(1.0), run(0.0, info=SAME.model_copy(update={"commit": "def"}))).flaky == ()
    assert compare(run(1.0), run(0.0, info=SAME.model_copy(update={"dirty": True}))).flaky == ()


SCORES = st.lists(st.tuples(st.sampled_from([0.0, 0.5, 1.0]), st.sampled_from([0.0, 0.5, 1.0])), min_size=1, max_size=9)


@settings(max_examples=12, deadline=None)
@given(SCORES)
def test_the_way_back_is_the_opposite(scores: list[tuple[float, float]]) -> None:
    before, after = run(*[a for a, _ in scores]), run(*[b for _, b in scores])
    there = {one.metric: one for one in compare(before, after).changes}["key_facts"]
    back = {one.metric: one for one in compare(after, before).changes}["key_facts"]
    assert there.delta == -back.delta and 0 < there.p <= 1 and 0 < back.p <= 1
    assert (there.low <= there.delta + 1e-9 and there.delta <= there.high + 1e-9) or there.n < 3


def test_a_score_that_only_one_run_has_is_neither_gain_nor_loss() -> None:
    found = compare(run(1.0, None), run(1.0, 0.0))
    assert (found.improved, found.worsened, found.drops) == ((), (), ())


def test_seeded() -> None:
    before, after = run(*[1.0, 0.0] * 8), run(*[1.0, 1.0, 0.0, 0.0] * 4)
    assert compare(before, after, seed=1) == compare(before, after, seed=1)
