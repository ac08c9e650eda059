"""The copilot as a graph: the model speaks, its tools run, a waiting draft holds the thread. It reads top to bottom."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from langchain.messages import HumanMessage
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from agents.models.roster import Roster
from agents.nodes import Nodes, calls
from agents.state import Context, State, TurnInput
from agents.toolbox import Services
from banso.core.clock import Clock

Graph: TypeAlias = CompiledStateGraph[State, Context, TurnInput, State]


def build_graph(
    models: Roster,
    services: Services,
    checkpointer: BaseCheckpointSaver[Any],
    clock: Clock,
) -> Graph:
    """Three nodes, three routers. No node can send anything. `models`: who answers, in their order."""
    nodes = Nodes(models, services, clock)
    graph = StateGraph(State, context_schema=Context, input_schema=TurnInput)
    graph.add_node("call_model", nodes.call_model)
    graph.add_node("tools", nodes.tools)
    graph.add_node("review", nodes.review)
    graph.add_edge(START, "call_model")
    graph.add_conditional_edges("call_model", after_model, ["tools", END])
    graph.add_conditional_edges("tools", after_tools, ["review", "call_model"])
    graph.add_conditional_edges("review", after_review, ["review", "call_model", END])
    return graph.compile(checkpointer=checkpointer)


def after_model(state: State) -> Literal["tools", "__end__"]:
    """Tools when the model called some, else the turn is over."""
    return "tools" if calls(state) else "__end__"


def after_tools(state: State) -> Literal["review", "call_model"]:
    """A filed draft goes before a human."""
    return "review" if state.get("draft") else "call_model"


def after_review(state: State) -> Literal["review", "call_model", "__end__"]:
    """Undecided: wait again. Sent back: the model writes anew. Else the matter is closed."""
    if state.get("draft"):
        return "review"
    return "call_model" if isinstance(state["messages"][-1], HumanMessage) else "__end__"
