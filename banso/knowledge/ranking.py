"""The order of the best candidates: a small ranker over their features, trained by `python -m evals train-ranker`.

It is linear in the features and in a few products of two of them, so that each passage's place can be read as a sum.
Fitted listwise: the softmax over a question's candidates puts its mass on those that answer (Cao et al. 2007, ListNet;
a document counts as found by any of its passages). Its card stands in docs/ranker.md.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationError

from banso.core.errors import ConfigError
from banso.core.settings import Settings
from banso.knowledge.documents import Frozen
from banso.knowledge.features import Features

SHIPPED = Path(__file__).with_name("ranker.json")
OFF = "off"
DEPTH = 40
"""Candidates of the fusion that are ordered anew."""
PRODUCTS = (
    ("coverage", "coverage"), ("meaning", "meaning"), ("foreign", "meaning"), ("foreign", "among_own"),
    ("foreign", "words"), ("title", "coverage"), ("rare", "meaning"),
)  # fmt: skip


class RankerModel(Frozen):
    """`ranker.json`: a weight for each feature and product, and what turns their sum into a probability."""

    format: Literal["banso-ranker-1"] = "banso-ranker-1"
    weights: dict[str, float]
    slope: float
    offset: float
    """P(answers) = 1 / (1 + exp(-(slope x sum + offset))) (Platt 1999)."""
    trained_on: dict[str, int] = Field(default_factory=dict)
    """Questions by set."""


class Ranker:
    """Turns features into places and probabilities."""

    def __init__(self, model: RankerModel) -> None:
        self.model = model

    def sums(self, features: Sequence[Features]) -> list[float]:
        """The weighted sum of each; higher is better, comparable within one question."""
        return [float(one) for one in expanded(features) @ self._weights] if features else []

    def probability(self, total: float) -> float:
        """The calibrated probability that a passage with this sum answers the question."""
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, self.model.slope * total + self.model.offset))))

    def parts(self, features: Features) -> dict[str, float]:
        """What each feature adds to the sum."""
        row = expanded([features])[0]
        return {name: float(value) for name, value in zip(columns(), row * self._weights, strict=True)}

    @cached_property
    def _weights(self) -> NDArray[np.float64]:
        return np.array([self.model.weights.get(name, 0.0) for name in columns()])


def columns() -> tuple[str, ...]:
    """The names of the columns of `expanded`."""
    return (*Features._fields, *(f"{one}*{other}" for one, other in PRODUCTS))


def expanded(features: Sequence[Features]) -> NDArray[np.float64]:
    """Features and their products, shape (len(features), len(columns()))."""
    rows = np.array(features, dtype=np.float64).reshape(-1, len(Features._fields))
    place = {name: number for number, name in enumerate(Features._fields)}
    products = [rows[:, place[one]] * rows[:, place[other]] for one, other in PRODUCTS]
    return np.concatenate([rows, np.stack(products, axis=1)], axis=1)


def dealt(order: Sequence[str], scores: Mapping[str, float]) -> dict[str, float]:
    """The scores, dealt out again in this order: the ranker decides who comes first, the fusion how far apart, on a
    scale that does not change when the ranker is trained anew."""
    high = sorted((scores[one] for one in order), reverse=True)
    return {**scores, **dict(zip(order, high, strict=True))}


def get_ranker(settings: Settings) -> Ranker | None:
    """The shipped ranker, the one at `BANSO_RANKER`, or None where that says `off`. Raises ConfigError."""
    if settings.ranker == OFF:
        return None
    path = Path(settings.ranker) if settings.ranker else SHIPPED
    hint = f"train one with `python -m evals train-ranker`, or set BANSO_RANKER={OFF}"
    try:
        model = RankerModel.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ConfigError(f"cannot read the ranker {path}: {error.strerror}", hint) from error
    except (ValueError, ValidationError) as error:
        raise ConfigError(f"{path} is no ranker: {str(error).splitlines()[0]}", hint) from error
    unknown = model.weights.keys() - set(columns())
    if unknown:
        raise ConfigError(f"{path}: no feature {min(unknown)!r} here", hint)
    return Ranker(model)
