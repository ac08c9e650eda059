"""Parts of a search can be left out for measuring; the product leaves none out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from banso.core.settings import Settings
from banso.knowledge.documents import Hit, Scope
from banso.knowledge.index import open_knowledge
from banso.knowledge.search_options import WHOLE, SearchOptions
from tests.knowledge.builders import HashEmbedder, entry

QUESTION = "How are invoices paid by card?"


@pytest.fixture
def indexed(settings: Settings) -> Iterator[Settings]:
    pages = [
        entry("old", "Invoices are paid by card on the billing page.", language="en", superseded_by="new"),
        entry("new", "Cards are kept in the wallet.", language="en"),
        entry("mail", "Mail goes out at night.", language="en"),
        entry("setup", "How do I set this up? Open the settings of your plan.", language="en"),
        entry("refund", "A refund takes a week.", language="en"),
    ]
    with closing(open_knowledge(settings, HashEmbedder())) as knowledge:
        knowledge.put(pages)
    yield settings


def found(settings: Settings, question: str = QUESTION, **off: bool) -> list[Hit]:
    options = SearchOptions(**off)
    with closing(open_knowledge(settings, HashEmbedder(), options=options)) as knowledge:
        return knowledge.search(question, Scope(), 10)


def test_the_product_leaves_nothing_out(indexed: Settings) -> None:
    assert all(WHOLE.model_dump().values())
    with closing(open_knowledge(indexed, HashEmbedder())) as knowledge:
        assert knowledge.search(QUESTION, Scope(), 10) == found(indexed)


def test_without_words_every_page_is_found_by_its_meaning(indexed: Settings) -> None:
    hits = found(indexed, words=False)
    assert len(hits) == 5 and not any(hit.lexical for hit in hits)


def test_without_meanings_only_pages_with_a_word_of_the_question_are_found(indexed: Settings) -> None:
    assert "mail" in [hit.ref for hit in found(indexed)]
    hits = found(indexed, meanings=False)
    assert "mail" not in [hit.ref for hit in hits] and all(hit.lexical and not hit.dense for hit in hits)


def test_without_conflicts_a_replaced_page_stands_where_it_matches(indexed: Settings) -> None:
    assert found(indexed)[0].ref == "new"
    assert found(indexed, conflicts=False)[0].ref == "old"


@pytest.mark.parametrize("part", ["calibrated", "centred"])
def test_another_fusion_gives_other_scores(indexed: Settings, part: str) -> None:
    question = "Which airport serves refund zebras at night?"  # hardly any of its words is there
    whole, less = found(indexed, question), found(indexed, question, **{part: False})
    assert {hit.ref: hit.score for hit in whole} != {hit.ref: hit.score for hit in less}
