"""The chat models of a team in the order in which they are asked: the chosen one, its fallbacks, and at the end the
embedded one, so that an answer always comes."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from agents.models.choice import FILE, ModelChoice, chosen
from agents.models.lookup import EMBEDDED, embedded_model
from banso.core.errors import ConfigError
from banso.core.settings import Settings

if TYPE_CHECKING:
    from langchain.chat_models import BaseChatModel

    from banso.knowledge.embedding import Embedder

REST = 30.0
"""Seconds for which a model that did not answer is not asked again: else everybody waits for its time-out anew."""
NO_KEY = "none"
"""What a server gets where nobody gave a key; local ones ask for any."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Speaker:
    """A chat model and the name under which it is known."""

    name: str
    model: BaseChatModel


class Roster(Protocol):
    """Who may answer."""

    @property
    def chosen(self) -> str:
        """The name of the model that should answer."""
        ...

    def speakers(self) -> tuple[Speaker, ...]:
        """The models in the order in which they are asked; at least one."""
        ...

    def failed(self, name: str) -> None:
        """Take notice that this model did not answer."""
        ...


class FixedRoster:
    """The same models always."""

    def __init__(self, *speakers: Speaker) -> None:
        self._speakers = speakers

    @property
    def chosen(self) -> str:
        """The first one."""
        return self._speakers[0].name

    def speakers(self) -> tuple[Speaker, ...]:
        """Those models."""
        return self._speakers

    def failed(self, name: str) -> None:
        """Nothing changes."""


class TeamRoster:
    """The models that the environment or an administrator chose, read again when the choice changes. A model that
    failed stands behind the others for a while. Raises ConfigError when opened with a choice that cannot be served."""

    def __init__(
        self, settings: Settings, embedded: BaseChatModel, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings, self._clock = settings, clock
        self._last = Speaker(EMBEDDED, embedded)
        self._resting: dict[str, float] = {}
        self._lock = threading.Lock()
        self._state = self._stamp()
        self._chosen = self._open(chosen(settings))

    @property
    def chosen(self) -> str:
        """The one that the choice names first."""
        return self._chosen[0].name if self._chosen else EMBEDDED

    def speakers(self) -> tuple[Speaker, ...]:
        """The models of the choice that are not resting, and the embedded one."""
        with self._lock:
            self._refresh()
            now = self._clock()
            rested = [one for one in self._chosen if self._resting.get(one.name, now) <= now]
        return (*rested, self._last)

    def failed(self, name: str) -> None:
        """Let this model rest."""
        with self._lock:
            self._resting[name] = self._clock() + REST

    def _refresh(self) -> None:
        state = self._stamp()
        if state == self._state:
            return
        self._state = state
        try:
            self._chosen = self._open(chosen(self._settings))
            self._resting.clear()
        except ConfigError as error:
            _log.warning("%s; the models before this change stay", error.message)

    def _open(self, choice: ModelChoice) -> tuple[Speaker, ...]:
        return open_speakers(self._settings, choice)

    def _stamp(self) -> tuple[int, int]:
        try:
            found = (self._settings.data / FILE).stat()
        except FileNotFoundError:
            return 0, 0
        return found.st_mtime_ns, found.st_ino


def open_speakers(settings: Settings, choice: ModelChoice) -> tuple[Speaker, ...]:
    """The models of a choice, without the embedded one. Address and key go to the first alone: a fallback may be
    another provider's. Raises ConfigError for a name that nothing can serve."""
    if not choice.names:
        return ()
    from agents.models.litellm import open_litellm

    key = choice.api_key.get_secret_value()
    # An address that was typed into the app is never sent the key of the environment, which belongs to another.
    first = {"api_base": choice.api_base, "api_key": key or (NO_KEY if choice.api_base else "")}
    own = {name: value for name, value in first.items() if value}
    return tuple(
        Speaker(name, open_litellm(settings, name, **(own if name == choice.model else {}))) for name in choice.names
    )


def open_roster(settings: Settings, embedder: Embedder | None = None) -> TeamRoster:
    """The models of these settings. Raises ConfigError for a name that nothing can serve."""
    return TeamRoster(settings, embedded_model(settings, embedder))


def roster_of(model: Any, name: str, spare: Any = None) -> FixedRoster:
    """One model under this name, and behind it the embedded one where it is given."""
    known: Sequence[Speaker] = [Speaker(name, model), *([Speaker(EMBEDDED, spare)] if spare is not None else [])]
    return FixedRoster(*known)
