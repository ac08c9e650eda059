"""When two questions are one: the same words, or nearly the same meaning with the same codes, names and numbers."""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from banso.knowledge.vocabulary import codes_in, decisive

SAME = 0.95
"""Cosine of two questions from which they are one. With e5-small, 19 of 26 paraphrases of open questions reach it, and
3 of 40,755 pairs of different questions of the example company's cases, one of them a paraphrase (0.93: 22 and 6; 0.96:
17 and 0)."""


class Asks(Protocol):
    """The part of an embedder that is needed here."""

    @property
    def name(self) -> str: ...  # noqa: D102
    def queries(self, texts: Sequence[str]) -> np.ndarray: ...  # noqa: D102


def normal(question: str) -> str:
    """The question without what two people write differently: width, case, spaces, punctuation."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", question).casefold())


def marks(question: str) -> str:
    """Codes, names and numbers, which tell apart what reads alike: HR-2020 is not HR-3030."""
    plain = unicodedata.normalize("NFKC", question)
    names, _ = decisive(plain)
    told = {normal(word) for word in (*names, *codes_in(plain), *re.findall(r"\d+", plain))} - {""}
    return " ".join(sorted(told))


def packed(vector: np.ndarray) -> str:
    """A vector as text, two bytes a number, in a database that knows no vectors."""
    return base64.b64encode(vector.astype(np.float16).tobytes()).decode()


def nearest(vector: np.ndarray, stored: Sequence[str]) -> int | None:
    """The place of the nearest of these vectors, when it is near enough to be the same question."""
    if not stored:
        return None
    rows = np.stack([np.frombuffer(base64.b64decode(one), dtype=np.float16).astype(np.float32) for one in stored])
    cosines = rows @ vector
    best = int(cosines.argmax())
    return best if cosines[best] >= SAME else None
