"""Pages that say the same are one hit that names the others, for the same people only, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banso.core.settings import Settings
from banso.knowledge.citations import cite
from banso.knowledge.documents import Hit, Scope
from banso.knowledge.index import Knowledge, open_knowledge
from banso.knowledge.search_options import SearchOptions
from banso.knowledge.variants import WINDOW, collapsed, named, refs_of, same
from tests.knowledge.builders import HashEmbedder, entry

TEXT = "Open the settings, choose Members and add a person by their address. An invitation goes out at once."
ASKED = "How do I add a person to the members?"
EDITIONS = (
    entry("en/cloud/members.md", TEXT, title="Members", language="en"),
    entry("en/self-host/members.md", TEXT, title="Members", language="en"),
)


def hit(document: str, text: str = TEXT, **fields: Any) -> Hit:
    shared = {"source": "manual", "collection": "docs", "ref": document, "title": "t", "start": 0, "end": len(text)}
    return Hit(**{"chunk_id": f"{document}:0", "document_id": document, "text": text, "score": 0.5, **shared, **fields})


@pytest.fixture
def knowledge(settings: Settings) -> Iterator[Knowledge]:
    with closing(open_knowledge(settings, HashEmbedder())) as opened:
        opened.put([*EDITIONS, entry("en/seats.md", "Each person takes a seat.", title="Seats", language="en")])
        yield opened


def test_editions_of_a_page_are_one_hit_and_the_place_is_free(knowledge: Knowledge) -> None:
    hits = knowledge.search(ASKED, Scope(), 2)
    assert [len(one.variants) for one in hits] == [1, 0] and hits[1].ref == "en/seats.md"
    assert set(refs_of(hits[0])) == {"en/cloud/members.md", "en/self-host/members.md"}
    assert cite(hits[0], 1).variants == hits[0].variants
    assert [one.hit for one in knowledge.explain(ASKED, Scope(), 2)] == hits


def test_switched_off_they_stand_side_by_side(settings: Settings, knowledge: Knowledge) -> None:
    with closing(open_knowledge(settings, HashEmbedder(), options=SearchOptions(variants=False))) as plain:
        assert [one.variants for one in plain.search(ASKED, Scope(), 3)] == [(), (), ()]


@pytest.mark.parametrize(
    ("question", "leads"),
    [
        (f"{ASKED} We run it self-hosted", "en/self-host/members.md"),
        (f"{ASKED} In the cloud", "en/cloud/members.md"),
        ("セルフホストで members に person を add するには", "en/self-host/members.md"),
        ("クラウドで members に person を add するには", "en/cloud/members.md"),
    ],
)
def test_the_edition_that_the_question_names_leads(knowledge: Knowledge, question: str, leads: str) -> None:
    assert next(one for one in knowledge.search(question, Scope(), 3) if one.variants).ref == leads


def test_a_version_that_the_question_names_leads_else_the_newest(knowledge: Knowledge) -> None:
    for month, version in ((1, "3.1"), (2, "3.2"), (3, "3.0")):
        moment = datetime(2026, month, 1, tzinfo=UTC)
        fields = {"title": "Export", "language": "en", "version": version, "updated_at": moment}
        knowledge.put([entry(f"{month}.md", "Choose Export and wait for the mail with the file.", **fields)])
    first = knowledge.search("How does export work in 3.1?", Scope(), 1)[0]
    assert first.ref == "1.md" and {one.version for one in first.variants} == {"3.2", "3.0"}
    assert named(first.variants[0]) in ("Export (3.2)", "Export (3.0)")
    assert knowledge.search("How does export work?", Scope(), 1)[0].ref == "2.md"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The limit is 60 calls a minute. " + TEXT, "The limit is 120 calls a minute. " + TEXT),
        ("Exports can be opened by guests. " + TEXT, "Exports cannot be opened by guests. " + TEXT),
        ("ゲストは書き出しを利用できます。" + TEXT, "ゲストは書き出しを利用できません。" + TEXT),
    ],
)
def test_what_states_another_number_or_denies_is_not_the_same(one: str, other: str) -> None:
    assert same(hit("a", one), hit("b", one)) and not same(hit("a", one), hit("b", other))


def test_under_another_title_only_equal_text_of_some_length_is_the_same() -> None:
    arize, phoenix = f"Open Arize. {TEXT * 3}", f"Open Phoenix. {TEXT * 3}"
    assert same(hit("a", arize, title="Arize"), hit("b", arize, title="Phoenix"))
    assert not same(hit("a", arize, title="Arize"), hit("b", phoenix, title="Phoenix"))
    assert not same(hit("a", "Done.", title="Refund"), hit("b", "Done.", title="Upgrade"))


def test_a_variant_outside_the_scope_is_not_named(knowledge: Knowledge) -> None:
    fields = {"title": "Members", "language": "en"}
    knowledge.put(
        [entry("theirs", TEXT, account="AC-2", **fields), entry("secret", TEXT, visibility="private", **fields)]
    )
    for scope in (Scope(account="AC-1"), Scope()):
        named_there = {ref for one in knowledge.search(ASKED, scope, 9) for ref in refs_of(one)}
        assert "secret" not in named_there and ("theirs" in named_there) == (scope.account == "")
    assert all("theirs" not in [v.ref for v in one.variants] for one in knowledge.search(ASKED, Scope(), 9))


texts = st.sampled_from([TEXT, TEXT.replace("once", "night"), "Seats are billed.", "席は月ごとに請求されます。" * 3])
hits = st.lists(
    st.builds(
        hit, st.sampled_from([f"d{n}" for n in range(9)]), texts, account=st.sampled_from(["", "AC-1"]),
        visibility=st.sampled_from(["public", "private"]), language=st.sampled_from(["ja", "en"]),
        hidden=st.booleans(), title=st.sampled_from(["t", "other"]), chunk_id=st.uuids().map(str),
        ref=st.uuids().map(str),
    ),
    max_size=WINDOW + 5,
)  # fmt: skip


@given(hits, st.sampled_from(["", "d3", "members"]))
def test_no_document_is_lost_and_no_wall_is_crossed(given_hits: list[Hit], question: str) -> None:
    ordered = [one.model_copy(update={"score": 1 - place / 100}) for place, one in enumerate(given_hits)]
    found = collapsed(ordered, question)
    told = [one.document_id for one in found] + [v.document_id for one in found for v in one.variants]
    assert sorted(told) == sorted(one.document_id for one in ordered)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    alone = [one.chunk_id for one in found if not one.variants]
    assert alone == [one.chunk_id for one in ordered if one.chunk_id in set(alone)]
    by_ref = {one.ref: one for one in ordered}
    for one in found:
        group = [by_ref[ref] for ref in refs_of(one)]
        assert len({(o.account, o.visibility, o.language, o.hidden) for o in group}) == 1
        assert len({o.document_id for o in group}) == len(group)
