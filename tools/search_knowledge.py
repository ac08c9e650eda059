"""The tool that searches manuals, tickets and Slack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Protocol

from langchain_core.tools import BaseTool, tool
from pydantic import Field

from banso.core.errors import NotFound
from banso.knowledge.documents import Hit, Scope, SourceName
from tools.evidence import Evidence, passages_json

FOUND = 10
LONGEST_QUERY = 500


class Searcher(Protocol):
    """The part of the knowledge base that this tool needs."""

    def search(self, query: str, scope: Scope, k: int = 10) -> list[Hit]:
        """The best chunks that the scope may see."""
        ...


def make_search_knowledge(knowledge: Searcher, scope: Scope, evidence: Evidence) -> BaseTool:
    """The tool, for one turn. What may be seen is `scope`, fixed here; the model can only narrow it by source."""

    @tool
    def search_knowledge(
        query: Annotated[str, Field(description="the question or its key words, in the language of the question")],
        sources: Annotated[Sequence[SourceName], Field(description="only these kinds of source; empty: all")] = (),
    ) -> str:
        """Search manuals, past tickets and Slack. Returns numbered passages; cite them in the answer as [1], [2]."""
        wanted = tuple(source for source in scope.sources if not sources or source in sources)
        if not query.strip() or not wanted:
            raise NotFound("nothing to search for: give a query and at least one source that may be searched")
        hits = knowledge.search(query.strip()[:LONGEST_QUERY], scope.model_copy(update={"sources": wanted}), FOUND)
        return passages_json(evidence.add(hits))

    return search_knowledge
