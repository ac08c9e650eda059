from __future__ import annotations

import json
import multiprocessing
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from banso.core.errors import ConfigError
from banso.core.settings import Settings
from banso.knowledge.documents import Document, Scope
from banso.knowledge.embedding import Vectors
from banso.knowledge.index import open_knowledge
from ingest.pipeline import BATCH, WORTH_A_READER, run
from ingest.redact import Redactor, redactor_for
from ingest.report import Report
from ingest.service import ingest_path, one_at_a_time
from ingest.sources.base import Failure, Item
from tests.ingest.fake_knowledge import FakeKnowledge, FakeSource


def count(text: str) -> int:
    return len(text.split())


class Answers:
    def __init__(self, answer: bool) -> None:
        self.answer, self.questions = answer, list[str]()

    def __call__(self, question: str) -> bool:
        self.questions.append(question)
        return self.answer


def go(source: FakeSource, index: FakeKnowledge, *, redactor: Redactor | None = None, agree: bool = True) -> Report:
    return run(source, index, redactor=redactor or Redactor(), count_tokens=count, confirm=Answers(agree))


def counts(report: Report) -> tuple[int, int, int, int, int]:
    documents = report.documents
    return documents.added, documents.updated, documents.unchanged, documents.deleted, documents.failed


def test_added_then_unchanged_then_changed_then_gone() -> None:
    index = FakeKnowledge()
    assert counts(go(FakeSource({"1": "one", "2": "two"}), index)) == (2, 0, 0, 0, 0)
    again = FakeSource({"1": "one", "2": "two"})
    assert counts(go(again, index)) == (0, 0, 2, 0, 0)
    assert again.loaded == []
    assert counts(go(FakeSource({"1": "one", "2": "TWO", "3": "three"}), index)) == (1, 1, 1, 0, 0)
    assert counts(go(FakeSource({"3": "three"}), index)) == (0, 0, 1, 2, 0)
    assert index.texts() == {"3": "three"}


class Meeting(FakeSource):
    """Each item waits for another one to be read beside it, and notes whether one came."""

    meeting: threading.Barrier

    def _load(self, ref: str, text: str | None) -> Callable[[], Document]:
        plain = super()._load(ref, text)

        def load() -> Document:
            with suppress(threading.BrokenBarrierError):
                self.meeting.wait()
                self.met = True
            return plain()

        return load

    met = False


@pytest.mark.parametrize(("items", "beside"), [(WORTH_A_READER - 1, False), (2 * WORTH_A_READER, True)])
def test_few_items_are_read_one_after_the_other_and_many_side_by_side(items: int, beside: bool) -> None:
    source = Meeting({str(n): f"text {n}" for n in range(items)})
    source.meeting = threading.Barrier(2, timeout=60 if beside else 0.05)
    assert counts(go(source, FakeKnowledge())) == (items, 0, 0, 0, 0)
    assert source.met is beside


def test_what_fails_the_same_way_again_is_reported_and_not_read_again() -> None:
    index = FakeKnowledge()
    go(FakeSource({"1": "one", "2": None}, settled=True), index)
    again = FakeSource({"1": "one", "2": None}, settled=True)
    report = go(again, index)
    assert again.loaded == [] and counts(report) == (0, 0, 1, 0, 1)
    assert report.failures[0].error == "damaged"
    mended = FakeSource({"1": "one", "2": "two"})
    assert counts(go(mended, index)) == (1, 0, 1, 0, 0)


def test_what_may_work_next_time_is_tried_again() -> None:
    index = FakeKnowledge()
    go(FakeSource({"1": None}), index)
    again = FakeSource({"1": None})
    go(again, index)
    assert again.loaded == ["1"]


def test_the_report_has_the_shape_that_scripts_use() -> None:
    report = go(FakeSource({"1": "mail a@acme.com", "2": None}), FakeKnowledge())
    shown = json.loads(json.dumps(report.as_json()))
    assert list(shown)[:5] == ["source", "documents", "chunks", "seconds", "failures"]
    assert shown["documents"] == {"added": 1, "updated": 0, "unchanged": 0, "deleted": 0, "failed": 1}
    assert shown["failures"] == [{"path": "2", "error": "damaged", "hint": "send it again"}]
    assert (shown["source"], shown["chunks"], shown["masked"]) == ("ticket", 1, {"email": 1})


def test_text_is_masked_before_it_is_stored_and_a_changed_mask_reads_again() -> None:
    index, texts = FakeKnowledge(), {"1": "mail a@acme.com"}
    go(FakeSource(dict(texts)), index)
    assert index.texts() == {"1": "mail [email]"}
    assert counts(go(FakeSource(dict(texts)), index, redactor=redactor_for(["emails"]))) == (0, 1, 0, 0, 0)
    assert index.texts() == {"1": "mail a@acme.com"}


def test_a_failed_item_keeps_its_old_version_and_is_tried_again() -> None:
    index = FakeKnowledge()
    go(FakeSource({"1": "one", "2": "two"}), index)
    assert counts(go(FakeSource({"1": "one", "2": None}), index)) == (0, 0, 1, 0, 1)
    assert index.texts()["2"] == "two"
    assert index.failed["ticket", "desk"] == [("2", "damaged", "send it again", "")]
    assert counts(go(FakeSource({"1": "one", "2": "new"}), index)) == (0, 1, 1, 0, 0)
    assert index.failed["ticket", "desk"] == []


def test_an_item_without_text_is_a_failure() -> None:
    source = FakeSource({"1": "  \n "})
    report = go(source, FakeKnowledge())
    assert counts(report) == (0, 0, 0, 0, 1)
    assert report.failures[0].hint


@pytest.mark.parametrize(
    ("failure", "left"),
    [
        (Failure("general/2026-04-01.json", "damaged"), {"general/1", "general/2"}),
        (Failure("wrapped/general/2026-04-01.json", "damaged"), {"general/1", "general/2"}),
        (Failure("groups.json", "damaged"), {"general/1", "general/2", "sales/1"}),
        (Failure("general/1", "damaged"), {"general/1"}),
        (Failure("link", "symbolic link", covers="link"), set()),
    ],
)
def test_what_may_be_inside_an_unreadable_file_has_not_vanished(failure: Failure, left: set[str]) -> None:
    index = FakeKnowledge()
    go(FakeSource({"general/1": "a", "general/2": "b", "sales/1": "c"}), index)
    report = go(FakeSource({}, unlisted=[failure]), index)
    assert set(index.texts()) == left
    assert bool(report.warnings) == bool(left)


def test_removing_more_than_half_asks_first() -> None:
    index, many = FakeKnowledge(), {str(n): f"text {n}" for n in range(12)}
    go(FakeSource(dict(many)), index)
    few = {ref: text for ref, text in many.items() if int(ref) < 5}
    no = Answers(False)
    report = run(FakeSource(dict(few)), index, redactor=Redactor(), count_tokens=count, confirm=no)
    assert (len(index.entries), len(no.questions), counts(report)) == (12, 1, (0, 0, 5, 0, 0))
    assert "7" in no.questions[0] and "12" in no.questions[0] and report.warnings
    assert counts(go(FakeSource(dict(few)), index)) == (0, 0, 5, 7, 0)
    unasked = Answers(False)
    more = {ref: text for ref, text in few.items() if int(ref) < 3}
    run(FakeSource(more), index, redactor=Redactor(), count_tokens=count, confirm=unasked)
    assert unasked.questions == [] and len(index.entries) == 3
    one = Answers(False)
    run(FakeSource({"0": more["0"]}), index, redactor=Redactor(), count_tokens=count, confirm=one)
    assert len(one.questions) == 1 and len(index.entries) == 3


def test_a_dry_run_changes_nothing() -> None:
    index = FakeKnowledge()
    go(FakeSource({"1": "one", "2": "two"}), index)
    source = FakeSource({"1": "uno", "3": "three"})
    report = run(source, index, redactor=Redactor(), count_tokens=count, confirm=Answers(True), dry_run=True)
    assert (counts(report), report.dry_run, source.loaded) == ((1, 1, 0, 1, 0), True, [])
    assert index.texts() == {"1": "one", "2": "two"}


def test_a_killed_run_loses_one_batch_at_most_and_repeats_nothing() -> None:
    texts: dict[str, str | None] = {str(n): f"text {n}" for n in range(3 * BATCH)}
    index = FakeKnowledge(crash_after=2)
    with pytest.raises(KeyboardInterrupt):
        go(FakeSource(dict(texts)), index)
    assert len(index.entries) == 2 * BATCH
    index.crash_after = -1
    second = FakeSource(dict(texts))
    assert counts(go(second, index)) == (BATCH, 0, 2 * BATCH, 0, 0)
    assert sorted(second.loaded, key=int) == [str(n) for n in range(2 * BATCH, 3 * BATCH)]
    assert max(index.puts) <= BATCH


def test_progress_counts_to_the_total() -> None:
    steps: list[tuple[int, int, str]] = []
    texts: dict[str, str | None] = {str(n): f"text {n}" for n in range(9)}
    run(
        FakeSource(texts),
        FakeKnowledge(),
        redactor=Redactor(),
        count_tokens=count,
        confirm=Answers(True),
        progress=lambda done, total, name: steps.append((done, total, name)),
    )
    assert steps[8] == (9, 0, "8") and steps[-1] == (9, 9, "")
    assert [name for _, total, name in steps if total] == [*texts, ""]


TEXTS = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from(["x", "y", None]), max_size=8)


@given(st.lists(TEXTS, max_size=5))
def test_after_any_runs_the_index_holds_the_last_readable_version_of_what_is_offered(
    runs: list[dict[str, str | None]],
) -> None:
    index, expected = FakeKnowledge(), dict[str, str]()
    for texts in runs:
        go(FakeSource(dict(texts)), index)
        expected = {ref: text or expected[ref] for ref, text in texts.items() if text or ref in expected}
        assert index.texts() == expected


class Letters:
    """An embedder without a model: how often each letter occurs."""

    name, dimension, max_tokens = "letters", 26, 512

    def passages(self, texts: list[str]) -> Vectors:
        rows = np.array([[text.lower().count(chr(97 + n)) for n in range(26)] for text in texts], dtype=np.float32)
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)

    queries = passages
    count_tokens = staticmethod(count)


def test_with_the_real_index(settings: Settings) -> None:
    knowledge = open_knowledge(settings, Letters())  # type: ignore[arg-type]
    texts: dict[str, str | None] = {"1": "reset the router by a@acme.com", "2": "invoice questions", "3": None}

    def once(now: dict[str, str | None]) -> Report:
        return run(FakeSource(now), knowledge, redactor=Redactor(), count_tokens=count, confirm=Answers(True))

    assert counts(once(dict(texts))) == (2, 0, 0, 0, 1)
    assert counts(once(dict(texts))) == (0, 0, 2, 0, 1)
    hits = knowledge.search("router", Scope())
    assert (hits[0].ref, hits[0].text) == ("1", "reset the router by [email]")
    assert [failure.path for failure in knowledge.failures()] == ["3"]
    assert counts(once({"2": "invoice questions"})) == (0, 0, 1, 1, 0)
    assert {hit.ref for hit in knowledge.search("router", Scope())} <= {"2"}
    knowledge.close()


def _try(data: Path, answers: multiprocessing.Queue[str]) -> None:
    try:
        with one_at_a_time(data, "en"):
            answers.put("in")
    except ConfigError as error:
        answers.put(error.message)


def test_one_ingestion_at_a_time(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    answers: multiprocessing.Queue[str] = context.Queue()
    with one_at_a_time(tmp_path, "en"):
        other = context.Process(target=_try, args=(tmp_path, answers))
        other.start()
        assert "another ingestion is running" in answers.get(timeout=60)
        other.join()
        with pytest.raises(ConfigError, match="取り込みが実行中"), one_at_a_time(tmp_path, "ja"):
            pass
    with one_at_a_time(tmp_path, "en"):
        pass


def test_the_service_refuses_what_it_does_not_know(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="mail"):
        ingest_path("mail", tmp_path, knowledge=None, database=None, settings=settings)
    with pytest.raises(ConfigError, match="absent"):
        ingest_path("slack", tmp_path / "absent", knowledge=None, database=None, settings=settings)


def test_a_ref_offered_twice_is_a_failure() -> None:
    class Twice(FakeSource):
        def items(self) -> Iterator[Item | Failure]:
            yield from super().items()
            yield from super().items()

    index = FakeKnowledge()
    assert counts(go(Twice({"1": "one"}), index)) == (1, 0, 0, 0, 1)
    assert index.texts() == {"1": "one"}
