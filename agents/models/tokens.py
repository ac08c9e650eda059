"""How many tokens a text has for a model, by the tokenizers that LiteLLM ships: nothing is fetched."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.messages import AIMessage, BaseMessage

from agents.masking import masked
from agents.models.provider import litellm


def counted(name: str, messages: Sequence[BaseMessage]) -> int:
    """Tokens of the messages' text and of the tool calls in them."""
    sent = masked(messages)  # LiteLLM writes what it counts into its log
    called = [str(message.tool_calls) for message in sent if isinstance(message, AIMessage) and message.tool_calls]
    return tokens(name, "\n".join([*(message.text for message in sent), *called]))


def tokens(name: str, text: str) -> int:
    """Tokens of a text that holds no secret; for a model that LiteLLM does not know, those of a common tokenizer."""
    return int(litellm().token_counter(model=name, text=text)) if text else 0
