"""Full-width characters and the many dashes as ASCII, one for one, so that every offset stays what it was."""

from __future__ import annotations

import re

_DASHES = "‐‑‒–—―−－﹣"
_TABLE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {ord(dash): "-" for dash in _DASHES}
_TABLE |= {0x3000: " ", 0x00A0: " ", 0x202F: " ", 0x2009: " "}
_LONG = re.compile(r"(?<=[0-9)])[ーｰ](?=[0-9(])")
"""The long-vowel mark stands for a dash only between digits."""


def fold(text: str) -> str:
    """`text` with full-width forms, dashes and special spaces as ASCII; as long as `text`."""
    return _LONG.sub("-", text.translate(_TABLE))
