"""Parts of the search left out: what each is worth on a small index, and why a document was not found."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from banso.core.errors import ConfigError
from banso.core.settings import Settings
from banso.knowledge.e5.embedder import E5Small
from banso.knowledge.index import open_knowledge
from evals.ablations.answering import with_answers
from evals.ablations.command import print_ablations
from evals.ablations.measure import Remembering, best_rank, run_ablations, why
from evals.ablations.variants import applicable
from evals.cases import Case
from evals.suites import Suite
from tests.knowledge.builders import HashEmbedder, entry

PAGES = {
    "backup": "Copies are taken every night and kept for 35 days in a second region.",
    "seats": "Seats are billed each month; unused seats are not refunded.",
    "phones": "Install the app from the store. A lost phone is signed out by an administrator.",
    "training": "The plan includes three online sessions for administrators.",
}
FILLER = {f"filler{n}": f"The monthly report number {n} is sent on day {n}." for n in range(12)}
ASKED = {
    "words": ("How long are copies kept?", "backup"),
    "meaning": ("退職した人の席の料金は戻ってきますか", "seats"),
    "nothing": ("Which number has the monthly report that is sent on day?", "phones"),
}


@pytest.fixture
def indexed(settings: Settings, embedder: E5Small) -> Settings:
    with closing(open_knowledge(settings, embedder)) as knowledge:
        knowledge.put([entry(ref, text, language="en") for ref, text in (PAGES | FILLER).items()])
    return settings


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    cases = [
        {"id": id, "question": question, "language": "en", "answerable": True, "gold": [gold]}
        for id, (question, gold) in ASKED.items()
    ]
    cases.append({"id": "none", "question": "x", "language": "en", "answerable": False})
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(map(json.dumps, cases)), encoding="utf-8")
    return Suite(name="here", cases=path)


def silent(_done: int, _total: int, _what: str) -> None: ...


def test_each_part_is_left_out_and_compared_case_by_case(
    indexed: Settings, suite: Suite, capsys: pytest.CaptureFixture[str]
) -> None:
    report = run_ablations(suite, indexed, None, silent, applicable(indexed, reindex=False))
    by_name = {one.name: one for one in report.ablations}
    assert report.n == 3 and "no reranker" not in by_name and "chunks of 160" not in by_name
    words = by_name["BM25 only"]
    assert words.loses == ("meaning",) and words.finds == ()
    assert words.against_whole["recall@10"].mean == pytest.approx(-1 / 3)
    assert by_name["dense only"].metrics["recall@10"].mean == report.metrics["recall@10"].mean
    (missed,) = report.not_found
    assert missed.id == "nothing" and missed.gold == ("phones",) and set(missed.ranks) == set(by_name)
    assert "by no ablation among the first 10" in missed.reason
    print_ablations(report)
    assert "nothing: phones" in capsys.readouterr().out


def test_answers_are_compared_too_where_the_index_at_hand_serves(
    indexed: Settings, suite: Suite, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = applicable(indexed, reindex=False, only=["BM25 only", "no context"])
    searched = run_ablations(suite, indexed, None, silent, chosen)
    report = with_answers(searched, suite, indexed, None, silent, chosen)
    words, no_context = report.ablations
    assert report.answers["hit@10"].n == words.answers["hit@10"].n == 3
    assert words.answers_against_whole["hit@10"].mean == pytest.approx(-1 / 3)
    assert no_context.answers == {} and no_context.metrics
    print_ablations(report)
    assert "answers" in capsys.readouterr().out


def test_an_index_made_anew_is_another_one_and_the_one_at_hand_stays(indexed: Settings, suite: Suite) -> None:
    before = {path: path.stat().st_size for path in indexed.data.rglob("*") if path.is_file()}
    chosen = applicable(indexed, reindex=False, only=["no context", "Chunks of 160"])
    report = run_ablations(suite, indexed, 1, silent, chosen)
    assert [one.name for one in report.ablations] == ["no context", "chunks of 160"]
    assert all(one.metrics["recall@10"].mean == 1.0 for one in report.ablations)
    assert {path: path.stat().st_size for path in indexed.data.rglob("*") if path.is_file()} == before


def test_a_held_out_suite_names_no_case(indexed: Settings, suite: Suite) -> None:
    held_out = suite.model_copy(update={"held_out": True})
    report = run_ablations(held_out, indexed, None, silent, applicable(indexed, reindex=False, only=["BM25 only"]))
    assert report.not_found == () and report.ablations[0].loses == ()
    assert "meaning" not in report.model_dump_json()


def test_without_title_and_headings_a_page_is_not_found_by_them(settings: Settings) -> None:
    from evals.ablations.measure import opened
    from evals.ablations.variants import ABLATIONS

    (ablation,) = [one for one in ABLATIONS if not one.context]
    with closing(open_knowledge(settings, HashEmbedder())) as whole:
        whole.put([entry("zebra", "Nothing of that name.", language="en")])
        with opened(ablation, whole, settings, Remembering(whole.embedder), silent) as less:
            assert [one.title for one in less.documents()] == [""]
            assert whole.document(less.documents()[0].id).title == "zebra"


def test_only_what_changes_something_can_be_chosen(settings: Settings) -> None:
    with pytest.raises(ConfigError, match="no ablation 'no reranker' here"):
        applicable(settings, reindex=False, only=["no reranker"])
    reranking = settings.model_copy(update={"reranker": "some/model"})
    (chosen,) = applicable(reranking, reindex=False, only=["no reranker"])
    assert chosen.settings(reranking).reranker == ""


CASE = Case(id="a", question="q", language="en", answerable=True, gold={"g": 1.0, "zero": 0.0})


@pytest.mark.parametrize(
    ("rank", "ranks", "said"),
    [
        (14, {"BM25 only": 3, "dense only": None}, "found by BM25 only at rank 3; at rank 14 by the whole search"),
        (None, {"a": 9, "b": 2}, "found by b at rank 2, a at rank 9; not at all by the whole search"),
        (None, {"a": 40, "b": None}, "g: not at all by the whole search, and by no ablation among the first 10; best"),
        (12, {"a": None}, "g: at rank 12 by the whole search, and by no ablation among the first 10"),
    ],
)
def test_the_reason_says_what_would_have_found_it(rank: int | None, ranks: dict[str, int | None], said: str) -> None:
    case = CASE.model_copy(update={"gold": {"g": 1.0}})
    assert why(case, rank, ranks).startswith(said)


def test_the_rank_is_that_of_the_best_gold_document() -> None:
    assert best_rank(CASE, ["zero", "x", "g"]) == 3
    assert best_rank(CASE, ["x"]) is None


def test_a_question_is_embedded_once() -> None:
    class Counting(HashEmbedder):
        asked = 0

        def queries(self, texts):  # type: ignore[no-untyped-def]
            Counting.asked += len(texts)
            return super().queries(texts)

    embedder = Remembering(Counting())
    first, again = embedder.queries(["a", "b"]), embedder.queries(["b", "a", "b"])
    assert Counting.asked == 2 and (again == first[[1, 0, 1]]).all()
