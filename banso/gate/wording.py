"""The gate's kinds and reasons in the reader's language."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from banso.review.gate_report import Kind, Mark

FOLDER = Path(__file__).parent / "texts"


def kind_name(kind: Kind, language: str) -> str:
    """What people call this kind; English where the language is unknown."""
    return _texts(language)["kinds"][kind]


def explain(mark: Mark, language: str) -> str:
    """Why these words are marked, in one sentence."""
    return _texts(language)["why"][mark.why].format(**mark.params)


@cache
def _texts(language: str) -> dict[str, dict[str, str]]:
    path = FOLDER / f"{'ja' if language == 'ja' else 'en'}.yaml"
    texts: dict[str, dict[str, str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return texts
