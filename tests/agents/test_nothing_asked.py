"""What is no question, and the way back that nobody described."""

from __future__ import annotations

import pytest

from agents.models.embedded.direction import opposite, ways
from banso.core.users import User
from tests.agents.conftest import Make
from tests.agents.fakes import manual


@pytest.mark.parametrize("nonsense", ["あああああ", "???", "ーーー"])
def test_nonsense_does_not_repeat_the_last_answer(make: Make, csm: User, nonsense: str) -> None:
    copilot = make()
    first = copilot.ask("HR-1007 のロックは何分で解除されますか？", user=csm)
    assert first.grounded == "cited"
    assert copilot.ask(nonsense, user=csm, thread=first.thread).grounded == "refused"


def test_which_way() -> None:
    asked = ways("Is there a tool to move from GROWI back to Crowi?")
    assert asked == {("growi", "crowi")} == ways("GROWI から Crowi への移行はできますか")
    assert opposite(asked, "Migrating from Crowi to GROWI") and opposite(asked, "Crowi から GROWI に移行します。")
    assert not opposite(asked, "Migrating from GROWI to Crowi") and not opposite(frozenset(), "from Crowi to GROWI")
    assert not opposite(asked, "GROWI は Crowi の後継です。")


def test_the_way_there_is_no_answer_about_the_way_back(make: Make, csm: User) -> None:
    page = manual("m.md", "Crowi から GROWI への移行", "Crowi から GROWI へは移行ツールで移せます。")
    copilot = make(documents=[page])
    assert copilot.ask("Crowi から GROWI への移行ツールはありますか？", user=csm).grounded == "cited"
    assert copilot.ask("GROWI から Crowi への移行ツールはありますか？", user=csm).grounded == "refused"


def test_a_compound_is_named_by_what_tells_it_apart(make: Make, csm: User) -> None:
    page = manual("p.md", "アカウント数", "アカウント数の上限は、グランドでは 1,000 です。")
    assert "1,000" in make(documents=[page]).ask("グランドプランのアカウント数の上限は？", user=csm).text
