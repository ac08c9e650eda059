"""Options of `python -m evals run`: each suite heeds one or refuses it, none is passed over."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from banso.core.errors import ConfigError
from banso.core.settings import Settings
from banso.knowledge.e5.embedder import E5Small
from banso.knowledge.index import open_knowledge
from evals.drafts import run_drafts
from evals.suites import Suite
from tests.evals.bench import silent
from tests.evals.test_commands import invoke
from tests.knowledge.builders import entry

REFUSED = [
    *((suite, *words) for suite in ("drafts", "drafts_fresh", "review", "team", "writing")
      for words in (("--workers", "2"), ("--resume",), ("--judge", "openai/x"))),
    ("writing", "--seed", "3"), ("writing", "--repeat", "2"),
]  # fmt: skip


@pytest.mark.parametrize("words", REFUSED, ids=" ".join)
def test_what_a_suite_can_do_nothing_with_is_refused_with_what_it_takes(words: tuple[str, ...], tmp_path: Path) -> None:
    error = invoke(tmp_path, "run", *words).exception
    assert isinstance(error, ConfigError)
    assert words[1] in error.message and words[0] in error.message
    assert "--limit" in error.hint and words[1] not in error.hint
    assert ("--repeat" in error.hint) == (words[0] != "writing")


@pytest.mark.parametrize("words", [("--baseline", "b.json"), ("--write-baseline",)], ids=" ".join)
def test_a_held_out_suite_is_not_compared(words: tuple[str, ...], tmp_path: Path) -> None:
    error = invoke(tmp_path, "run", "drafts", *words).exception
    assert isinstance(error, ConfigError) and "held-out" in error.message


def test_a_part_of_a_suite_is_refused_as_a_baseline_before_it_runs(tmp_path: Path) -> None:
    error = invoke(tmp_path, "run", "review", "--limit", "2", "--write-baseline").exception
    assert isinstance(error, ConfigError) and "a baseline is a whole run" in error.message


def test_a_limit_is_heeded_and_recorded(tmp_path: Path) -> None:
    found = json.loads(invoke(tmp_path, "run", "writing", "--limit", "3", "--json").stdout)
    assert (found["n"], len(found["cases"]), found["info"]["limit"]) == (3, 3, 3)
    assert len(found["info"]["cases_digest"]) == 64


def test_a_run_of_writing_is_compared_with_a_baseline(tmp_path: Path) -> None:
    whole = invoke(tmp_path, "run", "writing", "--json").stdout
    (tmp_path / "base.json").write_text(whole, encoding="utf-8")
    again = invoke(tmp_path, "run", "writing", "--json", "--baseline", str(tmp_path / "base.json"))
    assert again.exit_code == 0
    assert json.loads(again.stdout)["comparison"]["n"] == json.loads(whole)["n"]


DRAFT: dict[str, Any] = {
    "id": "a", "language": "en", "account": "AC-0001", "recipient": "a@example.com", "subject": "Copies", "kinds": [],
    "body": "Dear Ms. Sato,\n\nCopies are kept for 35 days.\n\nBest regards,\nMei",
}  # fmt: skip


def test_drafts_are_checked_as_often_as_asked_with_the_seed_and_the_limit(
    settings: Settings, embedder: E5Small, tmp_path: Path
) -> None:
    with closing(open_knowledge(settings, embedder)) as knowledge:
        knowledge.put([entry("backup", "Copies are kept for 35 days.", language="en")])
    path = tmp_path / "drafts.jsonl"
    path.write_text("\n".join(json.dumps(DRAFT | {"id": one}) for one in "abc"), encoding="utf-8")
    seen: list[str] = []
    suite = Suite(name="here", cases=path)
    report = run_drafts(suite, settings, 2, lambda _n, _of, what: seen.append(what), seed=3, repeat=2)
    assert [one for one in seen if len(one) == 1] == ["a", "b", "a", "b"]
    assert (report.n, report.info.limit, report.info.seed, report.flaky) == (2, 2, 3, ())
    assert report.info.documents == 1
    assert run_drafts(suite, settings, 1, silent).info.limit == 1
