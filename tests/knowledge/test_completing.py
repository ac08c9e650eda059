"""What the best hits go on into, or go on from, comes with them: of the same document, in the scope, and bounded."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from banso.core.settings import Settings
from banso.knowledge.completing import MOST, goes_on
from banso.knowledge.documents import Hit, Scope
from banso.knowledge.index import Knowledge, open_knowledge
from banso.knowledge.search_options import SearchOptions
from tests.knowledge.builders import HashEmbedder, entry

WHOLE = Scope(private=True)
LEAD, STEPS, LAST = "To export alpha, do as follows:", "1. Open bravo.\n2. Press charlie.", "3. Wait for delta."


@pytest.fixture
def knowledge(settings: Settings) -> Iterator[Knowledge]:
    opened = open_knowledge(settings, HashEmbedder())
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("手順は次のとおりです。", "管理画面を開きます。", True),
        ("設定できる項目は以下の通りです", "宛先", True),
        ("Do as follows:", "Open the page.", True),
        ("Choose one of the following.", "Open the page.", True),
        ("- 一つ目", "- 二つ目", True),
        ("2. Press it.", "3. Wait.", True),
        ("申請を取り消します。", "③ 承認を待ちます。", True),
        ("有効にします。", "その場合は再起動が必要です。", True),
        ("Turn it on.", "This setting needs a restart.", True),
        ("有効にします。", "管理者が行います。", False),
        ("Turn it on.", "Thistles grow here.", False),
        ("| a | b |", "| c | d |", False),
        ("--primary: red;", "--secondary: blue;", False),
        ("Version 1", "1.5 is out.", False),
    ],
)
def test_a_cut_parts_what_belongs_together_or_not(first: str, second: str, whole: bool) -> None:
    assert goes_on(first, second) is whole


def test_a_hit_brings_what_it_goes_on_into_and_goes_on_from(knowledge: Knowledge) -> None:
    knowledge.put([entry("a.md", LEAD, STEPS, LAST), entry("b.md", STEPS, LAST)])
    middle = found(knowledge, "bravo charlie", "a.md")
    completed = knowledge.completed([middle], WHOLE)
    assert [hit.text for hit in completed] == [STEPS, LAST, LEAD]
    last, lead = completed[1:]
    assert (completed[0].continues, last.continues, lead.continues) == (lead.chunk_id, middle.chunk_id, "")
    text = knowledge.document(middle.document_id).text
    assert all(text[hit.start : hit.end] == hit.text for hit in completed)


def test_what_is_whole_brings_nothing(knowledge: Knowledge) -> None:
    knowledge.put([entry("a.md", "alpha is on.", "bravo is off.", "charlie is new.")])
    hit = found(knowledge, "bravo", "a.md")
    assert knowledge.completed([hit], WHOLE) == [hit]


def test_what_was_found_is_not_fetched_again_and_its_place_is_known(knowledge: Knowledge) -> None:
    knowledge.put([entry("a.md", LEAD, LAST)])
    hits = [found(knowledge, "delta", "a.md"), found(knowledge, "alpha", "a.md")]
    completed = knowledge.completed(hits, WHOLE)
    assert [hit.text for hit in completed] == [LAST, LEAD]
    assert completed[0].continues == completed[1].chunk_id


def test_hidden_text_and_what_the_scope_does_not_admit_stay_away(knowledge: Knowledge) -> None:
    hidden, shown = entry("a.md", LEAD, STEPS), entry("a.md", LEAD, STEPS)
    chunks = (shown.chunks[0], hidden.chunks[1].model_copy(update={"hidden": True}))
    knowledge.put([type(shown)(shown.document, chunks, "1"), entry("c.md", LEAD, STEPS, account="AC-2")])
    assert len(knowledge.completed([found(knowledge, "alpha", "a.md")], WHOLE)) == 1
    theirs = found(knowledge, "alpha", "c.md")
    assert len(knowledge.completed([theirs], WHOLE)) == 2
    assert len(knowledge.completed([theirs], Scope(account="AC-1"))) == 1


def test_no_more_than_a_few_are_fetched(knowledge: Knowledge) -> None:
    knowledge.put([entry(f"{name}.md", LEAD, STEPS, LAST) for name in "abcdef"])
    hits = [found(knowledge, "bravo charlie", f"{name}.md") for name in "abcdef"]
    assert len(knowledge.completed(hits, WHOLE)) == len(hits) + MOST


def test_what_is_fetched_names_the_editions_that_say_the_same(knowledge: Knowledge) -> None:
    lead = f"{LEAD} it takes a while, and everybody who may see the page is told about it by mail"
    for ref, last in (("cloud/a.md", LAST), ("self-host/a.md", LAST), ("mobile/a.md", "3. Wait for echo.")):
        knowledge.put([entry(ref, lead + ":", f"{STEPS} {last}", title="Export")])
    (hit,) = knowledge.search("export alpha cloud", WHOLE, 1)
    assert len(hit.variants) == 2
    (fetched,) = (one for one in knowledge.completed([hit], WHOLE) if one.chunk_id != hit.chunk_id)
    (other,) = fetched.variants
    assert {hit.ref, other.ref} == {"cloud/a.md", "self-host/a.md"}
    text = knowledge.document(other.document_id).text
    assert text[other.start : other.end] == fetched.text
    assert knowledge.completed([hit.model_copy(update={"variants": ()})], WHOLE)[1].variants == ()


def test_it_can_be_left_out_to_measure_it(settings: Settings) -> None:
    knowledge = open_knowledge(settings, HashEmbedder(), options=SearchOptions(completed=False))
    knowledge.put([entry("a.md", LEAD, STEPS)])
    assert len(knowledge.completed([found(knowledge, "alpha", "a.md")], WHOLE)) == 1
    knowledge.close()


def found(knowledge: Knowledge, words: str, ref: str) -> Hit:
    """The best hit of a page."""
    return next(hit for hit in knowledge.search(words, WHOLE, 40) if hit.ref == ref)
