"""A note to a colleague, ready to be read over, edited and copied. Nothing sends it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from banso.core.texts import Shown
from banso.gaps.texts import TEXTS


@dataclass(frozen=True)
class Near:
    """A source as the note names it."""

    title: str
    ref: str
    link: str = ""


def note(question: str, whom: str, near: Sequence[Near], language: Shown, account: str = "") -> str:
    """The text: the question, the customer where one was chosen, what was found, links. `whom`: empty where the person
    is to be filled in."""

    def say(key: str, **values: object) -> str:
        return TEXTS.say(key, language, **values)

    lines = [f"- {_line(one.title)} ({one.ref})" + (f"\n  {one.link}" if one.link else "") for one in near]
    return say(
        "note", whom=_line(whom) or say("note_somebody"), question=_line(question),
        account="\n" + say("note_account", account=_line(account)) if account else "",
        found="\n".join([say("note_found"), *lines]) if lines else say("note_nothing"),
    )  # fmt: skip


def _line(text: str) -> str:
    return " ".join(text.split())
