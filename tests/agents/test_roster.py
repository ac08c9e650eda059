"""Who answers when the chosen model does not: fallbacks in order, the embedded model at the end, and a rest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk

from agents.models.choice import ModelChoice, save
from agents.models.extractive import ExtractiveChat
from agents.models.lookup import EMBEDDED
from agents.models.roster import REST, FixedRoster, Speaker, TeamRoster, open_roster
from banso.core.database import Database
from banso.core.errors import ConfigError, Unavailable
from banso.core.settings import Settings
from banso.core.users import User
from tests.agents.conftest import Make
from tests.agents.fakes import BagEmbedder, ScriptedChat

LOOK = [("search_knowledge", {"query": "HR-1007 ロック"})]
ANSWER = "30分待つとロックは自動で解除されます [1]。"
QUESTION = "HR-1007 のロックは？"


class SilentChat(ScriptedChat):
    """Begins to speak after some calls of tools, or says nothing, and is gone."""

    pieces: int = 0

    def _stream(self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> Iterator[Any]:
        if self.script and self.said < len(self.script):
            yield from super()._stream(messages, stop, run_manager, **kwargs)
            return
        for _ in range(self.pieces):
            yield ChatGenerationChunk(message=AIMessageChunk(content="途中まで [1]。\n"))
        raise Unavailable("the chat model gone/model did not answer: cut")


def embedded() -> ExtractiveChat:
    return ExtractiveChat(embedder=BagEmbedder())


def roster(*models: Any) -> FixedRoster:
    return FixedRoster(*(Speaker(f"test/{n}", one) for n, one in enumerate(models)), Speaker(EMBEDDED, embedded()))


@pytest.mark.parametrize("pieces", [0, 3], ids=["before a word", "after some words"])
def test_a_fallback_answers_with_a_notice(make: Make, csm: User, pieces: int) -> None:
    copilot = make(roster(SilentChat(script=[], pieces=pieces), ScriptedChat(script=[LOOK, ANSWER])))
    events = list(copilot.stream(QUESTION, user=csm))
    answer = events[-1].answer
    assert answer is not None and answer.text == ANSWER
    assert answer.notices == ("選択中のチャットモデル（test/0）から応答がなかったため、test/1 が回答しました。",)
    assert [(one.model, one.calls, one.failed) for one in answer.usage] == [("test/0", 1, 1), ("test/1", 2, 0)]
    assert ("falling_back", "test/0") in [(event.step, event.detail) for event in events]


def test_a_fallback_goes_on_from_what_was_found(make: Make, csm: User) -> None:
    second = ScriptedChat(script=[ANSWER])
    copilot = make(roster(SilentChat(script=[LOOK]), second))
    answer = copilot.ask(QUESTION, user=csm)
    assert answer.text == ANSWER and "30分待つと" in str(second.seen[0])
    assert copilot.trace(answer.thread, user=csm).tools == ("search_knowledge",)


def test_when_none_answers_the_embedded_model_does(make: Make, csm: User) -> None:
    answer = make(roster(SilentChat(script=[LOOK]), SilentChat(script=[]))).ask(QUESTION, user=csm)
    assert answer.grounded == "cited" and "内蔵モデル" in answer.notices[0]
    assert [(one.model, one.failed) for one in answer.usage] == [("test/0", 1), ("test/1", 1), (EMBEDDED, 0)]
    assert answer.prompt == ""


def test_a_draft_names_the_model_whose_words_it_holds(make: Make, csm: User, database: Database) -> None:
    mail = [
        ("draft_reply", {"subject": "ロックの件", "body": "青葉製作所 有村様\n30分で解除されます。", "sources": [1]})
    ]
    copilot = make(roster(SilentChat(script=[]), ScriptedChat(script=[LOOK, mail])))
    made = copilot.draft("ロックの解除方法", user=csm, account="AC-1")
    with database.read() as db:
        worded_by = db.execute(sa.text("SELECT model FROM draft_origins WHERE draft = :draft"), {"draft": made.draft})
        assert worded_by.scalars().all() == ["test/1"]


def test_the_answer_says_which_prompt_was_read(make: Make, csm: User) -> None:
    answer = make(roster(ScriptedChat(script=[LOOK, ANSWER]))).ask(QUESTION, user=csm)
    assert answer.prompt.startswith("system.ja/")


def team(settings: Settings, now: list[float], **choice: Any) -> TeamRoster:
    save(settings, ModelChoice(**choice))
    return TeamRoster(settings, embedded(), clock=lambda: now[0])


def names(models: TeamRoster) -> list[str]:
    return [one.name for one in models.speakers()]


def test_a_model_that_failed_rests_for_a_while(settings: Settings) -> None:
    now = [0.0]
    models = team(settings, now, model="openai/a", fallbacks=("ollama/b",))
    assert names(models) == ["openai/a", "ollama/b", EMBEDDED]
    models.failed("openai/a")
    assert names(models) == ["ollama/b", EMBEDDED] and models.chosen == "openai/a"
    now[0] = REST
    assert names(models) == ["openai/a", "ollama/b", EMBEDDED]


def test_a_choice_holds_from_the_next_question_on(settings: Settings) -> None:
    models = team(settings, [0.0], model="openai/a")
    save(settings, ModelChoice(model="ollama/b", fallbacks=("openai/c",)))
    assert names(models) == ["ollama/b", "openai/c", EMBEDDED]
    save(settings, ModelChoice(model=EMBEDDED, fallbacks=("openai/c",)))
    assert names(models) == [EMBEDDED]


def test_a_file_that_cannot_be_read_leaves_the_models_before(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    models = team(settings, [0.0], model="openai/a")
    (settings.data / "model.json").write_text("{", encoding="utf-8")
    assert names(models) == ["openai/a", EMBEDDED] and "cannot read" in caplog.text


def test_a_name_that_nothing_serves_is_found_when_the_program_starts(settings: Settings) -> None:
    with pytest.raises(ConfigError, match="nowhere/model"):
        open_roster(settings.model_copy(update={"model": "nowhere/model"}), BagEmbedder())
