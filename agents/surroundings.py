"""What comes with an answer besides its text: how old its sources are, which facts of the customer it used, solved
tickets like the question, people to ask, and what was asked and not answered."""

from __future__ import annotations

from collections.abc import Sequence

from langchain.messages import AIMessage, AnyMessage, ToolMessage

from agents.account_facts import plan_notices, used_facts
from agents.answers import Answer
from agents.installed_facts import installed_notices
from agents.state import Context, State
from agents.toolbox import Library, Services
from banso.core.errors import Unavailable
from banso.knowledge.ages import ages_of
from banso.knowledge.beside import Beside, beside
from banso.knowledge.documents import Hit, SourceName

TALK: tuple[SourceName, ...] = ("ticket", "slack")
FOUND = 8
"""Conversations looked for beside those that the turn has found: one more search, of about 30 ms."""


def surrounded(
    answer: Answer, state: State, services: Services, context: Context, unanswered: Sequence[str] = ()
) -> Answer:
    """The answer with what comes with it. `unanswered`: parts of the question that the model says it left open."""
    query = searched_for(state["messages"])
    if state["task"] != "question" or answer.grounded == "chat" or not query:
        return answer
    question, evidence = state["question"], state["evidence"]
    whole = query if len(query) > len(question) and state.get("turns") else question
    open_ = unanswered if answer.grounded == "cited" else () if _failed(state["messages"]) else (whole,)
    marked = (
        *plan_notices(answer, question, evidence, context.facts, state["language"]),
        *installed_notices(answer, question, evidence, context.facts.installed, state["language"]),
    )
    return answer.model_copy(
        update={
            "ages": ages_of(answer.citations, services.now(), services.stale_months),
            "facts": used_facts(answer, question, evidence, context.facts, context.account) if context.account else (),
            "beside": _beside(whole, query, answer, evidence, services.knowledge, context),
            "unanswered": tuple(open_),
            "notices": (*answer.notices, *marked),
        }
    )


def searched_for(messages: Sequence[AnyMessage]) -> str:
    """The first query of this turn; empty when nothing was searched for."""
    calls = (call for message in messages if isinstance(message, AIMessage) for call in message.tool_calls)
    return next((str(call["args"].get("query", "")) for call in calls if call["name"] == "search_knowledge"), "")


def _beside(  # noqa: PLR0913, PLR0917
    question: str, query: str, answer: Answer, evidence: Sequence[Hit], library: Library, context: Context
) -> Beside:
    """What stands beside the answer; nothing where the index does not answer: the answer does not fail for it."""
    try:
        found = {hit.document_id: hit for hit in reversed([*evidence, *_talked(query, library, context)])}
        best = sorted(found.values(), key=lambda hit: -(hit.score + hit.dense))
        return beside(question, best, library.document, [one.document_id for one in answer.nearest])
    except Unavailable:
        return Beside()


def _talked(query: str, library: Library, context: Context) -> list[Hit]:
    """Conversations like the question, as far as this conversation may see any."""
    sources = tuple(source for source in TALK if source in context.scope.sources)
    return library.search(query, context.scope.model_copy(update={"sources": sources}), FOUND) if sources else []


def _failed(messages: Sequence[AnyMessage]) -> bool:
    """Whether a tool could not do its work: what it says is no hole in what the team has written."""
    return any(isinstance(message, ToolMessage) and message.status == "error" for message in messages)
