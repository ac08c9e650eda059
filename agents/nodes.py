"""The three nodes of the graph: the model speaks, its tools run, a waiting draft holds the thread."""

from __future__ import annotations

import hashlib
import logging
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from langchain.messages import AIMessage, AIMessageChunk, AnyMessage, RemoveMessage, SystemMessage
from langchain.tools import BaseTool
from langgraph.config import get_stream_writer
from langgraph.graph.message import REMOVE_ALL_MESSAGES
from langgraph.runtime import Runtime
from langgraph.types import interrupt

from agents.answers import Answer, Turn
from agents.checking import carried
from agents.finishing import finished
from agents.grounding import CONFIDENCE, UNANSWERED
from agents.links import Links
from agents.memory import remembered
from agents.models.lookup import EMBEDDED
from agents.models.plain_reading import PROMPT
from agents.models.prices import usage_of
from agents.models.roster import Roster, Speaker
from agents.plan import plan_of
from agents.redrafting import not_redrafted, returned_note
from agents.rules import as_prompt, rules_for
from agents.showing import Showing, Write
from agents.spare import Spared, ahead, looked, lost, taken_over
from agents.state import Context, State
from agents.toolbox import Services, Toolbox
from agents.translations import with_translations
from agents.usage import Usage, together
from agents.wishes import wishes
from agents.wording import Spoken, prompt, say
from banso.core.clock import Clock
from banso.core.errors import Unavailable
from banso.knowledge.citations import Checker
from banso.learning.types import Rule
from banso.review.filing import Origin
from tools.draft_reply import internal_quotes
from tools.evidence import Evidence

_log = logging.getLogger(__name__)
MOST_ROUNDS = 6
"""After so many rounds in one turn the model gets no tools and must answer."""
SPOKEN_BY = "banso_speaker"
"""Where a message of a model that asks for tools says which model it was."""
_STEPS = {"search_knowledge": "searching", "lookup_account": "looking_up", "draft_reply": "drafting"}


class Silent(Unavailable):
    """The model itself did not answer. What else fails while a model speaks is no fault of it: it comes as it is."""


@dataclass(frozen=True)
class Said:
    """What a model said, and the answer that it makes; None: it asks for tools."""

    reply: AIMessage
    answer: Answer | None
    usage: tuple[Usage, ...]


@dataclass(frozen=True)
class Nodes:
    """What the nodes work with. Nothing here can send. `models`: who answers, and who when that one does not."""

    models: Roster
    services: Services
    clock: Clock

    def call_model(self, state: State, runtime: Runtime[Context]) -> dict[str, object]:
        """A model speaks: it asks for tools, or what it says becomes the answer. One that does not answer, or says
        nothing that can be used, is followed by the next."""
        write = get_stream_writer()
        write({"step": "redrafting" if state.get("redraft") else "thinking"})
        behind = deque(ahead(self.models.speakers(), state))
        if behind[0].name != self.models.chosen and not state.get("spared"):
            state = {**state, "spared": "failed"}  # the chosen one rests
        while True:
            speaker = behind.popleft()
            now, anew = taken_over(state, speaker)
            try:
                said = self._speak(speaker, now, runtime.context, write)
            except Silent as error:
                if not behind:
                    raise
                write({"step": "falling_back", "detail": speaker.name})
                state = {**now, "spared": "failed", "usage": self._gave_up(speaker, now, error)}
                continue
            if said.answer and behind and lost(said.reply.text, said.answer, now["task"], now["messages"]):
                # Small models answer from memory: the last one looks first, and the chosen one gets what was found.
                _log.warning("%s said nothing that its sources support", speaker.name)
                why: Spared = "nonsense" if looked(now["messages"]) else ""
                state = {**now, "spared": why, "usage": said.usage}
                behind = deque([behind[-1]])
                continue
            return self._update(now, self._translated(now, said, speaker.name, runtime.context), speaker.name, anew)

    def _translated(self, state: State, said: Said, speaker: str, context: Context) -> Said:
        if said.answer is None or state.get("redraft"):
            return said
        answer = with_translations(said.answer, speaker, self.models, state, context)
        return replace(said, answer=answer, usage=answer.usage)

    def _gave_up(self, speaker: Speaker, state: State, error: Silent) -> tuple[Usage, ...]:
        self.models.failed(speaker.name)
        _log.warning("another model takes over: %s", error.message)
        return together([*state.get("usage", ()), Usage(model=speaker.name, failed=1)])

    def _speak(self, speaker: Speaker, state: State, context: Context, write: Write) -> Said:
        """One reply of this model, and what it makes. Raises Silent when it does not come."""
        box = Toolbox(self.services, context, plan_of(state))
        reply, took = self._heard(speaker, state, box, write)
        return self._made(reply, speaker, {**state, "usage": together([*state.get("usage", ()), took])}, box)

    def _heard(self, speaker: Speaker, state: State, box: Toolbox, write: Write) -> tuple[AIMessage, Usage]:
        """The reply of this model, shown while it comes, and what it took. Raises Silent when it does not come."""
        tools, links = _tools(state, box), box.links
        model = speaker.model.bind_tools(tools) if tools else speaker.model
        asked = _conversation(state, box.context, self.clock, rules_for(self.services.lessons, box.context))
        began = time.monotonic()
        reply = _spoken(_of_the_model(box.context.halt.heed(model.stream(asked))), state, write, links)
        return reply, usage_of(speaker.name, asked, reply, time.monotonic() - began)

    def _made(self, reply: AIMessage, speaker: Speaker, state: State, box: Toolbox) -> Said:
        """What the reply makes: calls of tools, or an answer."""
        if reply.tool_calls and _tools(state, box):
            return Said(reply, None, state["usage"])
        answer = finished(reply, speaker.name, state, self.services, box.context, box.links)
        return Said(reply, answer, answer.usage)

    def _update(self, state: State, said: Said, speaker: str, anew: bool) -> dict[str, object]:
        """What the graph keeps of it. `anew`: in place of what another model had asked for."""
        before = [RemoveMessage(id=REMOVE_ALL_MESSAGES), *state["messages"]] if anew else []
        spared = state.get("spared", "")
        # Where the last model only looked for the chosen one, the chosen one goes on.
        keeps = speaker if spared else state.get("speaker") or self.models.chosen
        kept: dict[str, object] = {"speaker": keeps, "spared": spared, "usage": said.usage, "rounds": state["rounds"]}
        if said.answer is None:
            asks = said.reply.model_copy(update={"response_metadata": {SPOKEN_BY: speaker}})
            return kept | {"messages": [*before, asks], "rounds": state["rounds"] + 1}
        if state.get("redraft"):
            turn = not_redrafted(state, said.answer, self.clock())
            return kept | {"messages": [*before, AIMessage(turn.answer.text)], "turns": [turn], "redraft": ""}
        answer = said.answer.model_copy(
            update={"notices": (*self._instead(spared, speaker, state["language"]), *said.answer.notices)}
        )
        turn = Turn(question=state["question"], answer=answer, at=self.clock())
        return kept | {"messages": [*before, AIMessage(answer.text)], "turns": [turn]}

    def _instead(self, why: str, speaker: str, language: Spoken) -> tuple[str, ...]:
        """That another model answered than the chosen one, and why."""
        if not why:
            return ()
        if speaker == EMBEDDED:
            return (say(language, f"spared_{why}"),)
        return (say(language, "fell_back", chosen=self.models.chosen, model=speaker),)

    def tools(self, state: State, runtime: Runtime[Context]) -> dict[str, object]:
        """What the model asked for is done, until a draft is filed."""
        write = get_stream_writer()
        box = Toolbox(
            self.services, runtime.context, plan_of(state), Evidence(state["evidence"]),
            origin=Origin(model=_asked_by(state), question=state["question"]), redraft=state.get("redraft", ""),
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
            # What the turn took until now was recorded with the draft that it filed.
            anew = {"rounds": 0, "usage": (), "speaker": "", "spared": ""}
            return {"draft": "", "redraft": draft, "messages": [note], **anew}
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


def _tools(state: State, box: Toolbox) -> list[BaseTool]:
    """What the model may ask for in this round."""
    return box.tools() if state.get("rounds", 0) < MOST_ROUNDS else []


def _of_the_model(chunks: Iterator[Any]) -> Iterator[Any]:
    """The same chunks. Raises Silent where the model does not go on: not where the reader of the chunks fails."""
    try:
        yield from chunks
    except Unavailable as error:
        raise Silent(error.message, error.hint) from error


def _asked_by(state: State) -> str:
    """The model that asks for tools now: what it files is in its words."""
    return str(state["messages"][-1].response_metadata.get(SPOKEN_BY, EMBEDDED))


def _conversation(state: State, context: Context, clock: Clock, team: Sequence[Rule]) -> list[AnyMessage]:
    """What the model reads: the rules, earlier turns without their old numbers, and this turn in full."""
    language = state["language"]
    about = {
        "ja": f"この会話の顧客: {context.account_name}。",
        "en": f"Customer of this conversation: {context.account_name}.",
    }
    account = about[language] + context.facts.line(language) if context.account_name else ""
    wanted = wishes(context.wanted, language) + as_prompt(team, language)
    rules, plain = (
        prompt(language, name).format(today=f"{clock():%Y-%m-%d}", account=account) + wanted
        for name in ("system", "reading")
    )
    hints = {"rules": [rule.model_dump() for rule in team], "fence": _fence(state), "plain": plain}
    earlier = remembered(state.get("turns", []), state["question"], language)
    return [SystemMessage(rules, additional_kwargs={"banso": hints}), *earlier, *state["messages"]]


def _fence(state: State) -> str:
    """A word of this turn that no author of a source can know: made from the random id of the person's message. It is
    one for all calls of a turn, and stands in no rules, so that a provider reads again only what is new."""
    said = next((str(m.id) for m in state["messages"] if m.id), "")
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def _spoken(chunks: Iterator[Any], state: State, write: Write, allowed: Links) -> AIMessage:
    """The whole reply, shown while it comes."""
    checker = Checker(dict(enumerate(state["evidence"], start=1)), carried)
    showing = Showing(checker, write, lambda text: allowed.clean(text, state["language"])[0])
    whole: AIMessageChunk | None = None
    for chunk in chunks:
        whole = chunk if whole is None else whole + chunk
        showing.grow(whole.text)
    if whole is None:
        return AIMessage("")
    showing.end(whole.text)
    said = {
        key: whole.response_metadata[key] for key in (CONFIDENCE, UNANSWERED, PROMPT) if key in whole.response_metadata
    }
    return AIMessage(
        whole.text, tool_calls=whole.tool_calls, id=whole.id, response_metadata=said,
        usage_metadata=whole.usage_metadata,
    )  # fmt: skip


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
        seconds=context.seconds(), usage=state.get("usage", ()),
    )  # fmt: skip
    return Turn(question="" if state.get("redraft") else state["question"], answer=answer, at=clock())
