"""Text of others on the terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banso.core.console import safe, say, write

ODD = "file\x1b[2J\x07 \x9b31m\r\x7f\ttab\n日本語"


def test_control_characters_are_written_out() -> None:
    shown = "file[U+001B][2J[U+0007] [U+009B]31m[U+000D][U+007F]\ttab\n日本語"
    assert safe(ODD) == shown


@given(st.text())
def test_nothing_is_left_that_steers_a_terminal(text: str) -> None:
    assert not [c for c in safe(text) if c not in "\t\n" and (ord(c) < 32 or 0x7F <= ord(c) < 0xA0)]
    safe(text).encode()


@pytest.mark.parametrize("stream", ["out", "err"])
def test_both_streams_write_them_out(stream: str, capsys: pytest.CaptureFixture[str]) -> None:
    (write if stream == "out" else say)(ODD)
    captured = capsys.readouterr()
    assert "\x1b" not in captured.out + captured.err
    assert "[U+001B]" in (captured.out if stream == "out" else captured.err)
