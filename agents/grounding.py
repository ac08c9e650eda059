"""From what a model said to an answer in which every sentence has a source, or to an honest refusal."""

from __future__ import annotations

import re
from collections.abc import Sequence

from langchain.messages import AIMessage, AnyMessage, ToolMessage

from agents.answers import Answer
from agents.asking_back import fit
from agents.checking import carried
from agents.old_pages import old_pages
from agents.smalltalk import smalltalk
from agents.wording import Spoken, say
from banso.knowledge.citations import Checked, check, nearest
from banso.knowledge.documents import Hit
from banso.knowledge.support import squeeze

NO_ANSWER = "NO_ANSWER"
"""What a model says when no passage answers; `NO_ANSWER: a, b` names the words that no source mentions."""

CONFIDENCE = "banso_confidence"
"""Where a model that knows how sure it is says so, in the metadata of its reply: a number from 0 to 1."""
UNSURE = 0.75
"""How sure a model must be for its answer to stand without a word of doubt: see docs/answers.md."""

UNANSWERED = "banso_unanswered"
"""Where a model that answered one question of several says which it could not: a list of questions."""

MOST_REMOVED, LONGEST_REMOVED, LONGEST_TERM = 20, 300, 40
_REFUSAL = re.compile(rf"{NO_ANSWER}\s*(?::\s*(?P<terms>[^\n]+))?")


def conclude(  # noqa: PLR0913, PLR0917
    said: str, question: str, evidence: Sequence[Hit], messages: Sequence[AnyMessage], language: Spoken, thread: str
) -> Answer:
    """The answer to show. `messages` are those of this turn: a tool that could not do its work has said why there."""
    refusal = _REFUSAL.search(said)
    checked = Checked("", ()) if refusal else check(said, dict(enumerate(evidence, start=1)), carried)
    if checked.citations:
        return Answer(
            thread=thread,
            text=checked.text,
            grounded="cited",
            citations=checked.citations,
            notices=_notices(checked, evidence, language),
            removed=_kept(checked),
        )
    kind = smalltalk(question)
    if kind and not evidence:
        return Answer(thread=thread, text=say(language, kind), grounded="chat")
    if failures := _failures(messages):
        return Answer(thread=thread, text="\n".join(failures), grounded="refused")
    if not evidence and not refusal and fit(said):
        return Answer(thread=thread, text=said.strip(), grounded="chat")
    terms = _asked_for((refusal and refusal["terms"]) or "", question, messages)
    return _refused(evidence, terms, checked, language, thread)


def _asked_for(terms: str, question: str, messages: Sequence[AnyMessage]) -> str:
    """The words that no source mentions, those alone that were asked or searched for: else a refusal could say anything
    in their place."""
    queries = [
        str(call["args"].get("query", "")) for m in messages if isinstance(m, AIMessage) for call in m.tool_calls
    ]
    there = squeeze("\n".join((question, *queries)))
    named = [one.strip() for one in re.split(r"[,、，]", terms)]
    return ", ".join(one for one in named if one and len(one) <= LONGEST_TERM and squeeze(one) in there)


def _refused(evidence: Sequence[Hit], terms: str, checked: Checked, language: Spoken, thread: str) -> Answer:
    near = nearest([hit for hit in evidence if not hit.superseded_by])
    lines = [say(language, "refused")]
    if terms:
        lines.append(say(language, "refused_without", terms=terms.strip()))
    if near:
        lines.append(say(language, "refused_near"))
    notices = _notices(checked, (), language)
    return Answer(
        thread=thread, text="\n".join(lines), grounded="refused", nearest=near, notices=notices, removed=_kept(checked)
    )


def _kept(checked: Checked) -> tuple[str, ...]:
    """What was taken out, for whoever wants to see it: so many sentences, and so much of each."""
    return tuple(" ".join(one.split())[:LONGEST_REMOVED] for one in checked.removed[:MOST_REMOVED])


def _notices(checked: Checked, evidence: Sequence[Hit], language: Spoken) -> tuple[str, ...]:
    counted = {"removed": len(checked.removed), "unresolved": checked.unresolved}
    notices = [say(language, key, count=count) for key, count in counted.items() if count]
    if checked.translated:
        notices.append(say(language, "translated"))
    return (*notices, *old_pages(checked.citations, evidence, language))


def _failures(messages: Sequence[AnyMessage]) -> list[str]:
    said = (str(m.content) for m in messages if isinstance(m, ToolMessage) and m.status == "error")
    return list(dict.fromkeys(said))
