"""A chunk that begins inside a table knows what its columns are called."""

from __future__ import annotations

import sqlite3

import pytest

from banso.core.settings import Settings
from banso.knowledge.documents import Scope
from banso.knowledge.index import open_knowledge
from banso.knowledge.tables import begins_inside, head_above
from tests.knowledge.builders import HashEmbedder, entry

HEAD = "| Code | Cause |"
FIRST = f"Codes\n\n{HEAD}\n| --- | --- |\n| E-1 | alpha |"
REST = "| E-2 | bravo |\n| E-3 | charlie |"


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        (REST, True),
        ("| E-2 | bravo |", True),
        (FIRST, False),
        (f"{HEAD}\n|---|---|\n| E-1 | a |", False),
        ("a | b", False),
        ("", False),
    ],
)
def test_a_chunk_begins_inside_a_table_or_not(text: str, inside: bool) -> None:
    assert begins_inside(text) is inside


def test_the_head_is_that_of_the_same_table() -> None:
    document = f"{FIRST}\n{REST}"
    assert head_above(document, document.index(REST)) == HEAD
    apart = f"{FIRST}\n\nOther words.\n\n{REST}"
    assert head_above(apart, apart.index(REST)) == ""
    assert head_above(REST, 0) == "" and head_above(REST, REST.index("| E-3")) == ""


def test_a_hit_brings_the_head(settings: Settings) -> None:
    knowledge = open_knowledge(settings, HashEmbedder())
    knowledge.put([entry("codes.md", FIRST, REST)])
    heads = {hit.text: hit.table_head for hit in knowledge.search("charlie alpha", Scope(private=True))}
    assert heads == {REST: HEAD, FIRST: ""}
    knowledge.close()


def test_a_document_is_opened_once_for_the_heads_of_its_hits_and_a_damaged_one_stops_no_search(
    settings: Settings,
) -> None:
    knowledge = open_knowledge(settings, HashEmbedder())
    knowledge.put([entry("codes.md", FIRST, REST)])

    def heads() -> set[str]:
        return {hit.table_head for hit in knowledge.search("charlie", Scope(private=True)) if hit.text == REST}

    assert heads() == {HEAD}
    with sqlite3.connect(settings.data / "knowledge.db") as db:
        db.execute("UPDATE documents SET content = x'00'")
    assert heads() == {HEAD}
    knowledge.close()
    knowledge = open_knowledge(settings, HashEmbedder())
    assert heads() == {""}
    knowledge.close()


def test_a_head_follows_the_document(settings: Settings) -> None:
    knowledge = open_knowledge(settings, HashEmbedder())
    for head in (HEAD, "| Kode | Grund |"):
        knowledge.put([entry("codes.md", FIRST.replace(HEAD, head), REST)])
        (hit,) = (hit for hit in knowledge.search("charlie", Scope(private=True)) if hit.text == REST)
        assert hit.table_head == head
    knowledge.close()
