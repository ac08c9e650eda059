"""The three nodes of the graph: the model speaks, its tools run, a waiting draft holds the thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langchain.chat_models import BaseChatModel
from langchain.messages import AIMessage, AIMessageChunk, AnyMessage, RemoveMessage, SystemMessage
from langgraph.config import get_stream_writer
from langgraph.graph.message import REMOVE_ALL_MESSAGES
from langgraph.runtime import Runtime
from langgraph.types import interrupt

from agents.answers import Answer, Turn
from agents.grounding import CONFIDENCE, UNANSWERED, conclude
from agents.links import Links, checked
from agents.memory import remembered
from agents.models.lookup import EMBEDDED
from agents.periods import used_periods
from agents.plan import off_plan, plan_of
from agents.redrafting import not_redrafted, returned_note
from agents.rules import as_prompt, rules_for
from agents.spare import Spared, begun, looked, lost
from agents.state import Context, State
from agents.surroundings import surrounded
from agents.toolbox import Services, Toolbox
from agents.wishes import wishes
from agents.wording import prompt, say
from banso.core.clock import Clock
from banso.core.errors import Unavailable
from banso.knowledge.citations import Checker, blocks
from banso.knowledge.period_notices import period_notices
from banso.learning.types import Rule
from banso.review.filing import Origin
from tools.draft_reply import internal_quotes
from tools.evidence import Evidence

Write = Callable[[dict[str, str]], None]

_log = logging.getLogger(__name__)
MOST_ROUNDS = 6
"""After so many rounds in one turn the model gets no tools and must answer."""
_STEPS = {"search_knowledge": "searching", "lookup_account": "looking_up", "draft_reply": "drafting"}


@dataclass(frozen=True)
class Nodes:
    """What the nodes work with. Nothing here can send. `spare` takes over a turn that `model` could not do."""

    model: BaseChatModel
    services: Services
    clock: Clock
    spare: BaseChatModel | None = None

    def call_model(self, state: State, runtime: Runtime[Context]) -> dict[str, object]:
        """The model speaks: it asks for tools, or what it says becomes the answer."""
        write = get_stream_writer()
        write({"step": "redrafting" if state.get("redraft") else "thinking"})
        if self.spare is None or state.get("spared"):
            return self._update(state, *self._speak(self.spare or self.model, state, runtime.context, write))
        try:
            reply, answer = self._speak(self.model, state, runtime.context, write)
        except Unavailable as error:
            return self._spared(self.spare, "failed", error.message, state, runtime.context, write)
        if answer and lost(reply.text, answer, state["task"], state["messages"]):
            # Small models answer from memory: the spare one looks first, and the chosen one gets what was found.
            why: Spared = "nonsense" if looked(state["messages"]) else ""
            return self._spared(self.spare, why, "no source for its words", state, runtime.context, write)
        return self._update(state, reply, answer)

    def _speak(
        self, model: BaseChatModel, state: State, context: Context, write: Write
    ) -> tuple[AIMessage, Answer | None]:
        """What the model says; and the answer, when it asks for no tool."""
        box = Toolbox(self.services, context, plan_of(state))
        tools = box.tools() if state.get("rounds", 0) < MOST_ROUNDS else []
        speaker = model.bind_tools(tools) if tools else model
        rules = rules_for(self.services.lessons, self.services.crm, context)
        heard = context.halt.heed(speaker.stream(_conversation(state, context, self.clock, rules)))
        reply = _spoken(heard, state, write, box.links)
        if reply.tool_calls and tools:
            return reply, None
        answer = conclude(
            reply.text, state["question"], state["evidence"], state["messages"], state["language"], context.thread
        )
        answer, told = checked(answer, box.links, state["language"]), reply.response_metadata
        notices = (*period_notices(used_periods(state["messages"]), state["language"]), *_unanswered(told, state))
        notices += tuple(off_plan(state["messages"], state["language"], answer.text))
        known = {"seconds": context.seconds(), "confidence": told.get(CONFIDENCE)}
        answer = answer.model_copy(update={**known, "notices": (*answer.notices, *notices)})
        return reply, surrounded(answer, state, self.services, context, told.get(UNANSWERED, ()))

    def _update(self, state: State, reply: AIMessage, answer: Answer | None) -> dict[str, object]:
        if answer is None:
            return {"messages": [reply], "rounds": state.get("rounds", 0) + 1}
        if state.get("redraft"):
            turn = not_redrafted(state, answer, self.clock())
            return {"messages": [AIMessage(turn.answer.text)], "turns": [turn], "redraft": ""}
        if why := state.get("spared"):
            notice = say(state["language"], f"spared_{why}")
            answer = answer.model_copy(update={"notices": (notice, *answer.notices)})
        turn = Turn(question=state["question"], answer=answer, at=self.clock())
        return {"messages": [AIMessage(answer.text)], "turns": [turn]}

    def _spared(  # noqa: PLR0913, PLR0917
        self, spare: BaseChatModel, why: Spared, reason: str, state: State, context: Context, write: Write
    ) -> dict[str, object]:
        """The spare model goes on from where a person spoke last. With a reason it stays until the turn's end."""
        if why:
            _log.warning("the embedded model takes over: %s", reason)
        again: State = {**state, "messages": begun(state["messages"]), "rounds": 0, "spared": why}
        reply, answer = self._speak(spare, again, context, write)
        update = self._update(again, reply, answer)
        messages = [RemoveMessage(id=REMOVE_ALL_MESSAGES), *again["messages"], update["messages"][0]]  # type: ignore[index]
        return {"rounds": 0, **update, "messages": messages, "spared": why}

    def tools(self, state: State, runtime: Runtime[Context]) -> dict[str, object]:
        """What the model asked for is done, until a draft is filed."""
        write = get_stream_writer()
        model = EMBEDDED if state.get("spared") else self.services.model
        box = Toolbox(
            self.services, runtime.context, plan_of(state), Evidence(state["evidence"]),
            origin=Origin(model=model, question=state["question"]), redraft=state.get("redraft", ""),
        )  # fmt: skip
        results = []
        for call in calls(state):
            write({"step": _STEPS.get(call["name"], "thinking"), "detail": str(call["args"].get("query", ""))})
            results.append(box.run(call))
            if box.filed:
                break  # a draft ends the round: the human comes next, whatever else the model asked for
        update: dict[str, object] = {"messages": results, "evidence": box.evidence.hits}
        if box.filed:
            turn = _filed_turn(state, runtime.context, box, self.clock)
            update |= {"draft": box.filed[0].draft, "redraft": "", "turns": [turn]}
        return update

    def review(self, state: State, runtime: Runtime[Context]) -> dict[str, object]:
        """Waits for the decision about the draft and tells the conversation what it was."""
        # Nothing may stand before interrupt(): the node runs from its start again on resume. What the resume value
        # says is not read; the ledger knows what was decided.
        interrupt({"draft": state["draft"]})
        draft, language = state["draft"], state["language"]
        standing = self.services.ledger.state(draft)
        if standing == "waiting":
            return {}
        reason = next((d.reason for d in reversed(self.services.ledger.decisions(draft))), "")
        if standing == "returned":
            note = returned_note(self.services.ledger.latest(draft), reason, language)
            return {"draft": "", "redraft": draft, "rounds": 0, "messages": [note]}
        said = say(language, f"decided_{standing}", draft=draft, reason=reason).strip()
        answer = Answer(thread=runtime.context.thread, text=said, grounded="chat")
        return {
            "draft": "",
            "messages": [AIMessage(said)],
            "turns": [Turn(question="", answer=answer, at=self.clock())],
        }


def calls(state: State) -> list[Any]:
    """The tools that the last message asks for."""
    last = state["messages"][-1]
    return list(last.tool_calls) if isinstance(last, AIMessage) else []


def _conversation(state: State, context: Context, clock: Clock, team: Sequence[Rule]) -> list[AnyMessage]:
    """What the model reads: the rules, earlier turns without their old numbers, and this turn in full."""
    language = state["language"]
    about = {
        "ja": f"この会話の顧客: {context.account_name}。",
        "en": f"Customer of this conversation: {context.account_name}.",
    }
    rules = prompt(language).format(
        today=f"{clock():%Y-%m-%d}",
        account=about[language] + context.facts.line(language) if context.account_name else "",
    )
    earlier = remembered(state.get("turns", []), state["question"], language)
    kwargs = {"banso": {"rules": [rule.model_dump() for rule in team]}}
    system = SystemMessage(
        rules + wishes(context.wanted, language) + as_prompt(team, language), additional_kwargs=kwargs
    )
    return [system, *earlier, *state["messages"]]


def _spoken(chunks: Iterator[Any], state: State, write: Write, allowed: Links) -> AIMessage:
    """The whole reply. Each block of text is shown as soon as it is complete and its sources have been checked."""
    checker = Checker(dict(enumerate(state["evidence"], start=1)))
    whole: AIMessageChunk | None = None
    shown = 0
    for chunk in chunks:
        whole = chunk if whole is None else whole + chunk
        complete = blocks(whole.text)[:-1]
        for block in complete[shown:]:
            _show(allowed.clean(checker.block(block), state["language"])[0], write)
        shown = len(complete)
    if whole is None:
        return AIMessage("")
    for block in blocks(whole.text)[shown:]:
        _show(allowed.clean(checker.block(block), state["language"])[0], write)
    said = {key: whole.response_metadata[key] for key in (CONFIDENCE, UNANSWERED) if key in whole.response_metadata}
    return AIMessage(whole.text, tool_calls=whole.tool_calls, id=whole.id, response_metadata=said)


def _unanswered(told: Mapping[str, Any], state: State) -> list[str]:
    """A sentence for each question of the message that a model says it left without an answer."""
    return [say(state["language"], "part_unanswered", part=part) for part in told.get(UNANSWERED, ())]


def _show(text: str, write: Write) -> None:
    if text.strip():
        write({"text": text + "\n"})


def _filed_turn(state: State, context: Context, box: Toolbox, clock: Clock) -> Turn:
    draft, language = box.filed[0], state["language"]
    notices = []
    if not draft.evidence:
        notices.append(say(language, "draft_without_sources"))
    if quoted := internal_quotes(draft.body, box.evidence.hits):
        notices.append(say(language, "draft_internal", refs=", ".join(hit.ref for hit in quoted)))
    key = "draft_refiled" if state.get("redraft") else "draft_filed"
    said = say(language, key, draft=draft.draft, version=draft.version)
    answer = Answer(
        thread=context.thread, text=said, grounded="chat", draft=draft.draft, notices=tuple(notices),
        seconds=context.seconds(),
    )  # fmt: skip
    return Turn(question="" if state.get("redraft") else state["question"], answer=answer, at=clock())
