"""Finds the sentence for a finding."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from banso.writing.types import Finding, Language


def message(finding: Finding, language: Language) -> str:
    """What a person is told about a finding, in the language of their screen."""
    return sentence(finding.key, language, **{"found": finding.found, "fix": finding.fix or ""} | finding.params)


def sentence(key: str, language: Language, **values: str) -> str:
    """The sentence of this key, its gaps filled."""
    return _sentences(language)[key].format(**values)


def known(language: Language) -> frozenset[str]:
    """Every key there is."""
    return frozenset(_sentences(language))


@cache
def _sentences(language: Language) -> dict[str, str]:
    found: dict[str, str] = yaml.safe_load((Path(__file__).parent / f"{language}.yaml").read_text(encoding="utf-8"))
    return found
