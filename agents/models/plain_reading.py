"""A page to read for a small model, in place of a conversation with tools: short rules, the evidence, the question.

A model of one or two thousand million weights says NO_ANSWER to long rules and to results of tools, and answers when
the same passages stand above the question. It looks only once and asks nothing back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage, ToolMessage

from agents.masking import mask_text

PLAIN = 4096
"""Tokens of room up to which a model reads plainly."""
PROMPT = "banso_prompt"
"""Under this name a reply says which prompt it follows, where it is not the usual one."""


def plain_rules(messages: Sequence[BaseMessage], context: int, tools: frozenset[str]) -> str:
    """The short rules, where a model with this much room is to answer from what was found; else nothing: a draft needs
    its tool, and before the first look the model may say what it looks for."""
    looked = isinstance(messages[-1], ToolMessage) and "draft_reply" not in tools
    hints: Any = messages[0].additional_kwargs.get("banso", {})
    return mask_text(str(hints.get("plain", ""))) if looked and 0 < context <= PLAIN else ""


def as_page(messages: Sequence[BaseMessage]) -> list[BaseMessage]:
    """The rules, which come first, the earlier turns, and the last question below what the tools brought, already
    between marks."""
    asked = max(i for i, message in enumerate(messages) if isinstance(message, HumanMessage))
    found = [message.text for message in messages[asked:] if isinstance(message, ToolMessage)]
    earlier = [m for m in messages[:asked] if not isinstance(m, SystemMessage | ToolMessage) and m.text]
    return [messages[0], *earlier, HumanMessage("\n\n".join([*found, messages[asked].text]))]
