"""Cases of the suite `review`: a draft that is asked for, what people do with it, and where it must end."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from banso.core.errors import ConfigError

PEOPLE = {"mei": "csm", "ken": "csm", "jun": "reviewer", "rin": "reviewer", "admin": "admin"}


class Strict(BaseModel):
    """A misspelt field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Step(Strict):
    """One act. `expect`: `ok`, `not_found`, or the rule that must refuse it (banso/review/texts).

    `version`: the version meant, 0 for the latest; `hash_of`: the version whose hash is shown, 0 for that of `version`.
    `accept`: which warnings the reviewer names. `old` becomes `new` in the body; `add` is put before its last line.
    """

    do: Literal["approve", "edit", "return", "reject", "revoke", "pause", "resume", "send", "wait", "disable", "enable"]
    by: str = "jun"
    expect: str = "ok"
    reason: str = "wrong_fact: 確認してください"
    version: int = 0
    hash_of: int = 0
    accept: Literal["all", "none", "other"] = "all"
    old: str = ""
    new: str = ""
    add: str = ""
    to: str = ""
    hours: int = 0


class ReviewCase(Strict):
    """A draft to be asked for, what happens to it, and where it must end: its state and the number of mails."""

    id: str
    language: Literal["ja", "en"]
    account: str
    about: str
    by: str = "mei"
    to: str = ""
    asked: str = "ok"
    steps: tuple[Step, ...] = ()
    state: str = ""
    mails: int = 0
    says: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


def load_review(path: Path) -> list[ReviewCase]:
    """Every case of a YAML list. Raises ConfigError naming file and place."""
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
        cases = [ReviewCase.model_validate(one) for one in given]
    except (yaml.YAMLError, TypeError, ValidationError) as error:
        raise ConfigError(f"{path}: {error}", "see evals/review.py for the fields of a case") from error
    ids = [case.id for case in cases]
    if twice := {one for one in ids if ids.count(one) > 1}:
        raise ConfigError(f"{path}: these ids stand twice: {', '.join(sorted(twice))}")
    return cases
