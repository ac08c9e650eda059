"""Which options a run of a suite honours: those that its runner takes by keyword. The others are refused, for an option
that nobody heeds would make a figure something else than it says."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from banso.core.errors import ConfigError
from evals.statistics import SEED
from evals.suites import Suite
from evals.texts import told

DEFAULTS: dict[str, Any] = {"seed": SEED, "workers": 1, "resume": False, "repeat": 1, "judge": ""}


def honoured(suite: Suite, run: Callable[..., Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The options to hand to the runner. Raises ConfigError naming one that it can do nothing with."""
    taken = inspect.signature(run).parameters.keys() & DEFAULTS.keys()
    unheard = [name for name, value in given.items() if name not in taken and value != DEFAULTS[name]]
    if unheard:
        known = " ".join(f"--{name}" for name in ("limit", *DEFAULTS) if name == "limit" or name in taken)
        raise ConfigError(
            told("option.refused", suite=suite.name, option=f"--{unheard[0]}"), told("option.known", options=known)
        )
    return {name: value for name, value in given.items() if name in taken}


def check_baseline(suite: Suite, limit: int | None, baseline: Path | None, *, write: bool) -> None:
    """Raises ConfigError, before anything runs, where there can be no baseline."""
    if suite.held_out and (baseline or write):
        raise ConfigError(told("option.held_out", suite=suite.name), told("option.held_out_hint"))
    if write and limit is not None:
        raise ConfigError(told("option.part", suite=suite.name), told("option.part_hint"))
