"""What ingestion says to people, also deep below the place that knows the settings: a reader that refuses a file, in a
child process too."""

from __future__ import annotations

from pathlib import Path

from banso.core.texts import Texts

TEXTS = Texts(Path(__file__).parent / "text")
say, told, helped = TEXTS.say, TEXTS.told, TEXTS.helped
