"""The copilot as a graph: the model speaks, its tools run, a waiting draft holds the thread. It reads top to bottom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal, TypeAlias

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, AnyMessage, HumanMessage, SystemMessage
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import interrupt

from agents.answers import Answer, Turn
from agents.grounding import conclude
from agents.state import Context, State, TurnInput
from agents.toolbox import Services, Toolbox
from agents.wording import prompt, say
from banso.core.clock import Clock
from banso.knowledge.citations import MARKER, Checker, blocks
from tools.draft_reply import internal_quotes
from tools.evidence import Evidence

Graph: TypeAlias = CompiledStateGraph[State, Context, TurnInput, State]
Write = Callable[[dict[str, str]], None]

REMEMBERED_TURNS = 6
MOST_ROUNDS = 6
"""After so many rounds in one turn the model gets no tools and must answer."""
_STEPS = {"search_knowledge": "searching", "lookup_account": "looking_up", "draft_reply": "drafting"}


def build_graph(
    model: BaseChatModel, services: Services, checkpointer: BaseCheckpointSaver[Any], clock: Clock
) -> Graph:
    """Three nodes, two routers. No node can send anything."""

    def call_model(state: State, runtime: Runtime[Context]) -> dict[str, object]:
        write = get_stream_writer()
        write({"step": "thinking"})
        tools = Toolbox(services, runtime.context).tools() if state.get("rounds", 0) < MOST_ROUNDS else []
        speaker = model.bind_tools(tools) if tools else model
        reply = _spoken(speaker.stream(_conversation(state, runtime.context, clock)), state, write)
        if reply.tool_calls and tools:
            return {"messages": [reply], "rounds": state.get("rounds", 0) + 1}
        answer = conclude(
            reply.text, state["question"], state["evidence"], state["messages"], state["language"],
            runtime.context.thread,
        )  # fmt: skip
        turn = Turn(question=state["question"], answer=answer, at=clock())
        return {"messages": [AIMessage(answer.text)], "turns": [turn]}

    def tools(state: State, runtime: Runtime[Context]) -> dict[str, object]:
        write = get_stream_writer()
        box = Toolbox(services, runtime.context, Evidence(state["evidence"]))
        results = []
        for call in _calls(state):
            write({"step": _STEPS.get(call["name"], "thinking"), "detail": str(call["args"].get("query", ""))})
            results.append(box.run(call))
            if box.filed:
                break  # a draft ends the round: the human comes next, whatever else the model asked for
        update: dict[str, object] = {"messages": results, "evidence": box.evidence.hits}
        if box.filed:
            update |= {"draft": box.filed[0].draft, "turns": [_filed_turn(state, runtime.context, box, clock)]}
        return update

    def review(state: State, runtime: Runtime[Context]) -> dict[str, object]:
        # Nothing may stand before interrupt(): the node runs from its start again on resume. What the resume value
        # says is not read; the ledger knows what was decided.
        interrupt({"draft": state["draft"]})
        draft, language = state["draft"], state["language"]
        standing = services.ledger.state(draft)
        if standing == "waiting":
            return {}
        reason = next((d.reason for d in reversed(services.ledger.decisions(draft))), "")
        if standing == "returned":
            note = HumanMessage(
                say(language, "returned_note", reason=reason),
                additional_kwargs={"banso": {"task": "redraft", "reason": reason}},
            )
            return {"draft": "", "rounds": 0, "messages": [note]}
        said = say(language, f"decided_{standing}", draft=draft, reason=reason).strip()
        answer = Answer(thread=runtime.context.thread, text=said, grounded="chat")
        return {
            "draft": "",
            "messages": [AIMessage(said)],
            "turns": [Turn(question="", answer=answer, at=clock())],
        }

    graph = StateGraph(State, context_schema=Context, input_schema=TurnInput)
    graph.add_node("call_model", call_model)
    graph.add_node("tools", tools)
    graph.add_node("review", review)
    graph.add_edge(START, "call_model")
    graph.add_conditional_edges("call_model", after_model, ["tools", END])
    graph.add_conditional_edges("tools", after_tools, ["review", "call_model"])
    graph.add_conditional_edges("review", after_review, ["review", "call_model", END])
    return graph.compile(checkpointer=checkpointer)


def after_model(state: State) -> Literal["tools", "__end__"]:
    """Tools when the model called some, else the turn is over."""
    return "tools" if _calls(state) else "__end__"


def after_tools(state: State) -> Literal["review", "call_model"]:
    """A filed draft goes before a human."""
    return "review" if state.get("draft") else "call_model"


def after_review(state: State) -> Literal["review", "call_model", "__end__"]:
    """Undecided: wait again. Sent back: the model writes anew. Else the matter is closed."""
    if state.get("draft"):
        return "review"
    return "call_model" if isinstance(state["messages"][-1], HumanMessage) else "__end__"


def _calls(state: State) -> list[Any]:
    last = state["messages"][-1]
    return list(last.tool_calls) if isinstance(last, AIMessage) else []


def _conversation(state: State, context: Context, clock: Clock) -> list[AnyMessage]:
    """What the model reads: the rules, earlier turns without their old numbers, and this turn in full."""
    language = state["language"]
    about = {
        "ja": f"この会話の顧客: {context.account_name}。",
        "en": f"Customer of this conversation: {context.account_name}.",
    }
    rules = prompt(language).format(
        today=f"{clock():%Y-%m-%d}", account=about[language] if context.account_name else ""
    )
    earlier: list[AnyMessage] = []
    for turn in state.get("turns", [])[-REMEMBERED_TURNS:]:
        if turn.question and turn.answer.draft is None:
            earlier += [HumanMessage(turn.question), AIMessage(MARKER.sub("", turn.answer.text))]
    return [SystemMessage(rules), *earlier, *state["messages"]]


def _spoken(chunks: Iterator[Any], state: State, write: Write) -> AIMessage:
    """The whole reply. Each block of text is shown as soon as it is complete and its sources have been checked."""
    checker = Checker(dict(enumerate(state["evidence"], start=1)))
    whole: AIMessageChunk | None = None
    shown = 0
    for chunk in chunks:
        whole = chunk if whole is None else whole + chunk
        complete = blocks(whole.text)[:-1]
        for block in complete[shown:]:
            _show(checker.block(block), write)
        shown = len(complete)
    if whole is None:
        return AIMessage("")
    for block in blocks(whole.text)[shown:]:
        _show(checker.block(block), write)
    return AIMessage(whole.text, tool_calls=whole.tool_calls, id=whole.id)


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
    said = say(language, "draft_filed", draft=draft.draft)
    answer = Answer(
        thread=context.thread, text=said, grounded="chat", draft=draft.draft, notices=tuple(notices)
    )  # fmt: skip
    return Turn(question=state["question"], answer=answer, at=clock())
