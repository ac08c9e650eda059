"""A known gap is counted by whatever door it is asked again; an unknown one is not written by itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from banso.core.database import Database
from banso.core.users import User
from banso.gaps.book import GapBook
from tests.agents.conftest import Make
from tests.agents.fakes import LOCK_JA, BagEmbedder
from tests.agents.test_cli_questions import run

ASKED = "HR-7001 の原因は？"


def test_a_known_gap_is_counted_with_who_asked_and_about_whom(
    make: Make, csm: User, reviewer: User, database: Database
) -> None:
    book = GapBook(database, BagEmbedder())
    copilot = make(documents=(LOCK_JA,), gaps=book)
    first = copilot.ask(ASKED, user=csm)
    assert book.gaps(reviewer) == []
    book.report(ASKED, user=csm.name, thread=first.thread, turn=0)
    again = copilot.ask("ＨＲ－７００１ の原因は", user=reviewer, account="AC-1")
    (gap,) = book.gaps(reviewer)
    assert {(one.thread, one.turn, one.asked_by, one.account) for one in gap.askings} == {
        (first.thread, 0, csm.name, ""), (again.thread, 0, reviewer.name, "AC-1"),
    }  # fmt: skip


def test_later_turns_and_parts_of_a_message_are_counted(make: Make, csm: User, database: Database) -> None:
    book = GapBook(database, BagEmbedder())
    copilot = make(documents=(LOCK_JA,), gaps=book)
    book.report(ASKED, user=csm.name, thread="th_other", turn=0)
    begun = copilot.ask("HR-1007 の解除方法は？", user=csm)
    copilot.ask(f"HR-1007 の解除方法は？ {ASKED}", user=csm, thread=begun.thread)
    found = book.find(ASKED)
    assert found is not None and {(one.thread, one.turn) for one in found.askings} == {
        ("th_other", 0),
        (begun.thread, 1),
    }


@pytest.mark.slow
def test_gaps_are_listed_closed_and_reopened_on_the_command_line(tmp_path: Path) -> None:
    from banso.core.database import open_database
    from banso.core.settings import Settings

    for name, role in (("yui", "csm"), ("ren", "reviewer")):
        run(tmp_path, "users", "add", name, "--role", role, given="long enough 1\n")
    database = open_database(Settings(data=tmp_path), "app")
    GapBook(database, BagEmbedder()).report(ASKED, user="yui", thread="th_1", turn=0, account="AC-1")
    database.close()
    (listed,) = json.loads(run(tmp_path, "gaps", "list", "--as", "ren", "--json").stdout)
    assert (listed["number"], listed["standing"], listed["times"], listed["question"]) == (1, "open", 1, ASKED)
    refused = run(tmp_path, "gaps", "close", "1", "--as", "yui", "--reason", "x")
    assert refused.returncode == 4 and "レビュー担当と管理者" in refused.stderr
    (closed,) = json.loads(run(tmp_path, "gaps", "close", "1", "--as", "ren", "--reason", "a.md", "--json").stdout)
    assert closed["standing"] == "closed" and closed["decision"]["words"] == "a.md"
    assert "a.md" in run(tmp_path, "gaps", "list", "--as", "yui", language="en").stdout
    assert json.loads(run(tmp_path, "gaps", "reopen", "1", "--as", "ren", "--json").stdout)[0]["standing"] == "open"
