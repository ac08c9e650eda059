"""Suites: which cases, over which sources, and what must be reached."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from banso.core.errors import ConfigError

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path(__file__).parent / "suites"
ASKING = "evals.run:run_suite"
"""What runs a suite of questions."""
SHORT = {"search": "evals.searching:run_search"}
"""Names for runners that several suites have."""


class Suite(BaseModel):
    """`sources`: [kind, path from the project's root]; none: the index at BANSO_DATA, which `index.py` reads as it is.

    `tags`: only the cases of the file that carry all of these; read by suites that only search. `runner`:
    `search`, or `module:function`, where it is not a suite of questions. `cases`: of some the runner finds them itself.
    `floors` and `ceilings`: metric -> bound.
    `margins`: metric -> loss against a baseline that is let pass. `held_out`: report the figures and no case, so that
    nobody tunes on them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    runner: str = ASKING
    cases: Path = Path()
    tags: tuple[str, ...] = ()
    sources: tuple[tuple[str, Path], ...] = ()
    held_out: bool = False
    floors: dict[str, float] = {}
    ceilings: dict[str, float] = {}
    margins: dict[str, float] = {}


def load_suite(name: str) -> Suite:
    """The suite of this name. Raises ConfigError listing those there are."""
    path = FOLDER / f"{name}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in FOLDER.glob("*.yaml")))
        raise ConfigError(f"no suite {name!r}", f"there are: {known}")
    suite = Suite.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    return suite.model_copy(
        update={"cases": ROOT / suite.cases, "sources": tuple((kind, ROOT / p) for kind, p in suite.sources)}
    )


def runner_of(suite: Suite) -> Callable[..., Any]:
    """The function that runs the suite: (suite, settings, limit, progress) -> RunReport, and by name what of seed,
    workers, resume, repeat and judge it takes; `options.py` refuses the others. Raises ConfigError when there is none.
    """
    module, _, name = SHORT.get(suite.runner, suite.runner).partition(":")
    try:
        run: Callable[..., Any] = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigError(f"{suite.name}: no runner {suite.runner}", "module:function, see evals/suites.py") from error
    return run
