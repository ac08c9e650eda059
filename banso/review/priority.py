"""Which draft first: due times by segment, and the reasons for a place in the queue. Pure functions over data files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from banso.core.errors import ConfigError

ReasonKind = Literal["overdue", "urgent", "upset", "due_soon", "plan", "waiting"]
LEVELS = "service_levels.yaml"
_FOLDER = Path(__file__).parent
_SHORTEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True)
class ServiceLevels:
    """Hours from filing to decision, by segment (folded); `otherwise` for every other one."""

    otherwise: float
    segments: Mapping[str, float]

    def due(self, filed_at: datetime, segment: str) -> datetime:
        """When a decision is due."""
        return filed_at + timedelta(hours=self.segments.get(_folded(segment), self.otherwise))


@dataclass(frozen=True)
class Reason:
    """One reason for a place: its kind, the customer's words or the number behind it, and its points."""

    kind: ReasonKind
    detail: str
    points: int


@dataclass(frozen=True)
class Priority:
    """The reasons, the weightiest first. `points` only sorts; people read the reasons."""

    reasons: tuple[Reason, ...]

    @property
    def points(self) -> int:
        """Sum over the reasons."""
        return sum(reason.points for reason in self.reasons)


def service_levels(data: Path) -> ServiceLevels:
    """From `service_levels.yaml` in the data folder, or the one that comes with the product. Raises ConfigError."""
    own = data / LEVELS
    path = own if own.exists() else _FOLDER / LEVELS
    try:
        tree = yaml.safe_load(path.read_text(encoding="utf-8"))
        hours = {_folded(str(name)): float(value) for name, value in (tree.get("segments") or {}).items()}
        levels = ServiceLevels(float(tree["otherwise"]), hours)
    except (yaml.YAMLError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise ConfigError(f"{path}: {error}", "write 'otherwise: HOURS' and 'segments: {name: HOURS}'") from error
    if min(levels.otherwise, *levels.segments.values(), levels.otherwise) <= 0:
        raise ConfigError(f"{path}: hours must be above zero")
    return levels


def priority(  # noqa: PLR0913 - one parameter a fact
    words: str, *, segment: str, plan: str, filed_at: datetime, due: datetime, now: datetime
) -> Priority:
    """Why this draft should come early. `words` are the customer's own, in Japanese or English."""
    rules = _rules()
    text, points = _folded(words), rules["points"]
    found: list[tuple[ReasonKind, str]] = []
    if due <= now:
        found.append(("overdue", ""))
    for kind in ("urgent", "upset"):
        said = [word for word, pattern in rules[kind] if pattern.search(text)]
        if said:
            found.append((kind, ", ".join(_longest(said)[:3])))
    if now < due <= now + (due - filed_at) / 4:
        found.append(("due_soon", ""))
    if _folded(segment) in rules["segments"]:
        found.append(("plan", plan or segment))
    if now - filed_at >= _SHORTEST_WAIT:
        found.append(("waiting", str(int((now - filed_at).total_seconds() // 3600))))
    return Priority(tuple(Reason(kind, detail, points[kind]) for kind, detail in found))


def _longest(words: Sequence[str]) -> list[str]:
    """Without words that are part of another one that was found."""
    return [word for word in words if not any(word != other and word in other for other in words)]


@cache
def _rules() -> dict[str, Any]:
    tree = yaml.safe_load((_FOLDER / "priority.yaml").read_text(encoding="utf-8"))
    lists: dict[str, Any] = {
        kind: [(word, _pattern(word)) for words in tree[kind].values() for word in words] for kind in _LOUD
    }
    return {**lists, "points": tree["points"], "segments": {_folded(name) for name in tree["segments"]}}


_LOUD: tuple[ReasonKind, ...] = ("urgent", "upset")


def _pattern(word: str) -> re.Pattern[str]:
    folded = re.escape(_folded(word))
    return re.compile(rf"(?<![a-z0-9]){folded}(?![a-z0-9])" if word.isascii() else folded)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("’", "'").strip()
