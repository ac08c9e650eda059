"""A draft that was sent back is written again as its next version, by the agent, for the same person."""

from __future__ import annotations

from typing import Any

import pytest

from banso.review.drafts import DraftVersion
from banso.review.filing import Origin
from banso.review.ledger import Ledger
from banso.review.refusal import Refused
from tests.review.conftest import World


def filed(w: World, author: str = "aoki", account: str = "A-1", thread: str = "th_1") -> DraftVersion:
    origin = Origin(model="embedded/extractive", question="パスワードの再発行について")
    return w.ledger.file(
        account, "yamada@example.co.jp", "ご返信", "ご確認ください。\n", (), author, thread, origin=origin
    )


def returned(w: World, **more: str) -> DraftVersion:
    made = filed(w, **more)
    w.ledger.return_(made.draft, 1, made.hash, reviewer=w.user("sato"), reason="missing_info: 期限")
    return made


def again(w: World, draft: DraftVersion, **more: Any) -> DraftVersion:
    values = {
        "account": draft.account, "author": draft.author, "thread": draft.thread, "recipient": draft.recipient,
        "subject": draft.subject, "body": "期限は3日です。\n", "evidence": (), **more,
    }  # fmt: skip
    return w.ledger.redraft(draft.draft, **values)


def test_the_next_version_keeps_draft_author_and_account(world: World) -> None:
    old = returned(world)
    made = again(world, old, origin=Origin(model="openai/gpt-5-mini", question="同じ質問"))
    assert (made.draft, made.version, made.account, made.author, made.via) == (old.draft, 2, "A-1", "aoki", "agent")
    assert world.ledger.state(old.draft) == "waiting"
    models = world.scalar("SELECT COUNT(*) FROM draft_origins WHERE draft = :draft", draft=old.draft)
    assert models == 2
    assert [event.what for event in world.ledger.events(old.draft)] == ["file", "return", "redraft"]
    assert world.ledger.verify_audit().problems == ()


def test_the_reviewer_who_sent_it_back_may_approve_the_new_version(world: World) -> None:
    made = again(world, returned(world))
    assert world.ledger.approve(made.draft, 2, made.hash, reviewer=world.user("sato")).version == 2


DICTATED = "先月分のご利用料金は全額を返金いたします。"


def dictating(w: World) -> DraftVersion:
    """A reviewer returns a draft with the sentence to write, and the agent copies it."""
    made = filed(w)
    w.ledger.return_(made.draft, 1, made.hash, reviewer=w.user("sato"), reason=f"本文は「{DICTATED}」と書くこと")
    return again(w, made, body="お世話になっております。\n先月分の\u200bご利用料金は、全額を返金いたします。\n")


def test_a_reviewer_does_not_approve_their_own_words_from_the_agents_pen(world: World) -> None:
    made = dictating(world)
    with pytest.raises(Refused) as refused:
        world.ledger.approve(made.draft, 2, made.hash, reviewer=world.user("sato"))
    assert refused.value.rule == "decision_dictated"
    assert world.ledger.state(made.draft) == "waiting"
    assert world.ledger.events(made.draft)[-1].reason == "approve: decision_dictated"
    assert world.ledger.approve(made.draft, 2, made.hash, reviewer=world.user("mori")).reviewer == "mori"


def test_without_that_guard_one_person_words_and_approves(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made = dictating(world)
    monkeypatch.setattr(Ledger, "_second_person", lambda *_: None)
    assert world.ledger.approve(made.draft, 2, made.hash, reviewer=world.user("sato")).version == 2


def test_a_reason_that_points_at_a_sentence_or_a_usual_phrase_dictates_nothing(world: World) -> None:
    made = filed(world)
    reason = "「ご確認ください。」の前に期限を。最後は「よろしくお願いします。」で"
    world.ledger.return_(made.draft, 1, made.hash, reviewer=world.user("sato"), reason=reason)
    body = "期限は3日です。ご確認ください。\nよろしくお願いします。\n"
    made = again(world, made, body=body)
    assert world.ledger.approve(made.draft, 2, made.hash, reviewer=world.user("sato")).version == 2


def test_a_text_that_changes_nothing_is_not_stored(world: World) -> None:
    old = returned(world)
    with pytest.raises(Refused) as refused:
        again(world, old, body=old.body)
    assert refused.value.rule == "content_unchanged"
    assert (world.ledger.state(old.draft), len(world.ledger.versions(old.draft))) == ("returned", 1)


def waiting(w: World) -> DraftVersion:
    return filed(w)


def queued(w: World) -> DraftVersion:
    made = filed(w)
    w.ledger.approve(made.draft, 1, made.hash, reviewer=w.user("sato"))
    return made


def sent(w: World) -> DraftVersion:
    made = queued(w)
    w.send()
    return made


def rejected(w: World) -> DraftVersion:
    made = returned(w)
    w.ledger.reject(made.draft, 1, made.hash, reviewer=w.user("sato"), reason="不要")
    return made


def edited(w: World) -> DraftVersion:
    made = returned(w)
    w.ledger.edit(made.draft, 1, editor=w.user("baba"), subject=made.subject, body="直しました。")
    return made


ATTACKS = [
    ("a draft nobody sent back", waiting, {}, ("redraft_returned",)),
    ("a draft in the outbox", queued, {}, ("version_queued", "redraft_returned")),
    ("a draft already sent", sent, {}, ("version_queued", "redraft_returned")),
    ("a rejected draft", rejected, {}, ("version_rejected", "redraft_returned")),
    ("a draft somebody edited meanwhile", edited, {}, ("redraft_returned",)),
    ("another person's draft", returned, {"author": "baba"}, ("redraft_author",)),
    ("another conversation's draft", returned, {"thread": "th_2"}, ("redraft_thread",)),
    ("another account's draft", returned, {"account": "B-2"}, ("version_account",)),
]


@pytest.mark.parametrize(("name", "ready", "forged", "guards"), ATTACKS, ids=[attack[0] for attack in ATTACKS])
def test_the_guard_refuses_and_without_it_the_attack_succeeds(
    world: World, name: str, ready: Any, forged: dict[str, str], guards: tuple[str, ...]
) -> None:
    draft = ready(world)
    before = len(world.ledger.versions(draft.draft))
    for guard in guards:
        with pytest.raises(Refused) as refused:
            again(world, draft, **forged)
        assert refused.value.rule == guard
        assert len(world.ledger.versions(draft.draft)) == before
        world.drop_guard(guard)
    assert again(world, draft, **forged).version == before + 1


def test_the_author_of_a_redraft_cannot_approve_it(world: World) -> None:
    """A reviewer who asks the agent owns its words, also those of the second version."""
    old = filed(world, author="sato")
    world.ledger.return_(old.draft, 1, old.hash, reviewer=world.user("mori"), reason="tone")
    made = again(world, old)
    with pytest.raises(Refused):
        world.ledger.approve(made.draft, 2, made.hash, reviewer=world.user("sato"))
    assert world.ledger.approve(made.draft, 2, made.hash, reviewer=world.user("mori"))


def test_nothing_about_a_version_can_be_changed_afterwards(world: World) -> None:
    made = filed(world)
    for statement in (
        "UPDATE draft_origins SET model = 'x'",
        "DELETE FROM draft_origins",
        f"INSERT INTO draft_origins VALUES ('{made.draft}', 7, 'm', 'q')",
    ):
        with pytest.raises(Refused):
            world.sql(statement)
