"""What the command line of the evals says to its operator."""

from __future__ import annotations

from pathlib import Path

from banso.core.texts import Texts

TEXTS = Texts(Path(__file__).parent / "text")
told, helped = TEXTS.told, TEXTS.helped
