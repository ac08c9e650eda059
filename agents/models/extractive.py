"""`embedded/extractive`: a chat model without a neural generator. It calls tools like any other, then answers with
sentences of the evidence as they stand, or says that nothing answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.tool import ToolCallChunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool

from agents.grounding import CONFIDENCE, NO_ANSWER, UNANSWERED
from agents.models.embedded.mail import write_mail
from agents.models.embedded.parts import compose_parts
from agents.models.embedded.planning import about_another, draft_call, first_calls, wants_draft
from agents.models.embedded.reading import Reading, read
from agents.models.embedded.redraft import by_rules, rewrite_mail
from agents.smalltalk import smalltalk
from agents.wording import say
from banso.knowledge.synonyms import Fixed


class ExtractiveChat(BaseChatModel):
    """The embedded default. `embedder` measures how near a sentence is to the question; `synonyms`: the team's equal
    words, as a file."""

    embedder: Any
    synonyms: Any = Fixed()

    @property
    def _llm_type(self) -> str:
        return "extractive"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Runnable[Any, AIMessage]:
        """Remember which tools may be called."""
        names = [tool.name if isinstance(tool, BaseTool) else str(tool["name"]) for tool in tools]
        return self.bind(tools=names, **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        reading = replace(read(messages), synonyms=self.synonyms.current())  # type: ignore[arg-type]
        reply = self._reply(reading, frozenset(kwargs.get("tools", ())))
        return ChatResult(generations=[ChatGeneration(message=reply)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        reply = self._generate(messages, stop, run_manager, **kwargs).generations[0].message
        assert isinstance(reply, AIMessage)
        if reply.tool_calls:
            yield ChatGenerationChunk(message=AIMessageChunk(content="", tool_call_chunks=_chunks(reply)))
        for line in reply.text.splitlines(keepends=True):
            yield ChatGenerationChunk(message=AIMessageChunk(content=line))
        if not reply.tool_calls:
            yield ChatGenerationChunk(message=AIMessageChunk(content="", response_metadata=reply.response_metadata))

    def _reply(self, reading: Reading, tools: frozenset[str]) -> AIMessage:
        if not reading.called and (kind := smalltalk(reading.question)):
            return AIMessage(say(reading.language, kind))
        if not reading.called and (calls := first_calls(reading, tools)):
            return AIMessage("", tool_calls=calls)
        if wants_draft(reading) and "draft_reply" in tools and "draft_reply" not in reading.called:
            mail = rewrite_mail(reading, self.embedder) if reading.returned else write_mail(reading, self.embedder)
            if mail is None:
                return AIMessage(say(reading.language, "draft_unchanged"))
            return AIMessage("", tool_calls=[draft_call(by_rules(mail, reading), "_again" if reading.returned else "")])
        if not reading.passages or wants_draft(reading) or about_another(reading):
            return AIMessage(NO_ANSWER)
        made = compose_parts(reading, self.embedder)
        return AIMessage(made.text, response_metadata={CONFIDENCE: made.confidence, UNANSWERED: list(made.unanswered)})


def _chunks(reply: AIMessage) -> list[ToolCallChunk]:
    return [
        ToolCallChunk(name=call["name"], args=json.dumps(call["args"], ensure_ascii=False), id=call["id"], index=index)
        for index, call in enumerate(reply.tool_calls)
    ]
