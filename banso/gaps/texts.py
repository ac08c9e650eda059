"""What the book of gaps says when it refuses."""

from __future__ import annotations

from pathlib import Path

from banso.core.texts import Texts

TEXTS = Texts(Path(__file__).parent / "text")
told = TEXTS.told
