"""Reads the rules, strictly: a rule without examples or with a broken pattern does not load."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field, field_validator, model_validator

from banso.writing.types import Frozen, Language, Level, Severity

LEVELS: tuple[Level, ...] = ("formal", "standard", "friendly")


class Pattern(Frozen):
    """`replace` in the notation of `re.sub`; without it only a person can mend the place."""

    find: str
    replace: str | None = None

    @field_validator("find")
    @classmethod
    def _compiles(cls, value: str) -> str:
        re.compile(value)
        return value

    @property
    def regex(self) -> re.Pattern[str]:
        """The pattern; `^` and `$` are those of a line."""
        return re.compile(self.find, re.M)


class Example(Frozen):
    """A text and what a check knows about it. `mended`: what one click makes of it, where that is to be held."""

    text: str
    mended: str | None = None
    subject: bool = False
    knows: dict[str, Any] = Field(default_factory=dict)


class Rule(Frozen):
    """Either `patterns`, or `check`, the name of a function in banso/writing/checks.

    `levels`: where it holds. `at_least`: it is silent below so many places. `whole`: it looks at the mail, not at a
    sentence, and is silent about fragments and subjects.
    """

    id: str
    severity: Severity
    levels: tuple[Level, ...] = LEVELS
    part: Literal["both", "body", "subject"] = "both"
    whole: bool = False
    patterns: tuple[Pattern, ...] = ()
    check: str = ""
    at_least: int = Field(1, ge=1)
    wrong: tuple[Example, ...] = Field(min_length=2)
    right: tuple[Example, ...] = Field(min_length=2)

    @field_validator("wrong", "right", mode="before")
    @classmethod
    def _bare_texts(cls, value: Any) -> Any:
        return [{"text": item} if isinstance(item, str) else item for item in value]

    @field_validator("patterns", mode="before")
    @classmethod
    def _bare_patterns(cls, value: Any) -> Any:
        return [
            {"find": item} if isinstance(item, str) else {"find": item[0], "replace": item[1]}
            if isinstance(item, list) else item for item in value
        ]  # fmt: skip

    @model_validator(mode="after")
    def _one_way(self) -> Rule:
        if bool(self.patterns) == bool(self.check):
            raise ValueError(f"{self.id}: either patterns or a check")
        return self


@cache
def rules(language: Language) -> tuple[Rule, ...]:
    """Every rule of a language, in the order of the file. Raises ValueError when the file is not as it must be."""
    values = yaml.safe_load((Path(__file__).parent / f"{language}.yaml").read_text(encoding="utf-8"))
    found = tuple(Rule.model_validate(value) for value in values)
    if len({rule.id for rule in found}) != len(found):
        raise ValueError(f"{language}: a rule stands twice")
    return found
