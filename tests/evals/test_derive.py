"""Search cases made from data sets: who answers, what does not count, and halves that share nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from banso.core.errors import ConfigError
from evals import beir
from evals.__main__ import app
from evals.cases import load_cases
from evals.derive.jsquad import write_jsquad
from evals.derive.pairs import pair_cases
from evals.derive.slack import slack_cases
from evals.derive.split import common_half, half_of
from evals.derive.thunderbird import SHARED, thunderbird_cases
from tests.evals.bench import silent

ARTICLE = "See https://support.mozilla.org/en-US/kb/compacting-folders#w_now."


def ticket(number: int, body: str, *, solution: bool = True, role: str = "contributor") -> dict[str, Any]:
    comment = {"role": role, "body": body, "is_solution": solution}
    return {
        "ticket_id": f"TB-{number}", "created": f"2023-01-{number:02} 00:00:00 +0000", "subject": f"Subject {number}",
        "description": "word " * 200, "language": "en", "comments": [comment],
    }  # fmt: skip


def tickets_in(folder: Path, *rows: dict[str, Any]) -> Path:
    (folder / "tickets.json").write_text(json.dumps(rows), encoding="utf-8")
    return folder


def test_older_solved_tickets_with_the_same_article_answer(tmp_path: Path) -> None:
    rows = [
        ticket(4, ARTICLE, solution=False), ticket(1, ARTICLE.replace("en-US", "nl")), ticket(3, ARTICLE),
        ticket(2, "no link"), ticket(5, ARTICLE), ticket(6, ARTICLE, solution=False, role="requester"),
    ]  # fmt: skip
    cases = {case.id: case for case in thunderbird_cases(tickets_in(tmp_path, *rows))}
    assert set(cases) == {"thunderbird-TB-3", "thunderbird-TB-4", "thunderbird-TB-5"}
    assert set(cases["thunderbird-TB-4"].gold) == {"TB-1", "TB-3"} and "linked" in cases["thunderbird-TB-4"].tags
    assert cases["thunderbird-TB-3"].exclude == ("TB-3", "TB-5") and "accepted" in cases["thunderbird-TB-3"].tags
    assert len(cases["thunderbird-TB-5"].question) <= 420
    assert {tag for case in cases.values() for tag in case.tags if tag in ("train", "test")} == {
        half_of("compacting-folders")
    }


def test_a_linked_ticket_answers_and_a_home_page_or_common_article_does_not(tmp_path: Path) -> None:
    there = "https://support.mozilla.org/en-US/questions/1"
    rows = [
        ticket(1, "Restart."),
        ticket(2, f"{there} and https://thunderbird.net/"),
        ticket(3, "https://thunderbird.net"),
    ]
    (case,) = thunderbird_cases(tickets_in(tmp_path, *rows))
    assert (case.id, set(case.gold)) == ("thunderbird-TB-2", {"TB-1"})
    many = [ticket(number, ARTICLE) for number in range(1, SHARED + 2)]
    assert thunderbird_cases(tickets_in(tmp_path, *many)) == []


def test_a_thread_answers_its_question(tmp_path: Path) -> None:
    row = {"channel": "help", "ts": "17.5", "question": "<@U1> 見て &gt; <https://a.example|ここ> :pray: ですか？"}
    file = tmp_path / "question_threads.jsonl"
    file.write_text(json.dumps(row) + "\n{}", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"question_threads\.jsonl:2"):
        slack_cases(tmp_path)
    file.write_text(json.dumps(row), encoding="utf-8")
    (case,) = slack_cases(tmp_path)
    assert case.gold == {"help/17.5": 1.0} and case.question == "見て > https://a.example  ですか？"


BANNER = "This page was translated by a machine and may be wrong."


def manuals_in(folder: Path) -> Path:
    lines = ["product,en_path,ja_path,really_translated"]
    for name in ("cloud/limits", "self-host/limits", "seats", "third", "same"):
        subject = name.rpartition("/")[2]
        english = f"# About {subject}\n\n{BANNER}\n\nHere you read what is to know about {subject} and more.\n"
        japanese = f"# {subject} について\n\nここでは {subject} について知っておくことを説明します。\n"
        for language, text in (("en", english), ("ja", japanese)):
            path = folder / language / f"{name}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        lines.append(f"p,docs/en/{name}.md,docs/ja/{name}.md,{name != 'same'}")
    (folder / "pairs.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder


def test_a_page_answers_in_the_other_language_with_its_editions(tmp_path: Path) -> None:
    cases = {case.id: case for case in pair_cases(manuals_in(tmp_path / "docs"), silent)}
    limits = cases["docs-sentence-en/cloud/limits.md"]
    assert set(limits.gold) == {"ja/cloud/limits.md", "ja/self-host/limits.md"}
    assert set(limits.exclude) == {"en/cloud/limits.md", "en/self-host/limits.md"}
    assert "en-ja" in limits.tags and "machine" not in limits.question
    assert len(cases) == 3 * 2 * 2 and not any("same" in id for id in cases)
    halves: dict[str, set[str]] = {}
    for case in cases.values():
        for ref in (*case.gold, *case.exclude):
            halves.setdefault(ref, set()).add(case.tags[-1])
    assert all(len(half) == 1 for half in halves.values())


def test_questions_over_passages_become_a_folder_that_is_read(tmp_path: Path) -> None:
    passages = [{"doc_id": f"a{n}p0", "title": "T", "text": "x"} for n in range(20)]
    asked = [{"id": f"a{n}p0q0", "question": "q", "gold_doc_ids": [f"a{n}p0"]} for n in range(20)]
    for name, rows in (("corpus", passages), ("questions", asked)):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    out = tmp_path / "out"
    counts = write_jsquad(tmp_path, out)
    assert counts["train"] and counts["test"] and sum(counts.values()) == len(beir.qrels(out)) == 20
    there = {str(row["_id"]) for row in beir.passages(out)}
    test = beir.qrels(out, split="test", asked=beir.queries(out), there=there)
    assert len(test) == counts["test"] and all(half_of(id.partition("p")[0]) == "test" for id in test)


@given(st.lists(st.text(max_size=5), max_size=4))
def test_a_case_is_in_a_half_only_when_all_that_it_is_about_is(keys: list[str]) -> None:
    half = common_half(keys)
    assert (half is None) == (len({half_of(key) for key in keys}) != 1)
    assert half is None or {half} == {half_of(key) for key in keys}


def test_the_command_writes_cases_once_and_says_so(tmp_path: Path) -> None:
    folder, out = tickets_in(tmp_path, ticket(1, ARTICLE), ticket(2, ARTICLE)), tmp_path / "cases.jsonl"
    words = ["derive", "thunderbird", str(folder), "--out", str(out), "--json"]
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert json.loads(done.stdout)["cases"] == len(load_cases(out)) == 1
    with pytest.raises(ConfigError, match=r"cases\.jsonl"):
        CliRunner().invoke(app, words, catch_exceptions=False)
    tickets_in(tmp_path, ticket(1, "no link"))
    with pytest.raises(ConfigError):
        CliRunner().invoke(app, [*words[:-2], str(tmp_path / "none.jsonl")], catch_exceptions=False)
