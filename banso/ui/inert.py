"""Makes untrusted text inert before a Markdown renderer sees it: shown as written, nothing loads, nothing is a link.

The page's content-security policy stops fetches too; this is the other half (SECURITY: answers can leak by a URL).
"""

from __future__ import annotations

import html
import unicodedata


def inert(text: str) -> str:
    """Text for a Markdown field: every character of Markdown, HTML and auto-linking becomes an entity or is escaped."""
    escaped = "".join(inert_character(character) for character in text)
    return escaped.replace("\r\n", "\n").replace("\n", "  \n")


def inert_character(character: str) -> str:
    """One character as Markdown and HTML show it, whatever stands beside it."""
    # ':' '@' '.' as entities keep auto-linking of http://…, name@host and www.host from starting
    if character in "\\`*_{}[]<>()#+-!|~^&:@.'\"$=":
        return f"&#{ord(character)};"
    return character


def one_line(text: str, limit: int = 80) -> str:
    """The first words on one line, for lists; cut with an ellipsis."""
    flat = " ".join(unicodedata.normalize("NFC", text).split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"


def escape(text: str) -> str:
    """Text for an HTML page of ours."""
    return html.escape(text, quote=True)
