from __future__ import annotations

import json

import pytest

from banso.core.errors import NotFound
from banso.knowledge.documents import Scope
from tests.agents.fakes import DOCUMENTS, ListKnowledge
from tools.evidence import Evidence
from tools.search_knowledge import make_search_knowledge


def test_returns_numbered_passages_and_keeps_numbers_between_calls() -> None:
    evidence = Evidence()
    tool = make_search_knowledge(ListKnowledge(DOCUMENTS), Scope(account="AC-1"), evidence)
    first = json.loads(tool.invoke({"query": "ロック"}))["passages"]
    second = json.loads(tool.invoke({"query": "HR-1007"}))["passages"]
    markers = {p["document"]: p["marker"] for p in first}
    assert markers == {p["document"]: p["marker"] for p in second}
    assert {evidence.numbered()[m].document_id for m in markers.values()} == set(markers)
    assert all("四割" not in p["text"] for p in first)


def test_a_passage_that_goes_on_from_another_names_its_number() -> None:
    knowledge = ListKnowledge(DOCUMENTS[:1])
    (first,) = knowledge.search("ロック", Scope())
    second = first.model_copy(update={"chunk_id": f"{first.document_id}:1", "continues": first.chunk_id})
    knowledge.completed = lambda hits, scope: [*hits, second]  # type: ignore[method-assign]
    evidence = Evidence()
    passages = json.loads(make_search_knowledge(knowledge, Scope(), evidence).invoke({"query": "ロック"}))["passages"]
    assert [(one["marker"], one["continues"]) for one in passages] == [(1, 0), (2, 1)]
    assert evidence.numbered()[2] == second


def test_an_empty_query_is_a_sentence_for_the_model() -> None:
    tool = make_search_knowledge(ListKnowledge(DOCUMENTS), Scope(), Evidence())
    with pytest.raises(NotFound):
        tool.invoke({"query": "  "})
