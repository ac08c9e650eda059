"""The tool that searches manuals, tickets and Slack."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Protocol

from langchain.tools import BaseTool, tool
from pydantic import Field

from banso.core.clock import Clock, utc_now
from banso.core.errors import NotFound
from banso.knowledge.asked import FOUND, Part, search_parts, search_within
from banso.knowledge.documents import Hit, Scope, SourceName
from banso.knowledge.fitting import as_asked, wanted
from banso.knowledge.periods import period_in
from banso.knowledge.plans import NO_PLANS, Plans, sunk
from banso.knowledge.splitting import merged, questions_in
from tools.evidence import Evidence, passages_json

LONGEST_QUERY = 500
MOST_CODES, OF_A_CODE = 3, 4
LOOKED_AT = 5
"""Passages, best first, of which one about another plan than the customer's makes a second search worth its time."""
_CODE = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{1,6}-\d{2,}(?![A-Za-z0-9])")


class Searcher(Protocol):
    """The part of the knowledge base that this tool needs."""

    def search(self, query: str, scope: Scope, k: int = 10) -> list[Hit]:
        """The best chunks that the scope may see."""
        ...

    def completed(self, hits: Sequence[Hit], scope: Scope) -> list[Hit]:
        """The hits, and behind them the passages beside them that they go on into or go on from."""
        ...


def make_search_knowledge(  # noqa: PLR0913
    knowledge: Searcher, scope: Scope, evidence: Evidence, *, now: Clock = utc_now, asked: str = "",
    plans: Plans = NO_PLANS,
) -> BaseTool:  # fmt: skip
    """The tool, for one turn. What may be seen is `scope`, fixed here; the model can only narrow it by source and, with
    time words, by period. `now`: in the time zone of who asks. `asked`: their own words, whose period holds where the
    model's query names none, as do version and edition. `plans`: the customer's and the others; pages about another one
    come later and say so."""

    @tool
    def search_knowledge(
        query: Annotated[str, Field(description="the question or its key words, in the language of the question")],
        sources: Annotated[Sequence[SourceName], Field(description="only these kinds of source; empty: all")] = (),
    ) -> str:
        """Search manuals, past tickets and Slack. Returns numbered passages; cite them in the answer as [1], [2].
        Time words in the query ("last month", 2025年6月) narrow tickets and Slack; `periods` says to what."""
        among = tuple(source for source in scope.sources if not sources or source in sources)
        if not query.strip() or not among:
            raise NotFound("nothing to search for: give a query and at least one source that may be searched")
        installed = as_asked(scope.installed, asked)
        narrowed = scope.model_copy(update={"sources": among, "installed": installed})
        parts = _parts(knowledge, query.strip()[:LONGEST_QUERY], narrowed, now(), asked)
        hits = _for_plan(knowledge, _together(parts), query.strip()[:LONGEST_QUERY], narrowed, plans, asked)
        hits = knowledge.completed(hits, narrowed)
        used = [part.used for part in parts if part.used]
        return passages_json(evidence.add(hits), used, plans, wanted(query, installed))

    return search_knowledge


def _parts(knowledge: Searcher, query: str, scope: Scope, now: datetime, asked: str) -> tuple[Part, ...]:
    def search(words: str, within: Scope, k: int) -> list[Hit]:
        return _found(knowledge, words, within, k)

    parts = search_parts(search, query, scope, FOUND, now)
    said = period_in(asked, now) if len(questions_in(asked)) == 1 else None
    if said is None or len(parts) > 1 or parts[0].period is not None:
        return parts
    return (search_within(search, query, scope, FOUND, said),)


def _together(parts: Sequence[Part]) -> list[Hit]:
    """One question's passages as they were found; of several, the best of each in turn."""
    return list(parts[0].hits) if len(parts) == 1 else merged([part.hits for part in parts], FOUND)


def _for_plan(  # noqa: PLR0913, PLR0917
    knowledge: Searcher, hits: list[Hit], query: str, scope: Scope, plans: Plans, asked: str
) -> list[Hit]:
    """Where the question names no plan and one of the first passages is about another plan than the customer's, also
    what is found for theirs. Pages about another plan alone come later."""
    if not plans.own or plans.named(f"{asked} {query}"):
        return hits
    if any(plans.elsewhere(hit.text) for hit in hits[:LOOKED_AT]):
        known = {hit.chunk_id for hit in hits}
        more = knowledge.search(f"{query} {plans.own}", scope, FOUND)
        hits = [*hits, *(hit for hit in more if hit.chunk_id not in known and plans.own in plans.named(hit.text))]
    return sunk(hits, plans)


def _about_codes(knowledge: Searcher, query: str, scope: Scope) -> list[Hit]:
    """What manuals say about the error codes of the question: in a long list of codes each one is a small part."""
    codes = list(dict.fromkeys(_CODE.findall(unicodedata.normalize("NFKC", query))))[:MOST_CODES]
    if "manual" not in scope.sources:
        return []
    manuals = scope.model_copy(update={"sources": ("manual",)})
    found = [hit for code in codes for hit in knowledge.search(code, manuals, OF_A_CODE)]
    return [
        hit
        for hit in found
        if any(code.casefold() in unicodedata.normalize("NFKC", hit.text).casefold() for code in codes)
    ]


def _found(knowledge: Searcher, query: str, scope: Scope, k: int) -> list[Hit]:
    """The best passages for the question, and what manuals say about its codes; each passage once."""
    hits = knowledge.search(query, scope, k) + _about_codes(knowledge, query, scope)
    return list({hit.chunk_id: hit for hit in hits}.values())
