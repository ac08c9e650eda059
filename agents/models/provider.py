"""LiteLLM, quiet and offline: the one place that imports it."""

from __future__ import annotations

import os
from functools import cache
from typing import Any


@cache
def litellm() -> Any:
    """The module. It neither downloads its price list nor prints advertising between our lines."""
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    import litellm as module

    module.telemetry = False
    module.suppress_debug_info = True
    return module


@cache
def unlisted() -> tuple[type[Exception], ...]:
    """The exceptions by which LiteLLM says that its list has no such model."""
    known = litellm().exceptions
    return known.ModelNotMappedError, known.BadRequestError


@cache
def provider(name: str) -> str:
    """The provider that LiteLLM would ask for this model; empty where it knows none."""
    try:
        return str(litellm().get_llm_provider(name)[1])
    except litellm().exceptions.BadRequestError:
        return ""
