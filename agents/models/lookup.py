"""The embedded chat model, and the one model that a command works with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from banso.core.settings import Settings

if TYPE_CHECKING:
    from langchain.chat_models import BaseChatModel

    from banso.knowledge.embedding import Embedder

EMBEDDED = "embedded/extractive"


def get_model(settings: Settings, embedder: Embedder | None = None) -> BaseChatModel:
    """The first chat model of these settings; `embedder` is shared with the index when given.

    Raises ConfigError for a name that nothing can serve.
    """
    from agents.models.choice import chosen
    from agents.models.roster import open_speakers

    choice = chosen(settings)
    speakers = open_speakers(settings, choice.model_copy(update={"fallbacks": ()}))
    return speakers[0].model if speakers else embedded_model(settings, embedder)


def embedded_model(settings: Settings, embedder: Embedder | None = None) -> BaseChatModel:
    """The model that needs nothing but what is installed."""
    from agents.models.extractive import ExtractiveChat
    from banso.knowledge.embedding import get_embedder
    from banso.knowledge.synonyms import FILE, SynonymFile

    words = SynonymFile(settings.data / FILE)
    chat: BaseChatModel = ExtractiveChat(embedder=embedder or get_embedder(settings), synonyms=words)
    return chat
