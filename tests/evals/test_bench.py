"""The bench: parts that run alone, bounds that are judged, and a table in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from banso.core.errors import BansoError, ConfigError
from banso.core.settings import Settings
from banso.core.texts import Shown, speaking
from evals.__main__ import app
from evals.bench import run
from evals.bench.bench import Bench
from evals.bench.growing import NoStore
from evals.bench.page import print_bench, title
from evals.bench.plots import save_plots
from evals.bench.result import BenchReport, Measure
from evals.bench.run import PARTS, Sizes, chosen, run_bench
from evals.peers.corpora import open_corpus
from evals.texts import TEXTS

CURVE = ((1000.0, 20.0), (2000.0, 30.0))
MEASURES = (
    Measure(part="growth", name="growth_20000", value=130.0, unit="ms", bound=120.0, series=CURVE),
    Measure(part="embedding", name="embed_ratio", value=1.6, unit="x", bound=1.5, at_least=True),
    Measure(part="search", name="search_account_p50", value=41.0, unit="ms"),
)


def test_a_bound_is_kept_or_missed_by_its_direction() -> None:
    assert [one.met for one in MEASURES] == [False, True, None]


def test_a_part_that_cannot_be_measured_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def part(name: str) -> object:
        def measure(_bench: Bench) -> list[Measure]:
            if name == "size":
                raise BansoError("no room")
            return [MEASURES[2]]

        return measure

    monkeypatch.setattr(run, "_part", part)
    report = run_bench(["example"], [], Settings(), Sizes(1, 1000, 1), lambda *_: None, ["size", "search"])
    assert report.failed == {"size": "no room"} and [one.part for one in report.measures] == ["search"]


def test_an_unknown_part_names_those_there_are() -> None:
    assert chosen(None) == list(PARTS) and chosen(["users", "size"]) == ["size", "users"]
    with pytest.raises(ConfigError) as caught:
        chosen(["speed"])
    assert "conversation" in caught.value.hint


def test_every_part_is_there() -> None:
    assert all(callable(run._part(name)) for name in PARTS)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_table_is_in_the_operators_language(language: Shown, capsys: pytest.CaptureFixture[str]) -> None:
    report = BenchReport(
        at="2026-01-01", corpus="example", documents=1, chunks=1000, cores=2, load=9.0, seconds=1.0,
        measures=MEASURES, failed={"size": "no room"},
    )  # fmt: skip
    with speaking(language):
        print_bench(report)
        assert title(MEASURES[0]) == TEXTS.say("bench.growth_of", language, what="20000")
    said = capsys.readouterr().out
    assert "130" in said and "✗" in said and "no room" in said and "9" in said


def test_curves_become_small_files_that_are_equal_for_equal_runs(tmp_path: Path) -> None:
    report = BenchReport(
        at="", corpus="", documents=1, chunks=1, cores=1, load=0, seconds=0, measures=MEASURES, failed={}
    )
    (first,) = save_plots(report, tmp_path / "a")
    (second,) = save_plots(report, tmp_path / "b")
    assert first.read_bytes() == second.read_bytes() and first.stat().st_size < 20_000


def test_the_files_are_as_many_as_asked_for_and_marked(tmp_path: Path) -> None:
    with open_corpus("example") as corpus:
        bench = Bench(corpus, Settings(data=tmp_path / "none"), tmp_path, lambda *_: None)
        folder = bench.many("many", 50, lambda number: f"mark {number}")
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())]
    assert len(texts) == 50 and texts[7].endswith("mark 7") and len({text[:40] for text in texts}) < 50


def test_a_store_in_name_only_has_nothing() -> None:
    assert NoStore().stored(["a"]) == {} and NoStore().count() == 0


def test_the_command_prints_one_object(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BANSO_DATA", str(tmp_path))
    monkeypatch.setattr(run, "_part", lambda _name: lambda _bench: list(MEASURES))
    done = CliRunner().invoke(app, ["bench", "--only", "growth", "--json"])
    said = json.loads(done.stdout)
    assert done.exit_code == 0 and said["measures"][0]["met"] is False
