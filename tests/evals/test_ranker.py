"""Training of the ranker: what it learns from, what it never sees, and that it learns."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from banso.core.errors import ConfigError
from banso.core.settings import Settings
from banso.knowledge.e5.embedder import E5Small
from banso.knowledge.features import Features
from banso.knowledge.index import open_knowledge
from banso.knowledge.ranking import Ranker, RankerModel
from evals.__main__ import app
from evals.ranker.examples import Example, examples, training_cases
from evals.ranker.fit import fit
from tests.evals.bench import silent
from tests.knowledge.builders import entry

PLAIN = Features(*[0.0] * len(Features._fields))
CASE = {"question": "How long are copies kept?", "language": "en", "answerable": True}


def written(path: Path, *cases: dict[str, object]) -> Path:
    path.write_text("\n".join(json.dumps({"id": str(number), **CASE, **case}) for number, case in enumerate(cases)))
    return path


def test_what_is_held_out_is_never_learned_from(tmp_path: Path) -> None:
    path = written(tmp_path / "c.jsonl", {"gold": ["a"], "tags": ["test"]}, {"gold": ["b"]}, {"gold": []})
    assert [list(case.gold) for case in training_cases(path)] == [["b"]]
    with pytest.raises(ConfigError):
        training_cases(written(tmp_path / "d.jsonl", {"gold": ["a"], "tags": ["test"]}))


def test_of_a_beir_folder_the_train_split_is_taken(tmp_path: Path) -> None:
    (tmp_path / "qrels").mkdir()
    (tmp_path / "corpus.jsonl").write_text('{"_id": "p", "text": "x"}\n')
    (tmp_path / "queries.jsonl").write_text('{"_id": "1", "text": "one"}\n{"_id": "2", "text": "two"}\n')
    (tmp_path / "qrels" / "train.tsv").write_text("query-id\tcorpus-id\tscore\n1\tp\t1\n")
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n2\tp\t1\n")
    assert [case.question for case in training_cases(tmp_path)] == ["one"]


def example(right: str) -> Example:
    """The fusion prefers `a`; `b` has the question's title."""
    rows = (PLAIN._replace(fused=0.6), PLAIN._replace(fused=0.5, title=1.0))
    return Example(rows, ("a", "b"), {right: 1.0})


def test_it_learns_what_tells_the_right_document() -> None:
    learned = Ranker(fit({"titles": [example("b")] * 30}))
    first, second = learned.sums(example("b").rows)
    assert second > first
    assert learned.probability(second) > 0.8
    assert learned.probability(first) < 0.2
    unmoved = Ranker(fit({"fusion": [example("a")] * 30}))
    first, second = unmoved.sums(example("a").rows)
    assert first > second


def test_the_same_examples_give_the_same_ranker() -> None:
    sets = {"one": [example("b")] * 5, "two": [example("a"), Example((PLAIN,), ("z",), {"y": 1.0})]}
    assert fit(sets) == fit(sets)
    assert fit(sets).trained_on == {"one": 5, "two": 1}


def test_left_out_pages_are_learned_from_both_ways(settings: Settings, embedder: E5Small, tmp_path: Path) -> None:
    path = written(tmp_path / "p.jsonl", {"gold": ["ja.md"], "exclude": ["en.md"], "tags": ["pairs", "train"]})
    with closing(open_knowledge(settings, embedder)) as knowledge:
        knowledge.put(
            [
                entry("en.md", "Copies are kept for 35 days.", language="en"),
                entry("ja.md", "コピーは35日間保存されます。", language="ja"),
            ]
        )
        without, both = examples(training_cases(path), knowledge, "p", silent)
    assert (without.documents, without.gains) == (("ja.md",), {"ja.md": 1.0})
    assert set(both.documents) == {"ja.md", "en.md"} and both.gains == {"ja.md": 1.0, "en.md": 2.0}


def test_the_command_writes_a_ranker_that_search_reads(
    settings: Settings, embedder: E5Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(open_knowledge(settings, embedder)) as knowledge:
        knowledge.put([entry("keep.md", "Copies are kept for 35 days."), entry("seats.md", "Seats are billed.")])
    cases, out = written(tmp_path / "mine.jsonl", {"gold": ["keep.md"]}), tmp_path / "ranker.json"
    done = CliRunner().invoke(app, ["train-ranker", f"{cases}={settings.data}", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert RankerModel.model_validate_json(out.read_text()).trained_on == {"mine": 1}
    chosen = settings.model_copy(update={"ranker": str(out)})
    with closing(open_knowledge(chosen, embedder)) as knowledge:
        from banso.knowledge.documents import Scope

        assert knowledge.search("How long are copies kept?", Scope(), 1)[0].ref == "keep.md"
