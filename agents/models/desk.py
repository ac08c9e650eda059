"""What an admin sees and sets of the chat models: the choice in force, a trial call, what answers took."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from langchain.tools import tool
from pydantic import Field, SecretStr

from agents.models.choice import ModelChoice, chosen, fixed, require_names, save
from agents.models.lookup import EMBEDDED
from agents.models.provider import litellm, unlisted
from agents.models.roster import open_speakers
from agents.usage_book import UsageBook, UsageLine
from banso.core.errors import Unavailable
from banso.core.settings import Settings
from banso.knowledge.documents import Frozen

TRIAL = "Call the tool `note` with the text: 伴走"
TRIAL_SECONDS = 30.0


class Trial(Frozen):
    """How one model did at a trial call."""

    model: str
    answered: bool
    seconds: float = 0.0
    calls_tools: bool = Field(False, description="it called the tool that it was asked to call")
    reason: str = Field("", description="why there was no answer")
    price_in: float | None = Field(None, description="US dollars for a million tokens read; None: not known")
    price_out: float | None = None
    context: int | None = Field(None, description="tokens that fit into one request; None: not known")


@tool
def note(text: str) -> str:
    """Keep a text."""
    return text


class ModelDesk:
    """For admins: the caller checks who asks."""

    def __init__(self, settings: Settings, usage: UsageBook) -> None:
        self._settings, self._usage = settings, usage

    @property
    def fixed(self) -> bool:
        """Whether the environment decides, and nothing can be set here."""
        return fixed(self._settings)

    def choice(self) -> ModelChoice:
        """The choice in force. Raises ConfigError when its file cannot be read."""
        return chosen(self._settings)

    def save(self, model: str, fallbacks: Sequence[str], api_base: str, api_key: str | None) -> ModelChoice:
        """Choose these from the next question on. `api_key` None: keep the one that is stored, unless the address
        changes, which must not be sent a key that was meant for another. Raises ConfigError."""
        made = self._made(model, fallbacks, api_base, api_key)
        save(self._settings, made)
        return made

    def trial(self, model: str, fallbacks: Sequence[str], api_base: str, api_key: str | None) -> list[Trial]:
        """One small call of each model of a choice, before it is saved. Raises ConfigError for a bad name."""
        made = self._made(model, fallbacks, api_base, api_key)
        require_names([made.model, *made.fallbacks])
        limited = self._settings.model_copy(update={"model_timeout": min(self._settings.model_timeout, TRIAL_SECONDS)})
        tried = [_try(one.name, one.model) for one in open_speakers(limited, made)]
        return tried or [Trial(model=EMBEDDED, answered=True, calls_tools=True, price_in=0.0, price_out=0.0)]

    def usage(self, *, days: int = 30, daily: bool = False) -> list[UsageLine]:
        """What answers took, a line a model (and day)."""
        return self._usage.sums(days=days, daily=daily)

    def _made(self, model: str, fallbacks: Sequence[str], api_base: str, api_key: str | None) -> ModelChoice:
        before = self.choice()
        same = before.api_base == api_base.strip() and before.model.split("/")[0] == model.strip().split("/")[0]
        kept = before.api_key if same else SecretStr("")
        key = kept if api_key is None else SecretStr(api_key.strip())
        return ModelChoice(model=model or EMBEDDED, fallbacks=tuple(fallbacks), api_base=api_base, api_key=key)


def _try(name: str, model: Any) -> Trial:
    began = time.monotonic()
    try:
        reply = model.bind_tools([note]).invoke(TRIAL)
    except Unavailable as error:
        return Trial(
            model=name,
            answered=False,
            seconds=time.monotonic() - began,
            reason=error.message.partition(": ")[2] or error.message,
        )
    return Trial(
        model=name, answered=True, seconds=time.monotonic() - began, calls_tools=bool(reply.tool_calls), **_known(name)
    )


def _known(name: str) -> dict[str, Any]:
    """Price and length as LiteLLM's own list has them."""
    try:
        told = litellm().get_model_info(name)
    except unlisted():
        return {}
    prices = {"price_in": told.get("input_cost_per_token"), "price_out": told.get("output_cost_per_token")}
    return {key: value * 1e6 for key, value in prices.items() if value is not None} | {
        "context": told.get("max_input_tokens")
    }
