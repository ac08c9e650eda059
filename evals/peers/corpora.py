"""Files and questions that every system gets: the example company, a folder with cases, or a BEIR folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from banso.core.errors import ConfigError
from evals import beir
from evals.cases import FOLDER, Case, load_cases
from evals.peers.protocol import files
from evals.peers.systems import ROOT

SHAPE = "give `example`, a BEIR folder, or a folder with cases.jsonl and documents/"


@dataclass(frozen=True)
class Question:
    """A question and the documents that answer it, with their gains; those of `exclude` do not count when found."""

    id: str
    text: str
    gold: dict[str, float]
    exclude: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Corpus:
    """`left_out`: questions that no document of the folder answers, such as those about tickets."""

    name: str
    folder: Path
    documents: int
    questions: tuple[Question, ...]
    left_out: int = 0


@contextmanager
def open_corpus(which: str, limit: int | None = None) -> Iterator[Corpus]:
    """The corpus that a name or a folder stands for. Raises ConfigError."""
    folder = Path(which)
    if which == "example":
        yield _of_cases("example", ROOT / "examples" / "manuals", load_cases(FOLDER / "smoke.jsonl"), limit)
    elif (folder / "corpus.jsonl").is_file():
        with TemporaryDirectory(prefix="banso-beir-") as written:
            yield _of_beir(folder, Path(written), limit)
    elif (folder / "cases.jsonl").is_file() and (folder / "documents").is_dir():
        yield _of_cases(folder.resolve().name, folder / "documents", load_cases(folder / "cases.jsonl"), limit)
    else:
        raise ConfigError(f"{which}: neither cases nor a BEIR folder", SHAPE)


def _of_cases(name: str, folder: Path, cases: list[Case], limit: int | None) -> Corpus:
    there = {ref for ref, _ in files(folder)}
    questions = []
    for case in cases:
        gold = {ref: gain for ref, gain in case.gold.items() if ref in there}
        if case.answerable and gold:
            questions.append(Question(case.id, case.question, gold, frozenset(case.exclude)))
    if not questions:
        raise ConfigError(f"{name}: no question has a gold document in {folder}", SHAPE)
    return Corpus(name, folder, len(there), tuple(questions[:limit]), len(cases) - len(questions))


def _of_beir(source: Path, written: Path, limit: int | None) -> Corpus:
    """Each passage as a Markdown file; the files are numbered, so that no name gives an answer away."""
    refs = {}
    for number, row in enumerate(beir.passages(source), 1):
        refs[str(row["_id"])] = ref = f"{number:06}.md"
        title = f"# {row['title']}\n\n" if row.get("title") else ""
        (written / ref).write_text(title + str(row["text"]) + "\n", encoding="utf-8")
    asked = beir.queries(source)
    questions = [
        Question(one, asked[one], {refs[ref]: gain for ref, gain in gains.items() if ref in refs})
        for one, gains in beir.qrels(source).items()
    ]
    return Corpus(source.resolve().name, written, len(refs), tuple(questions[:limit]))
