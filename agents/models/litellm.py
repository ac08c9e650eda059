"""Every model LiteLLM can reach: `openai/…`, `anthropic/…`, `gemini/…`, `ollama/…`, OpenAI-compatible servers."""

from __future__ import annotations

import json
import queue
import re
import secrets
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, SystemMessage, ToolMessage
from langchain_core.messages.tool import ToolCallChunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, stop_after_delay, wait_exponential_jitter

from agents.masking import mask_text, masked
from agents.models.evidence_data import as_data
from agents.models.plain_reading import PROMPT, as_page, plain_rules
from agents.models.provider import litellm, provider
from agents.models.room import fitting, longest_reply, room
from agents.models.tokens import counted, tokens
from banso.core.errors import ConfigError, Unavailable
from banso.core.settings import Settings

PAUSE, LONGEST_PAUSE = 1.0, 8.0
"""Seconds before the first new try of a model that is busy, and at most before a later one."""
_FENCED = re.compile(r"```(?:json|tool_call|tool)?\s*(\{.*?\})\s*```", re.S)
_TAGGED = re.compile(r"<tool_call>\s*(\{.*?\})\s*</tool_call>", re.S)


class LiteLLMChat(BaseChatModel):
    """A LiteLLM model behind the same door as the embedded one: failures become Unavailable with the model's name, and
    a tool call that a small model writes as JSON text becomes a tool call."""

    inner: Any
    name_shown: str
    failures: tuple[type[Exception], ...]
    passing: tuple[type[Exception], ...] = ()
    """Failures of a model that is busy: worth one more try."""
    timeout: float = 60.0
    """Seconds for one reply from its first to its last word."""
    retries: int = 2
    """More tries of a model that is busy."""
    pause: float = PAUSE
    context: int = 0
    """Tokens that the model can read at once; 0: as many as come."""

    @property
    def _llm_type(self) -> str:
        return "litellm"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Runnable[Any, AIMessage]:
        """Offer these tools."""
        from langchain_core.utils.function_calling import convert_to_openai_tool

        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools], **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        sent, said, prompt = self._sent(messages, kwargs)
        try:
            reply = self.inner.invoke(sent, stop=stop, **said)
        except self.failures as error:
            raise self._unavailable(error) from error
        whole = normalised(reply, _names(said))
        whole = whole.model_copy(update={"response_metadata": {**whole.response_metadata, **prompt}})
        return ChatResult(generations=[ChatGeneration(message=whole)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        """Text as it comes, except text that may still turn out to be a tool call: that is held back whole."""
        held: AIMessageChunk | None = None
        sent, said, prompt = self._sent(messages, kwargs)
        names = _names(said)
        if prompt:
            yield ChatGenerationChunk(message=AIMessageChunk(content="", response_metadata=prompt))
        try:
            for chunk in self._pieces(sent, stop, said):
                held = chunk if held is None else held + chunk
                if not (names and _may_be_call(held.text)):
                    yield ChatGenerationChunk(message=held)
                    held = None
                    names = names if not chunk.text else frozenset()
        except self.failures as error:
            raise self._unavailable(error) from error
        if held is not None:
            yield ChatGenerationChunk(message=_as_chunk(normalised(_whole(held), names)))

    def _pieces(
        self, messages: list[BaseMessage], stop: list[str] | None, kwargs: dict[str, Any]
    ) -> Iterator[AIMessageChunk]:
        """What the model streams, until its time is over. A model that is busy is asked again, until it has begun."""
        until = time.monotonic() + self.timeout

        def begin() -> tuple[AIMessageChunk | None, Iterator[AIMessageChunk]]:
            stream = self._until(until, self.inner.stream(messages, stop=stop, **kwargs))
            return next(stream, None), stream

        first, stream = self._patient()(begin)
        if first is not None:
            yield readable(first)
        for chunk in stream:
            yield readable(chunk)

    def _sent(
        self, messages: Sequence[BaseMessage], kwargs: dict[str, Any]
    ) -> tuple[list[BaseMessage], dict[str, Any], dict[str, str]]:
        """What the model reads, what else the call says, and which prompt that follows. Nothing leaves but through
        here."""
        kwargs = {"max_tokens": longest_reply(self.context), **kwargs} if self.context else kwargs
        rules = plain_rules(messages, self.context, _names(kwargs))
        if not rules:
            return self._shown(messages, kwargs), kwargs, {}
        kwargs = {name: value for name, value in kwargs.items() if name not in ("tools", "tool_choice")}
        short = [SystemMessage(rules, additional_kwargs=messages[0].additional_kwargs), *messages[1:]]
        return as_page(self._shown(short, kwargs)), kwargs, {PROMPT: "reading"}

    def _shown(self, messages: Sequence[BaseMessage], kwargs: dict[str, Any]) -> list[BaseMessage]:
        """Without secrets, and the tools' results as data between marks, as far as there is room."""
        given = [m.additional_kwargs.get("banso", {}).get("fence", "") for m in messages]
        fence, sent = next(filter(None, given), "") or secrets.token_hex(4), masked(messages)
        if not self.context:
            return as_data(sent, fence)
        found = [message for message in sent if isinstance(message, ToolMessage)]
        others = [message for message in sent if not isinstance(message, ToolMessage)]
        taken = counted(self.name_shown, others) + tokens(self.name_shown, json.dumps(kwargs.get("tools", [])))
        each = room(self.context, taken, len(found))
        return as_data(sent, fence, lambda some: fitting(some, each, lambda text: tokens(self.name_shown, text)))

    def _patient(self) -> Retrying:
        return Retrying(
            retry=retry_if_exception_type(self.passing),
            stop=stop_after_attempt(self.retries + 1) | stop_after_delay(self.timeout / 2),
            wait=wait_exponential_jitter(initial=self.pause, max=LONGEST_PAUSE, jitter=self.pause / 2),
            reraise=True,
        )

    def _until(self, until: float, stream: Iterator[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        """The stream, read in a thread that is left behind when time is up: the client's own limit is one for each
        piece, and a busy server may stay silent between two."""
        arrived: queue.SimpleQueue[AIMessageChunk | Exception | None] = queue.SimpleQueue()
        left = threading.Event()

        def read() -> None:
            try:
                for chunk in stream:
                    arrived.put(chunk)
                    if left.is_set():
                        break
            except self.failures as error:
                arrived.put(error)
            finally:
                arrived.put(None)

        threading.Thread(target=read, daemon=True).start()
        try:
            while (item := arrived.get(timeout=max(0.0, until - time.monotonic()))) is not None:
                if isinstance(item, Exception):
                    raise item
                yield item
        except queue.Empty:
            raise TimeoutError(f"no whole reply within {self.timeout:g} seconds") from None
        finally:
            left.set()

    def _unavailable(self, error: Exception) -> Unavailable:
        # A provider may repeat what it was sent, a key among it, and the reason goes to people and into the log.
        reason = mask_text(str(error).splitlines()[0][:200]) if str(error) else type(error).__name__
        return Unavailable(
            f"the chat model {self.name_shown} did not answer: {reason}", "check BANSO_MODEL, its key and its address"
        )


def open_litellm(settings: Settings, name: str = "", **own: str) -> LiteLLMChat:
    """The model of this LiteLLM name, else the one of `BANSO_MODEL`. Keys and addresses come from the provider's own
    variables (OPENAI_API_KEY, OPENAI_API_BASE, OLLAMA_API_BASE, …), or from `own`: api_base, api_key.

    Raises ConfigError for a name of no provider.
    """
    name = name or settings.model
    if not provider(name):
        raise ConfigError(
            f"no chat model {name!r}",
            "embedded/extractive, or PROVIDER/MODEL as LiteLLM names it: openai/gpt-5-mini, anthropic/…, ollama/…",
        )
    known = litellm().exceptions  # first: it says how LiteLLM is to behave when others import it
    import openai

    from agents.models.hanging_up import HangingUp

    inner = HangingUp(
        model=name,
        temperature=0,
        request_timeout=settings.model_timeout,
        max_retries=0,
        model_kwargs={"max_retries": 0, "drop_params": True},
        **own,
    )
    return LiteLLMChat(
        inner=inner,
        name_shown=name,
        failures=(openai.OpenAIError, known.BadRequestError, ConnectionError, TimeoutError),
        passing=(known.RateLimitError, known.InternalServerError, known.ServiceUnavailableError),
        timeout=settings.model_timeout,
        retries=settings.model_retries,
        context=settings.model_context,
    )


def normalised(reply: AIMessage, names: frozenset[str]) -> AIMessage:
    """The reply with a tool call that stands in its text, as bare JSON, in a code fence or in tags, made a real one."""
    if reply.tool_calls or not names:
        return reply
    text = reply.text.strip()
    candidates = [m.group(1) for pattern in (_FENCED, _TAGGED) for m in pattern.finditer(text)]
    for candidate in [*candidates, text]:
        if call := _call(candidate, names):
            return AIMessage(content="", tool_calls=[call], id=reply.id, usage_metadata=reply.usage_metadata)
    return reply


def readable(chunk: AIMessageChunk) -> AIMessageChunk:
    """The piece without halves of characters, which no database and no terminal takes."""
    if isinstance(chunk.content, str) and not chunk.content.isprintable():
        whole = chunk.content.encode("utf-8", "replace").decode("utf-8")
        return chunk.model_copy(update={"content": whole.replace("\0", "")})
    return chunk


def _call(text: str, names: frozenset[str]) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    value = value.get("function", value) if isinstance(value.get("function"), dict) else value
    name = value.get("name") or value.get("tool")
    args = value.get("arguments", value.get("parameters", value.get("args", {})))
    if isinstance(args, str):
        try:
            args = json.loads(args)
        except (ValueError, RecursionError):
            return None
    if name not in names or not isinstance(args, dict):
        return None
    return {"name": name, "args": args, "id": f"call_text_{abs(hash(text)) % 10**8}", "type": "tool_call"}


def _may_be_call(text: str) -> bool:
    start = text.lstrip()
    return not start or start.startswith(("{", "```", "<tool_call"))


def _names(kwargs: dict[str, Any]) -> frozenset[str]:
    return frozenset(_tool_name(tool) for tool in kwargs.get("tools", ()))


def _tool_name(tool: Any) -> str:
    return tool.name if isinstance(tool, BaseTool) else str(tool["function"]["name"])


def _whole(chunk: AIMessageChunk) -> AIMessage:
    return AIMessage(content=chunk.text, tool_calls=chunk.tool_calls, id=chunk.id, usage_metadata=chunk.usage_metadata)


def _as_chunk(message: AIMessage) -> AIMessageChunk:
    calls = [
        ToolCallChunk(name=c["name"], args=json.dumps(c["args"], ensure_ascii=False), id=c["id"], index=i)
        for i, c in enumerate(message.tool_calls)
    ]
    return AIMessageChunk(content=message.text, tool_call_chunks=calls, usage_metadata=message.usage_metadata)
