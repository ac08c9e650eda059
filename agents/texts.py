"""What the command line of the agents says to its operator. What the copilot says to people is in `agents.wording`."""

from __future__ import annotations

from pathlib import Path

from banso.core.texts import Texts

TEXTS = Texts(Path(__file__).parent / "text")
told, helped = TEXTS.told, TEXTS.helped
