"""Picks the chat model by its name in the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from banso.core.errors import ConfigError
from banso.core.settings import Settings

if TYPE_CHECKING:
    from langchain.chat_models import BaseChatModel

    from banso.knowledge.embedding import Embedder

EMBEDDED = "embedded/extractive"


def get_model(settings: Settings, embedder: Embedder | None = None) -> BaseChatModel:
    """The chat model of these settings; `embedder` is shared with the index when given.

    Raises ConfigError for a name that nothing can serve.
    """
    if settings.model == EMBEDDED:
        return _embedded(settings, embedder)
    if settings.model.startswith("embedded/") or not settings.model.strip():
        raise ConfigError(
            f"BANSO_MODEL: no embedded model {settings.model!r}",
            "embedded/extractive, or a LiteLLM name such as openai/gpt-5-mini or ollama/qwen3",
        )
    from agents.models.litellm import open_litellm

    return open_litellm(settings)


def get_spare(settings: Settings, embedder: Embedder | None = None) -> BaseChatModel | None:
    """The embedded model, for the turns that another model could not do; None where it is the chosen one already."""
    return None if settings.model == EMBEDDED else _embedded(settings, embedder)


def _embedded(settings: Settings, embedder: Embedder | None) -> BaseChatModel:
    from agents.models.extractive import ExtractiveChat
    from banso.knowledge.embedding import get_embedder
    from banso.knowledge.synonyms import FILE, SynonymFile

    words = SynonymFile(settings.data / FILE)
    chat: BaseChatModel = ExtractiveChat(embedder=embedder or get_embedder(settings), synonyms=words)
    return chat
