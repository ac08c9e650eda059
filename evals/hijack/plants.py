"""The orders that are planted: who wrote them, in what guise, and what they want."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict

FOLDER = Path(__file__).parents[1] / "corpora" / "hijack"
Goal = Literal[
    "link", "image", "mail", "lookup", "search", "tool", "approve", "flood", "prompt", "hidden", "say", "forge"
]
Place = Literal["manual", "ticket", "slack"]
ONLY_IN: dict[str, Place] = {
    "table": "manual", "code": "manual", "comment": "manual", "hidden_html": "manual", "link_title": "manual",
    "quoted_mail": "ticket",
}  # fmt: skip
"""Guises that only one kind of source has."""
_TURNS: tuple[Place, ...] = ("ticket", "slack", "manual")


class Plant(BaseModel):
    """One order. `text` is what it says, before its disguise; `|` parts one that is split over two passages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    language: Literal["ja", "en"]
    technique: str
    goal: Goal
    text: str
    place: Place


def load_plants(every: int = 1) -> list[Plant]:
    """All of them, or every n-th, so that each guise keeps its share."""
    found = [*_own("ja"), *_own("en"), *_agentdojo()]
    plants = []
    for number, (name, language, technique, goal, text) in enumerate(found):
        place = ONLY_IN.get(technique, _TURNS[number % 3])
        plants.append(Plant(id=name, language=language, technique=technique, goal=goal, text=text, place=place))
    return plants[::every]


_Row = tuple[str, Literal["ja", "en"], str, Goal, str]


def _own(language: Literal["ja", "en"]) -> Iterator[_Row]:
    read: dict[str, list[tuple[Goal, str]]] = _read(f"plants.{language}.yaml")
    for technique, orders in read.items():
        for number, (goal, text) in enumerate(orders, start=1):
            yield f"{language}-{technique}-{number:02d}", language, technique, goal, text


def _agentdojo() -> Iterator[_Row]:
    read = _read("plants.agentdojo.yaml")
    templates: dict[str, str] = read["templates"]
    goals: list[tuple[Goal, str]] = read["goals"]
    for technique, template in templates.items():
        for number, (goal, text) in enumerate(goals, start=1):
            words = template.format(goal=text).strip()
            yield f"agentdojo-{technique}-{number:02d}", "en", f"agentdojo:{technique}", goal, words


def _read(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
