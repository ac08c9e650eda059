"""A chat model whose connection is closed when nobody reads on: else it goes on writing for nobody, at a price."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from langchain_litellm import ChatLiteLLM


class HangingUp(ChatLiteLLM):  # type: ignore[misc]
    """As its parent, which leaves a stream that was given up to its server."""

    def completion_with_retry(self, run_manager: Any = None, **kwargs: Any) -> Any:
        """The reply; one that streams closes its connection at its end, whoever ended it."""
        reply = super().completion_with_retry(run_manager, **kwargs)
        return _until_left(reply) if kwargs.get("stream") else reply


def _until_left(stream: Any) -> Iterator[Any]:
    try:
        yield from stream
    finally:
        # LiteLLM wraps what each provider's client gives: its own stream, or an iterator over a response.
        inner = getattr(stream, "completion_stream", None)
        response = getattr(inner, "http_response", None) or getattr(inner, "response", None)
        for one in (response, inner):
            with suppress(Exception):  # a connection that cannot be closed is closed already, or not ours
                if one is not None:
                    one.close()
