"""Systems side by side: the protocol with a tiny system, what is comparable, and what cannot be measured."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from banso.core.errors import ConfigError
from evals.peers.compare import percentile, run_peers
from evals.peers.corpora import Corpus, open_corpus
from evals.peers.page import as_html, remarks
from evals.peers.process import SystemFailed, SystemProcess, tree_bytes
from evals.peers.systems import PEERS, ROOT, NotInstalled, SystemSpec, chosen, python_for
from tests.evals.test_beir import folder_of

FAKE = Path(__file__).parent / "fake_system.py"
OURS = SystemSpec(name="Ours", script=FAKE, note="words")
ABSENT = SystemSpec(name="<Absent>", absent="needs a model hub")


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    documents = tmp_path / "team" / "documents"
    documents.mkdir(parents=True)
    (documents / "limit.md").write_text("the limit is high")
    (documents / "mail.md").write_text("mail goes out at night")
    (documents / "plans.xlsx").write_bytes(b"\0")
    (documents / ".hidden.md").write_text("the limit")
    asked = {"limit": "what is the limit", "mail": "when does mail go out", "plans": "which plans"}
    cases = [
        {"id": id, "question": question, "language": "en", "answerable": True, "gold": [ref]}
        for (id, question), ref in zip(asked.items(), ("limit.md", "mail.md", "plans.xlsx"), strict=True)
    ]
    cases.append({"id": "none", "question": "x", "language": "en", "answerable": False})
    (tmp_path / "team" / "cases.jsonl").write_text("\n".join(map(json.dumps, cases)))
    with open_corpus(str(tmp_path / "team")) as opened:
        return opened


def test_systems_are_measured_on_the_same_files(corpus: Corpus, tmp_path: Path) -> None:
    report = run_peers(corpus, tmp_path, lambda *_: None, (OURS, SystemSpec(name="Other", script=FAKE), ABSENT))
    ours, other, absent = report.systems
    assert (report.documents, report.questions, report.left_out, report.common) == (3, 3, 1, 2)
    assert (ours.documents, ours.unread, ours.index_bytes) == (2, {"plans.xlsx": "not Markdown"}, 1000)
    assert 0 < ours.ingest_cpu_seconds < 60 and ours.index_bytes == 1000
    assert ours.peak_bytes > 2**20 and ours.documents_per_second > 0 and 0 < ours.p50_seconds <= ours.p95_seconds
    assert ours.metrics["recall@5"].mean == pytest.approx(2 / 3) and ours.metrics_common["recall@5"].mean == 1.0
    assert ours.against_ours == {} and other.against_ours["ndcg@10"].mean == 0.0
    assert absent.absent == "needs a model hub" and absent.metrics == {}


def test_what_was_not_comparable_is_said_and_names_are_escaped(corpus: Corpus, tmp_path: Path) -> None:
    report = run_peers(corpus, tmp_path, lambda *_: None, (OURS, ABSENT)).model_copy(update={"load": 0.0})
    said = "\n".join(remarks(report))
    assert "<Absent> was not measured: needs a model hub" in said
    assert "Ours did not take in 1 files (.xlsx)" in said and "busy" not in said
    assert (
        "busy with other work (load 9 on 2 cores)" in remarks(report.model_copy(update={"load": 9.0, "cores": 2}))[-1]
    )
    page = as_html(report)
    assert "&lt;Absent&gt;" in page and "<Absent>" not in page
    assert "The 2 questions whose documents every system could read" in page
    assert "<script" not in page and "http" not in page


def test_neither_settings_nor_prints_cross_the_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BANSO_WEBHOOK_SECRET", "s" * 32)
    with closing(SystemProcess(Path(sys.executable), FAKE, ROOT)) as system:
        assert system.ask(do="begin", data=str(tmp_path))["versions"] == {"overlap": "1.0", "settings": ""}


def test_a_system_that_stops_is_named_with_its_last_words(corpus: Corpus, tmp_path: Path) -> None:
    with closing(SystemProcess(Path(sys.executable), FAKE, ROOT)) as system:
        system.ask(do="begin", data=str(tmp_path))
        with pytest.raises(SystemFailed, match="stopped at 'search': ValueError: no such index"):
            system.ask(do="search", question="crash", k=1)


def test_a_system_that_stops_does_not_stop_the_others(corpus: Corpus, tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("raise SystemExit('no licence')")
    _, other = run_peers(corpus, tmp_path, lambda *_: None, (OURS, SystemSpec(name="Broken", script=broken))).systems
    assert other.absent == "stopped at 'begin': no licence"


def test_memory_counts_the_children_too() -> None:
    code = "x = bytearray(60 * 2**20); import sys; print(len(x), flush=True); sys.stdin.read()"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {code!r}])"
    with subprocess.Popen([sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout and process.stdin
        process.stdout.readline()
        assert tree_bytes(process.pid) > 60 * 2**20
        process.stdin.close()


def test_a_beir_folder_becomes_files_whose_names_say_nothing(tmp_path: Path) -> None:
    with open_corpus(str(folder_of(tmp_path / "b"))) as opened:
        assert [path.name for path in sorted(opened.folder.iterdir())] == ["000001.md", "000002.md"]
        assert (opened.folder / "000001.md").read_text() == "# Limits\n\nThe limit is 120.\n"
        assert opened.questions[0].gold == {"000001.md": 2.0, "000002.md": 1.0}


def test_the_example_asks_what_its_manuals_answer() -> None:
    with open_corpus("example") as opened:
        assert len(opened.questions) > 40
        assert all((opened.folder / ref).is_file() for question in opened.questions for ref in question.gold)


def test_an_environment_that_cannot_be_had_is_a_reason(tmp_path: Path) -> None:
    with pytest.raises(NotInstalled, match=r"Python 3\.12"):
        python_for(PEERS[-1], tmp_path)
    assert [spec.name for spec in chosen(["llamaindex"])] == ["LlamaIndex"]
    with pytest.raises(ConfigError, match="no peer 'x'"):
        chosen(["x"])


def test_an_environment_is_made_once_and_anew_when_its_pins_change(tmp_path: Path) -> None:
    pins = tmp_path / "pins.txt"
    pins.write_text("# nothing is needed\n")
    spec = SystemSpec(name="Fake", script=FAKE, requirements=str(pins))
    python = python_for(spec, tmp_path)
    with closing(SystemProcess(python, FAKE, ROOT)) as system:
        assert system.ask(do="begin", data=str(tmp_path))["versions"]["overlap"] == "1.0"
    kept = python.parent / "kept"
    kept.touch()
    assert python_for(spec, tmp_path) == python and kept.is_file()
    pins.write_text(f"{tmp_path}/no_such_package-1.0-py3-none-any.whl\n")
    with pytest.raises(NotInstalled, match=r"does not install: .*no_such_package"):
        python_for(spec, tmp_path)
    assert not kept.is_file()


@pytest.mark.parametrize("spec", [spec for spec in PEERS if not spec.absent], ids=lambda spec: spec.name)
def test_requirements_are_exact(spec: SystemSpec) -> None:
    lines = (ROOT / "evals" / "peers" / spec.requirements).read_text().split("\n")
    assert len(lines) > 20 and all("==" in line for line in lines if line)
    assert spec.script.is_file()


def test_a_folder_that_is_neither_says_what_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="neither cases nor a BEIR folder"), open_corpus(str(tmp_path)):
        pass


def test_percentiles_by_hand() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([float(n) for n in range(1, 21)], 0.95) == 19.0
