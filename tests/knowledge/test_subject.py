"""With the manuals of several products in one index, a question that names one is answered from its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from banso.core.settings import Settings
from banso.knowledge.documents import Scope
from banso.knowledge.index import Knowledge, open_knowledge
from tests.knowledge.builders import HashEmbedder, entry

ALL = Scope(private=True)
LIMIT = "The upload size limit is set by a variable."


@pytest.fixture
def knowledge(settings: Settings) -> Iterator[Knowledge]:
    knowledge = open_knowledge(settings, HashEmbedder())
    for product in ("Akari", "Hibiki"):
        pages = [f"{product} has page number {number} about matter {number}." for number in range(6)]
        knowledge.put([entry(f"{product}{n}.md", text, collection=product) for n, text in enumerate(pages)])
    yield knowledge
    knowledge.close()


def first(knowledge: Knowledge, query: str) -> str:
    return knowledge.search(query, ALL, 5)[0].ref


def test_another_products_page_sinks_below_one_that_is_less_alike(knowledge: Knowledge) -> None:
    knowledge.put(
        [entry("limit.md", LIMIT, collection="Hibiki"), entry("files.md", "Files: upload size.", collection="Akari")]
    )
    assert first(knowledge, "upload size limit variable") == "limit.md"
    assert first(knowledge, "upload size limit variable of Hibiki") == "limit.md"
    assert first(knowledge, "upload size limit variable of Akari") != "limit.md"


def test_a_page_that_mentions_the_product_does_not_sink(knowledge: Knowledge) -> None:
    knowledge.put([entry("both.md", f"{LIMIT} It holds for Akari too.", collection="Hibiki")])
    assert first(knowledge, "upload size limit variable of Akari") == "both.md"


def test_tickets_and_slack_do_not_sink_for_not_naming_the_product(knowledge: Knowledge) -> None:
    knowledge.put([entry("TK-1", LIMIT, source="ticket", collection="tickets")])
    assert first(knowledge, "upload size limit variable of Akari") == "TK-1"
