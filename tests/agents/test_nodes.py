"""A model is blamed for its own silence, and for nothing else that fails in its turn."""

from __future__ import annotations

from typing import Any

import pytest

from agents.models.extractive import ExtractiveChat
from agents.models.lookup import EMBEDDED
from agents.models.roster import FixedRoster, Speaker
from banso.core.errors import Unavailable
from banso.core.users import User
from tests.agents.conftest import Make
from tests.agents.fakes import BagEmbedder, ListKnowledge, ScriptedChat, manual

LOOK = [("search_knowledge", {"query": "HR-1007 ロック"})]
QUESTION = "HR-1007 のロックは？"
AWAY = Unavailable("something around the model did not answer")


class Noting(FixedRoster):
    """Keeps who was said to have failed."""

    def __init__(self, *speakers: Speaker) -> None:
        super().__init__(*speakers)
        self.blamed: list[str] = []

    def failed(self, name: str) -> None:
        self.blamed.append(name)


class Away:
    """A judge and a rule book that do not answer."""

    def judged(self, *_: Any) -> Any:
        raise AWAY

    def active(self, account: str) -> Any:
        raise AWAY


def roster(chat: Any) -> Noting:
    return Noting(Speaker("test/chat", chat), Speaker(EMBEDDED, ExtractiveChat(embedder=BagEmbedder())))


@pytest.mark.parametrize("part", ["judge", "lessons"], ids=["while it is made", "before it is asked for"])
def test_what_fails_around_a_reply_is_no_fault_of_the_model(make: Make, csm: User, part: str) -> None:
    models = roster(ScriptedChat(script=[LOOK, "30分待つとロックは自動で解除されます [1]。"]))
    with pytest.raises(Unavailable, match="around the model"):
        make(models, **{part: Away()}).ask(QUESTION, user=csm, account="AC-1")
    assert models.blamed == []


class GoneChat(ScriptedChat):
    def _stream(self, *_: Any, **__: Any) -> Any:
        raise Unavailable("the chat model test/chat did not answer: gone")
        yield


def test_a_model_that_is_silent_is_blamed_and_another_answers(make: Make, csm: User) -> None:
    models = roster(GoneChat(script=[]))
    assert make(models).ask(QUESTION, user=csm).grounded == "cited" and models.blamed == ["test/chat"]


class NoHosts(ListKnowledge):
    """Does not answer to whoever asks which hosts are public."""

    def search(self, query: str, scope: Any, k: int = 10) -> Any:
        if "example" in query:
            raise AWAY
        return super().search(query, scope, k)


def test_a_link_that_cannot_be_looked_up_is_taken_out_and_nobody_is_blamed(make: Make, csm: User) -> None:
    page = manual("a.md", "ロック", "HR-1007 のロックは https://docs.example/lock で解除します。")
    models = roster(ScriptedChat(script=[LOOK, "HR-1007 のロックは https://docs.example/lock で解除します [1]。"]))
    answer = make(models, knowledge=NoHosts([page])).ask(QUESTION, user=csm)
    assert "docs.example" not in answer.text and "解除します" in answer.text and models.blamed == []
