"""Where the pages of a conversation are."""

from __future__ import annotations

from banso.ui.texts import Text


def file_path(thread: str, t: Text) -> str:
    """The address of the file of a conversation, in the language of the screen."""
    return f"/conversation/{thread}/{t.language}.md"


def copy_path(thread: str, turn: int, t: Text) -> str:
    """The address of the text of one answer."""
    return f"/conversation/{thread}/{turn}/{t.language}.txt"
