"""Files of one's own as a corpus for the bench: every system gets the same, and only what they answer is asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from banso.core.errors import ConfigError
from evals.bench.own_corpus import Part, own_corpus, parts_of
from evals.cases import Case


@pytest.fixture
def manuals(tmp_path: Path) -> Path:
    folder = tmp_path / "guide"
    for number in range(10):
        page = folder / "en" / f"page-{number}.md"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(f"# Page {number}\n")
    return folder


@pytest.fixture
def tickets(tmp_path: Path) -> Path:
    path = tmp_path / "desk.jsonl"
    said = [{"role": "customer", "author": "A", "body": "It will not print."}]
    path.write_text(
        "\n".join(json.dumps({"id": f"T/{n}.5", "subject": f"Printer {n}", "messages": said}) for n in range(3))
    )
    return path


def asking(id: str, *gold: str, exclude: tuple[str, ...] = ()) -> Case:
    gains = dict.fromkeys(gold, 1.0)
    return Case(id=id, question=f"{id}?", language="en", gold=gains, exclude=exclude, answerable=True)


def test_both_kinds_become_files_and_gold_follows_them(manuals: Path, tickets: Path) -> None:
    cases = [asking("page", "en/page-3.md"), asking("ticket", "T/1.5", exclude=("T/0.5",)), asking("gone", "x.md")]
    with own_corpus([Part("manuals", manuals), Part("tickets", tickets)], cases) as corpus:
        page, ticket = corpus.questions
        ((gold, _),) = ticket.gold.items()
        written = (corpus.folder / gold).read_text(encoding="utf-8")
        (excluded,) = ticket.exclude
        assert (corpus.folder / excluded).read_text(encoding="utf-8").startswith("# Printer 0\n")
        assert (corpus.folder / next(iter(page.gold))).read_text() == "# Page 3\n"
    assert written.startswith("# Printer 1\n") and written.count("Printer 1") == 1 and "will not print" in written
    assert "1.5" not in gold
    assert (corpus.documents, corpus.left_out) == (13, 1) and corpus.name == "guide (10/10), desk (3/3)"


def test_a_sample_keeps_what_answers_and_spreads_the_rest(manuals: Path) -> None:
    with own_corpus([Part("manuals", manuals)], [asking("last", "en/page-9.md")], limit=4) as corpus:
        names = sorted(path.stem for path in corpus.folder.rglob("*.md"))
    assert names == ["page-0", "page-3", "page-6", "page-9"] and corpus.name == "guide (4/10)"


def test_a_document_that_two_parts_have_is_nobodys_answer(manuals: Path) -> None:
    both = [Part("manuals", manuals), Part("manuals", manuals)]
    with pytest.raises(ConfigError, match="gold"), own_corpus(both, [asking("page", "en/page-3.md")]):
        pass


def test_the_parts_are_read_from_the_command_line(manuals: Path) -> None:
    assert parts_of(["example"]) == [] and parts_of([f"manuals={manuals}"]) == [Part("manuals", manuals)]
    for wrong in (["mails=x"], [f"manuals={manuals}", "example"], [f"manuals={manuals}/none"]):
        with pytest.raises(ConfigError, match=wrong[-1].partition("=")[0]):
            parts_of(wrong)
