"""Cases as data: one JSON object a line, strict, unique ids, errors that name file and line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from banso.core.errors import ConfigError

FOLDER = Path(__file__).parent / "cases"


class Case(BaseModel):
    """A question and what a right answer is.

    `gold`: refs of the documents that answer it. `must_say`: facts the answer contains; `a|b` accepts either.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)
    question: str = Field(min_length=1)
    language: Literal["ja", "en"]
    gold: tuple[str, ...] = ()
    must_say: tuple[str, ...] = ()
    answerable: bool
    account: str = ""
    tags: tuple[str, ...] = ()


def load_cases(path: Path) -> list[Case]:
    """Every case of a file. Raises ConfigError naming file and line."""
    cases: dict[str, Case] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
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
