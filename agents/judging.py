"""A chat model as a further check, where one is configured (`BANSO_JUDGE`): it doubts sentences that words, numbers and
names could not tell apart. It takes nothing out and puts nothing in: what it doubts is named below the answer."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import add

from langchain.messages import AIMessageChunk, HumanMessage, SystemMessage

from agents.answers import Answer
from agents.models.prices import usage_of
from agents.models.roster import Speaker
from agents.usage import together
from agents.wording import Spoken, prompt, say
from banso.core.errors import Unavailable
from banso.core.settings import Settings
from banso.knowledge.citations import MARKER
from banso.knowledge.sentences import sentences

MOST = 12
"""Sentences of one answer that are judged: one request, of bounded length."""


@dataclass(frozen=True)
class Judge:
    """The model that judges."""

    speaker: Speaker

    def judged(self, answer: Answer, language: Spoken) -> Answer:
        """The answer with a notice of the sentences that its quotes do not carry, says the model. A judge that does not
        answer, or says nothing that can be read, changes nothing."""
        pairs = list(statements(answer))[:MOST]
        if answer.grounded != "cited" or not pairs:
            return answer
        fence = secrets.token_hex(6)
        data = [{"n": n, "statement": said, "evidence": quotes} for n, (said, quotes) in enumerate(pairs, start=1)]
        content = json.dumps(data, ensure_ascii=False)
        asked = [
            SystemMessage(prompt(language, "judge").format(fence=fence)),
            HumanMessage(f"<data-{fence}>\n{content}\n</data-{fence}>"),
        ]
        began = time.monotonic()
        try:
            # As a stream, since that is the door with the time-out for the whole reply, which also hangs up.
            reply = reduce(add, self.speaker.model.stream(asked), AIMessageChunk(content=""))
        except Unavailable:
            return answer
        took = usage_of(self.speaker.name, asked, reply, time.monotonic() - began)
        doubted = [pairs[n - 1][0] for n in _refused(reply.text) if 0 < n <= len(pairs)]
        notices = [say(language, "doubted", sentence=one) for one in doubted]
        update = {"usage": together([*answer.usage, took]), "notices": (*answer.notices, *notices)}
        return answer.model_copy(update=update)


def open_judge(settings: Settings) -> Judge | None:
    """The judge of these settings; None without one. Raises ConfigError for a name that nothing can serve."""
    if not settings.judge:
        return None
    from agents.models.litellm import open_litellm

    return Judge(Speaker(settings.judge, open_litellm(settings, settings.judge)))


def statements(answer: Answer) -> Iterator[tuple[str, list[str]]]:
    """Each sentence with the quotes that it cites, without those that stand in a quote as they are."""
    quotes = {citation.marker: citation.quote for citation in answer.citations}
    for line in answer.text.splitlines():
        if line.lstrip().startswith("|"):
            continue  # the cells of a table stand in its source as they are
        for start, end in sentences(line):
            said = line[start:end]
            cited = [quotes[n] for n in map(int, MARKER.findall(said)) if n in quotes]
            bare = MARKER.sub("", said).strip()
            if cited and not any(bare.rstrip("。.") in quote for quote in cited):
                yield bare, cited


def _refused(reply: str) -> list[int]:
    """The numbers of statements that are said not to be carried."""
    listed = re.search(r"\[.*\]", reply, re.S)
    try:
        rows = json.loads(listed[0]) if listed else []
    except (ValueError, RecursionError):
        return []
    found = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return [row["n"] for row in found if type(row.get("n")) is int and row.get("carried") is False]
