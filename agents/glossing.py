"""Sentences said again in the reader's language by a chat model: what it is asked, and how its reply is read. A machine
made it: it is shown as such, and never sent."""

from __future__ import annotations

import json
import re
import secrets
import unicodedata
from collections.abc import Sequence

from langchain.messages import AnyMessage, HumanMessage, SystemMessage

from agents.wording import Spoken, prompt

LONGEST = 2000
"""Characters of one gloss that are shown; more is no gloss of a sentence."""


def request(sentences: Sequence[str], into: Spoken) -> list[AnyMessage]:
    """What the model is asked, the sentences numbered from 1."""
    # They are texts of others: JSON keeps them on lines of its own, and nobody can guess the fence.
    fence = secrets.token_hex(8)
    data = json.dumps([{"n": n, "sentence": s} for n, s in enumerate(sentences, start=1)], ensure_ascii=False)
    return [
        SystemMessage(prompt(into, "gloss").format(fence=fence)),
        HumanMessage(f"<data-{fence}>\n{data}\n</data-{fence}>"),
    ]


def glosses(reply: str) -> dict[int, str]:
    """Number -> gloss of a JSON list of {"n", "gloss"}, also when words or a code fence stand around it; empty where
    nothing can be read."""
    listed = re.search(r"\[.*\]", reply, re.S)
    try:
        items = json.loads(listed.group()) if listed else []
    except (ValueError, RecursionError):
        return {}
    rows = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return {
        row["n"]: _line(row["gloss"])
        for row in rows
        if isinstance(row.get("n"), int) and isinstance(row.get("gloss"), str)
    }


def _line(said: str) -> str:
    """One line without control or format characters: a model's words are shown as they are."""
    plain = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") else c for c in said)
    return " ".join(plain.split())[:LONGEST]
