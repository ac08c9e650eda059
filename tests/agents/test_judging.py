"""A second model doubts sentences: it names them, takes nothing out, and may fail without harm."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk

from agents.judging import Judge, open_judge, statements
from agents.models.roster import Speaker
from banso.core.errors import ConfigError, Unavailable
from banso.core.settings import Settings
from banso.core.users import User
from tests.agents.conftest import Make
from tests.agents.fakes import ScriptedChat
from tests.agents.test_litellm import Server, model, piece, server

__all__ = ["server"]
LOOK = [("search_knowledge", {"query": "HR-1007 ロック"})]
SAID = "30分待つとロックは自動で解除されます [1]。\nロックは30分の待ち時間のあとで自動で解除されます [1]。"
QUESTION = "HR-1007 のロックは？"


def ask(make: Make, csm: User, judge: Any) -> Any:
    return make(ScriptedChat(script=[LOOK, SAID]), judge=Judge(Speaker("test/judge", judge))).ask(QUESTION, user=csm)


def test_what_is_doubted_is_named_and_stays(make: Make, csm: User) -> None:
    judge = ScriptedChat(script=['```json\n[{"n": 1, "carried": false}]\n```'])
    answer = ask(make, csm, judge)
    assert answer.text == SAID and "待ち時間のあとで" in answer.notices[0]
    assert [one.model for one in answer.usage] == ["test/chat", "test/judge"]


def test_the_judge_reads_only_what_is_not_word_for_word_in_a_quote(make: Make, csm: User) -> None:
    judge = ScriptedChat(script=["[]"])
    answer = ask(make, csm, judge)
    assert answer.notices == () and [said for said, _ in statements(answer)] == [
        "ロックは30分の待ち時間のあとで自動で解除されます。"
    ]
    system, human = judge.seen[0]
    fence = human.text.splitlines()[0].strip("<>")
    assert fence in system.text and json.loads(human.text.splitlines()[1])[0]["n"] == 1


@pytest.mark.parametrize(
    "said",
    ["", "CARRIED", "[", "[" * 3000 + "]",
     '{"n": 1, "carried": false}', '[{"n": 9, "carried": false}]', '[{"n": "1", "carried": false}]',
     '[{"n": true, "carried": false}]', '[{"n": 1, "carried": "no"}]', '[{"n": 1, "carried": true}]'],
)  # fmt: skip
def test_what_cannot_be_read_changes_nothing(make: Make, csm: User, said: str) -> None:
    answer = ask(make, csm, ScriptedChat(script=[said]))
    assert (answer.text, answer.notices) == (SAID, ())


class GoneChat(ScriptedChat):
    """Begins to speak and is gone."""

    def _stream(self, *_: Any, **__: Any) -> Iterator[Any]:
        yield ChatGenerationChunk(message=AIMessageChunk(content='[{"n": 1, "carried": false}]'))
        raise Unavailable("the chat model test/judge did not answer: gone")


def test_a_judge_that_does_not_answer_changes_nothing(make: Make, csm: User) -> None:
    answer = ask(make, csm, GoneChat(script=[]))
    assert (answer.text, answer.notices) == (SAID, ())


@pytest.mark.timeout(60)
def test_a_judge_that_does_not_end_is_left_when_its_time_is_over(
    server: Server, make: Make, csm: User, settings: Settings
) -> None:
    server.replies = [{"content": "ready"}, {"stuck": piece({"content": "["})}]
    list(model(settings).stream("x"))  # what is imported at the first call takes longer than the judge may
    answer = ask(make, csm, model(settings, timeout=2))
    assert (answer.text, answer.notices) == (SAID, ())
    assert server.hung_up.wait(20), "the judge goes on for nobody"


def test_the_embedded_model_is_not_judged(make: Make, csm: User) -> None:
    judge = ScriptedChat(script=['[{"n": 1, "carried": false}]'])
    make(judge=Judge(Speaker("test/judge", judge))).ask(QUESTION, user=csm)
    assert judge.seen == []


def test_it_is_opened_by_name(settings: Settings) -> None:
    assert open_judge(settings) is None
    opened = open_judge(settings.model_copy(update={"judge": "openai/gpt-4o-mini"}))
    assert opened is not None and opened.speaker.name == "openai/gpt-4o-mini"
    with pytest.raises(ConfigError, match="nowhere/x"):
        open_judge(settings.model_copy(update={"judge": "nowhere/x"}))
