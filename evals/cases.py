"""Cases as data: one JSON object a line, strict, unique ids, errors that name file and line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from banso.core.errors import ConfigError

FOLDER = Path(__file__).parent / "cases"


class Case(BaseModel):
    """A question and what a right answer is.

    `gold`: refs of the documents that answer it, as a list, or with grades as {ref: gain} (a gain above 0; 2 beside 1:
    that one answers twice as well). `exclude`: refs that do not count when found, as if they were not in the index (the
    ticket that the question was taken from must not find itself); read by suites that only search.
    `must_say`, `must_not_say`: facts; `a|b` accepts either. `conversation`: earlier questions of the same conversation,
    asked for real and not scored. `expects`: what should come of it; a draft is asked for with the button, and in the
    chat where a conversation went before. `language`: that of the answer, or of the draft. `tools`: those to be called,
    in order; None: any.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)
    question: str = Field(min_length=1)
    language: Literal["ja", "en"]
    conversation: tuple[str, ...] = ()
    gold: dict[str, float] = {}
    exclude: tuple[str, ...] = ()
    must_say: tuple[str, ...] = ()
    must_not_say: tuple[str, ...] = ()
    answerable: bool
    expects: Literal["answer", "draft"] = "answer"
    account: str = ""
    tools: tuple[str, ...] | None = None
    tags: tuple[str, ...] = ()

    @field_validator("gold", mode="before")
    @classmethod
    def _graded(cls, given: object) -> object:
        """A list means that each document answers fully."""
        return dict.fromkeys(given, 1.0) if isinstance(given, list | tuple) else given


def load_cases(path: Path) -> list[Case]:
    """Every case of a file. Raises ConfigError naming file and line."""
    cases: dict[str, Case] = {}
    for number, line in enumerate(_text(path).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            case = Case.model_validate(json.loads(line))
        except (json.JSONDecodeError, ValidationError) as error:
            raise ConfigError(f"{path}:{number}: {error}", "see evals/cases.py for the fields of a case") from error
        if case.id in cases:
            raise ConfigError(f"{path}:{number}: the id {case.id!r} stands twice")
        cases[case.id] = case
    if not cases:
        raise ConfigError(f"{path}: no cases")
    return list(cases.values())


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 text", "cases are JSON lines in UTF-8") from error
