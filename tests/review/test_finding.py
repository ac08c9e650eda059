"""Drafts are found by any of their words, as a reader compares them; no words outlive their draft."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from banso.review import listing as listing_module
from banso.review.finding import folded, holds, words_of
from banso.review.listing import Choice, Listing
from tests.review.conftest import World

TEXTS = [
    "ﾛｯｸの解除 ABC-1234 をご確認ください。", "ロックの解除は abc-1234 を。", "Ｓｔｒａßｅ und STRASSE",
    "100% sure_thing \\ 'quote' !",
    "が と か゛ と ｶﾞ", "①㈱ ㌢", "İstanbul ıI", "line\nbreak\tand\u3000space",
]  # fmt: skip
WORDS = [
    "ロック", "ﾛｯｸ 解除", "abc-1234", "ＡＢＣ－１２３４", "strasse", "straße", "%", "_", "\\", "'", "が", "ガ", "1",
    "(株)",
    "センチ", "i̇stanbul", "ıi", "break and", "ご", "a", "nowhere", "example.co.jp", "A-1", "a-1 ロック", "ご返信",
]  # fmt: skip


def scanned(world: World, words: str) -> list[str]:
    """What a reader finds who folds every draft by themselves: how a search worked before it had a table."""
    found, wanted = [], folded(words).split()
    for summary in world.ledger.queue(limit=10_000):
        body = world.ledger.latest(summary.id).body
        if holds(words_of(summary.subject, body, summary.recipient, summary.account), wanted):
            found.append((summary.created_at, summary.id))
    return [draft for _, draft in sorted(found, key=lambda pair: pair[1])]


def listed(world: World, words: str) -> list[str]:
    return sorted(line.id for line in Listing(world.database, world.clock).lines(Choice(words=words)))


@pytest.mark.parametrize("few", [500, 0], ids=["by name", "every draft"])
def test_a_search_finds_what_reading_everything_finds(world: World, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing_module, "FEW", few)
    for text in TEXTS:
        world.file(body=text)
    found = {words: listed(world, words) for words in WORDS}
    assert found == {words: scanned(world, words) for words in WORDS}
    assert found["ロック"] == found["ﾛｯｸ 解除"] and len(found["ロック"]) == 2
    assert not found["nowhere"] and len(found["ご返信"]) == len(TEXTS)


def test_any_words_are_found_where_they_stand(sqlite_world: World) -> None:
    for text in TEXTS:
        sqlite_world.file(body=text)

    @settings(max_examples=150, deadline=None)
    @given(st.sampled_from(TEXTS).flatmap(lambda t: st.tuples(st.integers(0, len(t)), st.integers(1, 6)).map(
        lambda cut: t[cut[0]: cut[0] + cut[1]])) | st.text(max_size=4))  # fmt: skip
    def check(words: str) -> None:
        if folded(words).split():
            assert listed(sqlite_world, words) == scanned(sqlite_world, words)

    check()


def test_only_the_latest_version_is_searched(world: World) -> None:
    made = world.file(body="古い言葉")
    assert listed(world, "古い") == [made.draft]
    world.ledger.edit(made.draft, 1, editor=world.user("mori"), subject="x", body="新しい言葉")
    assert listed(world, "古い") == [] and listed(world, "新しい") == [made.draft]


@pytest.mark.parametrize("words", ["\0", "a\0b", "\ud800", "ご \udfff"])
def test_what_no_text_can_hold_is_found_nowhere(world: World, words: str) -> None:
    world.file()
    assert listed(world, words) == []


def test_a_version_written_by_another_program_is_found_as_well(world: World) -> None:
    """One of an older release during an upgrade, which does not know the table."""
    made = world.file(body="前の版の言葉")
    world.sql("UPDATE draft_search SET folded = NULL WHERE draft = :draft", draft=made.draft)
    assert listed(world, "前の版") == [made.draft] and listed(world, "ほかの言葉") == []


def test_words_that_are_erased_from_a_draft_are_gone_from_the_search(world: World) -> None:
    """Whatever erases them: the database itself empties the row, so that no program can forget to."""
    changed, deleted = world.file(body="消す言葉"), world.file(body="消す言葉も")
    for guard in ("draft_versions_unchanged", "draft_versions_kept"):
        world.drop_guard(guard)
    world.sql("UPDATE draft_versions SET body = '–' WHERE draft = :draft", draft=changed.draft)
    world.sql("DELETE FROM draft_versions WHERE draft = :draft", draft=deleted.draft)
    assert world.scalar("SELECT COUNT(*) FROM draft_search WHERE folded LIKE '%消す%'") == 0
    assert world.scalar("SELECT COUNT(*) FROM draft_search WHERE draft = :draft", draft=deleted.draft) == 0
    assert listed(world, "消す") == []


def test_a_search_reads_no_draft_that_it_did_not_find(sqlite_world: World) -> None:
    """What made it slow: every text was folded for every search."""
    for number in range(50):
        sqlite_world.file(body=f"ご確認ください {number}")
    read: list[str] = []
    engine = sqlite_world.database.engine
    sa.event.listen(engine, "before_cursor_execute", lambda _c, _x, sql, values, *_: read.append(f"{sql} {values}"))
    assert len(listed(sqlite_world, "確認ください 37")) == 1
    assert sum("draft_versions" in sql for sql in read) == 1
    read.clear()
    assert listed(sqlite_world, "どこにもない") == [] and not any("draft_versions" in sql for sql in read)
