"""The table of search quality: what each way finds, whole against the better half, and sets that are not there."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from banso.core.errors import ConfigError
from banso.core.settings import Settings
from banso.core.texts import speaking
from banso.knowledge.e5.embedder import E5Small
from banso.knowledge.index import open_knowledge
from evals.__main__ import app
from evals.quality.command import print_quality
from evals.quality.measure import run_quality
from evals.quality.result import QualityReport, SetQuality
from evals.quality.sets import DEFAULT, read_sets
from evals.statistics import SEED, Figure
from tests.evals.bench import silent, suite_of
from tests.evals.test_beir import folder_of
from tests.knowledge.builders import entry

PAGES = {
    "backup.md": "Copies are taken every night and kept for 35 days in a second region.",
    "seats.md": "Seats are billed each month; unused seats are not refunded.",
    "phones.md": "Install the app from the store. A lost phone is signed out by an administrator.",
    "training.md": "The plan includes three online sessions for administrators.",
}
WORDS = {"id": "words", "question": "How long are copies kept?", "language": "en", "answerable": True}
CASES: tuple[dict[str, Any], ...] = (
    {**WORDS, "gold": ["backup.md"], "tags": ["test"]},
    {**WORDS, "id": "meaning", "question": "席の料金は戻りますか", "language": "ja", "gold": ["seats.md"]},
    {**WORDS, "id": "nothing", "answerable": False},
    {**WORDS, "id": "excluded", "gold": ["seats.md"], "exclude": ["backup.md"]},
)


@pytest.fixture
def indexed(settings: Settings, embedder: E5Small) -> Settings:
    with closing(open_knowledge(settings, embedder)) as knowledge:
        knowledge.put([entry(ref, text, language="en") for ref, text in PAGES.items()])
    return settings


def measured(settings: Settings, *given: str) -> QualityReport:
    return run_quality(read_sets(given, None, SEED), settings, silent)


def test_each_way_stands_beside_the_whole_question_by_question(indexed: Settings, tmp_path: Path) -> None:
    file = suite_of(tmp_path, *CASES).cases
    every, tagged = measured(indexed, f"all={file}", f"test={file}#test").sets
    assert (every.name, every.n, every.passages, tagged.n) == ("all", 3, 4, 1)
    assert list(every.ndcg) == ["words", "vectors", "fusion", "whole"]
    assert every.ndcg["words"].mean < every.ndcg["vectors"].mean == 1.0  # no word of "meaning" is in its page
    assert tagged.ndcg["words"].mean == tagged.ndcg["whole"].mean == every.hit.mean == 1.0
    assert every.better_half == "vectors" and every.above_better_half.n == 3
    assert every.above_better_half.mean == pytest.approx(every.ndcg["whole"].mean - 1.0)


def test_a_beir_folder_is_asked_of_its_own_passages_beside_others(indexed: Settings, tmp_path: Path) -> None:
    file, folder = suite_of(tmp_path, *CASES).cases, folder_of(tmp_path / "b")
    (folder / "qrels" / "train.tsv").write_text("q1\tp2\t1\n", encoding="utf-8")
    mine, beir = measured(indexed, f"mine={file}#test", f"theirs={folder}#test").sets
    assert (mine.passages, beir.name, beir.n, beir.passages) == (4, "theirs", 1, 2)
    assert beir.ndcg["whole"].mean == 1.0 and beir.hit.mean == 1.0


def test_a_row_without_the_product_is_not_the_row_with_it(indexed: Settings, tmp_path: Path) -> None:
    """The halves stand alone: what only meaning finds, words do not, however well the whole does."""
    file = suite_of(tmp_path, CASES[1]).cases
    (row,) = measured(indexed, f"one={file}").sets
    assert (row.ndcg["words"].mean, row.ndcg["vectors"].mean) == (0.0, 1.0) and row.hit.mean == 1.0


def test_the_command_prints_a_table_or_json_and_leaves_the_index_alone(
    indexed: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANSO_DATA", str(indexed.data))
    file = suite_of(tmp_path, *CASES).cases
    before = {path: path.read_bytes() for path in indexed.data.rglob("*") if path.is_file()}
    done = CliRunner().invoke(app, ["quality", f"mine={file}", "--limit", "2", "--json"], catch_exceptions=False)
    found = json.loads(done.stdout)
    assert found["format"] == "banso-quality-1" and found["info"]["limit"] == 2
    assert [(row["name"], row["n"]) for row in found["sets"]] == [("mine", 2)]
    shown = CliRunner().invoke(app, ["quality", f"mine={file}"], catch_exceptions=False).stdout
    assert "mine" in shown and "1.000" in shown
    assert {path: path.read_bytes() for path in indexed.data.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(("language", "said"), [("en", "better half"), ("ja", "製品全体")])
def test_the_table_names_the_better_half_in_the_reader_s_language(
    language: Any, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    figure = Figure(mean=-0.123, low=-0.2, high=0.1, n=3)
    row = SetQuality(
        name="a[b]", n=3, passages=20329, ndcg={"words": figure, "vectors": figure, "fusion": figure, "whole": figure},
        better_half="words", above_better_half=figure, hit=figure,
    )  # fmt: skip
    with speaking(language):
        print_quality(QualityReport(sets=(row,)))
    out = capsys.readouterr().out
    assert said in out and "−0.123" in out and "20,329" in out and "a[b]" in out


def test_by_default_the_two_suites_of_the_example_company() -> None:
    smoke, answers = read_sets(DEFAULT, None, SEED)
    assert (smoke.name, answers.name) == ("smoke", "answers") and smoke.home == answers.home
    assert all(any(case.gold.values()) for case in (*smoke.cases, *answers.cases))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("smok", "no suite 'smok'"),
        ("review", "the suite review asks no questions"),
        ("drafts", "the suite drafts asks no questions"),
        ("a=gone.jsonl", r"a: gone\.jsonl was not found"),
        ("a=gone.jsonl#test", r"a: gone\.jsonl was not found"),
        ("={file}", "a name, or the path or tag"),
        ("a=", "a name, or the path or tag"),
        ("a={file}#", "a name, or the path or tag"),
        ("a={file}#nothing", r"cases\.jsonl: no case is tagged nothing"),
        ("a={empty}", r"empty\.jsonl: no cases"),
        ("a={binary}", r"binary\.jsonl: not UTF-8"),
        ("a={ungold}", r"ungold\.jsonl: no case names the documents"),
        ("a={folder}", r"queries\.jsonl is missing"),
    ],
)
def test_a_set_that_cannot_be_asked_is_named_before_anything_runs(tmp_path: Path, given: str, said: str) -> None:
    paths = {name: tmp_path / f"{name}.jsonl" for name in ("empty", "binary", "ungold")}
    paths["empty"].write_text("\n", encoding="utf-8")
    paths["binary"].write_bytes(b"\xff\xfe\x00")
    paths["ungold"].write_text(json.dumps(CASES[2]), encoding="utf-8")
    (tmp_path / "folder").mkdir()
    places = {**paths, "file": suite_of(tmp_path, *CASES).cases, "folder": tmp_path / "folder"}
    with pytest.raises(ConfigError, match=said) as raised:
        read_sets(["smoke", given.format(**places)], None, SEED)
    assert raised.value.hint or "tagged" in said or "no cases" in said


def test_a_name_stands_once_and_a_number_sign_may_be_part_of_a_name(tmp_path: Path) -> None:
    file = suite_of(tmp_path, *CASES).cases.rename(tmp_path / "cases#1.jsonl")
    assert [len(one.cases) for one in read_sets([f"a={file}", f"b={file}#test"], None, SEED)] == [3, 1]
    with pytest.raises(ConfigError, match="two sets have the name a"):
        read_sets([f"a={file}", f"a={file}#test"], None, SEED)


def test_an_index_without_the_documents_is_named(indexed: Settings, tmp_path: Path) -> None:
    file = suite_of(tmp_path, {**WORDS, "gold": ["elsewhere.md"]}).cases
    with pytest.raises(ConfigError, match=r"mine: 1 of 1 gold documents are not in the index.*elsewhere\.md") as raised:
        measured(indexed, f"mine={file}")
    assert "BANSO_DATA" in raised.value.hint and str(file) in raised.value.hint
    with pytest.raises(ConfigError, match="no index here"):
        measured(indexed.model_copy(update={"data": tmp_path}), f"mine={file}")
