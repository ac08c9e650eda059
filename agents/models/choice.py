"""Which chat models answer, in which order: by the environment, else by what an admin chose in the app.

The choice is a file of the data folder that its owner alone can read, because it may hold a provider's key.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError, field_validator

from agents.models.lookup import EMBEDDED
from banso.core.errors import ConfigError
from banso.core.settings import Settings
from banso.knowledge.documents import Frozen

FILE = "model.json"


class ModelChoice(Frozen):
    """The models of a team, the chosen one first. The embedded one stands behind them all."""

    model: str = EMBEDDED
    fallbacks: tuple[str, ...] = ()
    api_base: str = Field("", description="address of an OpenAI-compatible server; empty: the provider's own")
    api_key: SecretStr = Field(SecretStr(""), description="empty: the provider's variable, such as OPENAI_API_KEY")

    @field_validator("model", "fallbacks", "api_base", mode="after")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return value.strip() if isinstance(value, str) else tuple(filter(None, (one.strip() for one in value)))

    @property
    def names(self) -> tuple[str, ...]:
        """Every model that is asked before the embedded one, each once, in order. It answers always: nothing that
        stands behind it would ever be asked."""
        if self.model == EMBEDDED:
            return ()
        return tuple(dict.fromkeys(name for name in (self.model, *self.fallbacks) if name != EMBEDDED))


def fixed(settings: Settings) -> bool:
    """Whether the environment says which model answers: then the app cannot change it."""
    return "model" in settings.model_fields_set


def chosen(settings: Settings) -> ModelChoice:
    """The choice in force. Raises ConfigError when the file of the data folder cannot be read."""
    if fixed(settings):
        return ModelChoice(model=settings.model, fallbacks=split(settings.model_fallbacks))
    stored = _stored(settings.data / FILE)
    return stored or ModelChoice(model=settings.model, fallbacks=split(settings.model_fallbacks))


def split(names: str) -> tuple[str, ...]:
    """Names that commas part."""
    return tuple(filter(None, (name.strip() for name in names.split(","))))


def save(settings: Settings, choice: ModelChoice) -> None:
    """Keep the choice; every process of this data folder uses it from its next question on.

    Raises ConfigError for a name that cannot be served, or when the environment has decided.
    """
    if fixed(settings):
        raise ConfigError("BANSO_MODEL is set", "unset it to choose the model in the app")
    require_names([choice.model, *choice.fallbacks])
    told = choice.model_dump(exclude={"api_key"}) | {"api_key": choice.api_key.get_secret_value()}
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=settings.data, prefix=f".{FILE}-")  # made readable by its owner alone
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(told, out, ensure_ascii=False)
        os.replace(temporary, settings.data / FILE)
    except OSError as error:
        with suppress(OSError):
            os.unlink(temporary)
        raise ConfigError(f"cannot write {settings.data / FILE}: {error}", "check BANSO_DATA") from error


def require_names(names: Sequence[str]) -> None:
    """Raise ConfigError for a name that no provider can serve."""
    from agents.models.provider import provider

    for name in names:
        # An address in a name would be sent the key of the environment: some of LiteLLM's providers go there.
        if name != EMBEDDED and (name.startswith("embedded/") or "://" in name or not provider(name)):
            raise ConfigError(
                f"no chat model {name!r}",
                "embedded/extractive, or PROVIDER/MODEL as LiteLLM names it: openai/gpt-5-mini, anthropic/…, ollama/…",
            )


def _stored(path: Path) -> ModelChoice | None:
    try:
        return ModelChoice.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error}", "remove the file, and choose the model again") from error
    except ValidationError as error:
        # Its own words, and a traceback that names it as the cause, repeat what stands in the file: a key among it.
        wrong = "; ".join(str(one["type"]) for one in error.errors(include_input=False, include_url=False))
    raise ConfigError(f"cannot read {path}: {wrong}", "remove the file, and choose the model again")
