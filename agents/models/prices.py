"""Tokens and price of one reply. Prices come from the list that LiteLLM ships: nothing is fetched."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage

from agents.models.lookup import EMBEDDED
from agents.models.provider import litellm, unlisted
from agents.models.tokens import counted
from agents.usage import Usage

_log = logging.getLogger(__name__)


def usage_of(name: str, asked: Sequence[BaseMessage], reply: AIMessage, seconds: float) -> Usage:
    """What a reply of this model took. The embedded one counts no tokens and costs nothing."""
    if name == EMBEDDED:
        return Usage(model=name, seconds=seconds)
    told: Any = reply.usage_metadata
    if told and told["input_tokens"] + told["output_tokens"]:
        read, written, estimated = told["input_tokens"], told["output_tokens"], False
    else:
        read, written, estimated = counted(name, asked), counted(name, [reply]), True
    return Usage(
        model=name, prompt_tokens=read, completion_tokens=written, estimated=estimated,
        cost=_price(name, read, written), seconds=seconds,
    )  # fmt: skip


def _price(name: str, read: int, written: int) -> float | None:
    """US dollars; None where the price is not known."""
    try:
        return float(sum(litellm().cost_per_token(model=name, prompt_tokens=read, completion_tokens=written)))
    except unlisted():
        return None
    except Exception as error:  # noqa: BLE001 - a price never breaks an answer
        _log.warning("no price of %s: %s", name, type(error).__name__)
        return None
