"""Lists of ordinary words, which are no sign of anything by themselves."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).parent / "ordinary.yaml"


@cache
def listed(name: str) -> frozenset[str]:
    """The words of one list of `ordinary.yaml`."""
    return frozenset(str(yaml.safe_load(FILE.read_text(encoding="utf-8"))[name]).split())
