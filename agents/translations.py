"""Quotes in the other language with what they say, where a chat model is at hand that can translate: one more call for
an answer, and only for one that needs it. The answer stands whatever comes of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import reduce

from langchain.messages import AIMessage, AnyMessage

from agents.answers import Answer, Translation
from agents.faithful import faithful
from agents.glossing import glosses, request
from agents.models.lookup import EMBEDDED
from agents.models.prices import usage_of
from agents.models.roster import Roster, Speaker
from agents.running import Halt, Stopped
from agents.state import Context, State
from agents.usage import Usage, together
from agents.wording import Spoken, language_of
from banso.core.errors import Unavailable
from banso.knowledge.documents import Citation

MOST = 12
"""Quotes of one answer that are translated: one request, of bounded length."""
PATIENCE = 20.0
"""Seconds for which a finished answer waits for its translations."""


def with_translations(answer: Answer, speaker: str, models: Roster, state: State, context: Context) -> Answer:
    """The answer with translations of its quotes in the other language. What disagrees with its quote is left out."""
    language = state["language"]
    cited = [one for one in answer.citations if _foreign(one, language)][:MOST]
    if not cited or answer.grounded != "cited" or state["task"] != "question":
        return answer
    one = _translator(answer, speaker, models, state)
    if one is None:
        return answer
    quotes = [_plain(citation.quote) for citation in cited]
    said, took = _asked(quotes, language, one, context.halt)
    made = tuple(
        Translation(marker=citation.marker, text=said[n], model=one.name)
        for n, (citation, quote) in enumerate(zip(cited, quotes, strict=True), start=1)
        if n in said and faithful(quote, said[n], language)
    )
    return answer.model_copy(update={"translations": made, "usage": together([*answer.usage, *took])})


def _foreign(citation: Citation, language: Spoken) -> bool:
    return (
        citation.source != "crm" and citation.language != language and language_of(citation.quote, language) != language
    )


def _translator(answer: Answer, speaker: str, models: Roster, state: State) -> Speaker | None:
    """The model that spoke, else the first that can translate. None that did not answer in this turn is asked again."""
    if speaker == EMBEDDED and state.get("spared") == "failed":
        return None
    gave_up = {one.model for one in answer.usage if one.failed}
    able = [one for one in models.speakers() if one.name != EMBEDDED and one.name not in gave_up]
    return next((one for one in able if one.name == speaker), able[0] if able else None)


def _asked(quotes: Sequence[str], language: Spoken, one: Speaker, halt: Halt) -> tuple[dict[int, str], list[Usage]]:
    """Number -> translation, and what it took. Whoever stops now has waited for the translations alone."""
    asked: list[AnyMessage] = request(quotes, language)
    began = time.monotonic()
    try:
        pieces = list(halt.heed(one.model.stream(asked), PATIENCE))
    except Stopped:
        return {}, []
    except Unavailable:
        pieces = []
    if not pieces:
        return {}, [Usage(model=one.name, failed=1, seconds=time.monotonic() - began)]
    whole = reduce(lambda a, b: a + b, pieces)
    reply = AIMessage(whole.text, usage_metadata=whole.usage_metadata)
    return glosses(whole.text), [usage_of(one.name, asked, reply, time.monotonic() - began)]


def _plain(quote: str) -> str:
    """A quote on one line; of a table, its cells."""
    rows = [row.strip() for row in quote.splitlines()]
    cells = [" / ".join(filter(None, map(str.strip, row.split("|")))) if row.startswith("|") else row for row in rows]
    return " ".join(" ".join(cells).split())
