"""What a chat model used for one case: tokens as the provider counted them, and their price where it is known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import Any

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, LLMResult
from langchain_core.tracers.context import register_configure_hook


class Meter(BaseCallbackHandler):
    """Adds up tokens; `said` tells whether any reply carried a count."""

    def __init__(self) -> None:
        self.prompt, self.completion, self.said = 0, 0, False
        self._lock = Lock()

    def on_llm_end(self, response: LLMResult, **_: Any) -> None:
        """Called by every chat model at the end of a reply."""
        for generation in response.generations[0]:
            message = generation.message if isinstance(generation, ChatGeneration) else None
            if isinstance(message, AIMessage) and message.usage_metadata:
                with self._lock:
                    self.said = True
                    self.prompt += message.usage_metadata["input_tokens"]
                    self.completion += message.usage_metadata["output_tokens"]

    @property
    def tokens(self) -> int | None:
        """All tokens; None where no provider counted."""
        return self.prompt + self.completion if self.said else None

    def cost(self, model: str) -> float | None:
        """US dollars by LiteLLM's list of prices; None where the model is not in it."""
        if not self.said:
            return None
        import litellm

        if model not in litellm.model_cost and model.partition("/")[2] not in litellm.model_cost:
            return None
        spent = litellm.cost_per_token(
            model=model, prompt_tokens=self.prompt, completion_tokens=self.completion
        )  # (dollars in, dollars out)
        return float(sum(spent))


_METER: ContextVar[Meter | None] = ContextVar("evals_meter", default=None)
register_configure_hook(_METER, inheritable=True)


@contextmanager
def metered() -> Iterator[Meter]:
    """Count what chat models use inside the block, in this thread and those that copy its context."""
    meter = Meter()
    token = _METER.set(meter)
    try:
        yield meter
    finally:
        _METER.reset(token)
