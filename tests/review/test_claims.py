"""Who is at work on a draft: claims end by themselves, are taken over on record, and guard no approval."""

from __future__ import annotations

import pytest

from banso.review.claims import Claims
from banso.review.listing import Choice, Listing
from banso.review.refusal import Refused
from tests.review.conftest import World


@pytest.fixture
def claims(world: World) -> Claims:
    return Claims(world.database, store=world.store, clock=world.clock)


def actions(world: World, draft: str) -> list[tuple[str, str]]:
    return [(event.who, event.what) for event in world.ledger.events(draft)][1:]


def test_a_claim_ends_after_fifteen_minutes_without_action(world: World, claims: Claims) -> None:
    draft = world.file().draft
    claims.claim(draft, user=world.user("sato"))
    world.later(minutes=10)
    claims.acted(draft, user=world.user("sato"))
    world.later(minutes=14)
    assert claims.of(draft).holder == "sato"
    world.later(minutes=1, seconds=1)
    assert claims.of(draft).holder == ""
    claims.claim(draft, user=world.user("mori"))
    assert actions(world, draft) == [("sato", "claim"), ("mori", "claim")]


def test_another_persons_draft_is_taken_over_and_that_is_recorded(world: World, claims: Claims) -> None:
    draft = world.file().draft
    claims.claim(draft, user=world.user("sato"))
    for attempt in (claims.claim, claims.acted):
        with pytest.raises(Refused) as refused:
            attempt(draft, user=world.user("mori"))
        assert refused.value.rule == "claim_held"
    claims.claim(draft, user=world.user("mori"), take_over=True)
    assert claims.of(draft).holder == "mori"
    assert actions(world, draft) == [("sato", "claim"), ("mori", "take_over")]


def test_release_is_ones_own(world: World, claims: Claims) -> None:
    draft = world.file().draft
    claims.claim(draft, user=world.user("sato"))
    claims.release(draft, user=world.user("mori"))
    assert claims.of(draft).holder == "sato"
    claims.release(draft, user=world.user("sato"))
    assert claims.of(draft).holder == ""


@pytest.mark.parametrize("name", ["aoki", "root"])
def test_only_reviewers_claim(world: World, claims: Claims, name: str) -> None:
    with pytest.raises(Refused):
        claims.claim(world.file().draft, user=world.user(name))


def test_a_role_is_read_from_the_table_not_from_the_caller(world: World, claims: Claims) -> None:
    with pytest.raises(Refused):
        claims.claim(world.file().draft, user=world.user("aoki").model_copy(update={"role": "reviewer"}))


def test_a_draft_is_assigned_to_a_reviewer_by_one_who_may(world: World, claims: Claims) -> None:
    draft = world.file().draft
    assert claims.assign(draft, "mori", user=world.user("root")).assignee == "mori"
    claims.claim(draft, user=world.user("sato"))
    assert claims.of(draft).assignee == "mori"
    for to, by in (("aoki", "sato"), ("nobody", "sato"), ("mori", "aoki")):
        with pytest.raises(Refused):
            claims.assign(draft, to, user=world.user(by))
    assert claims.assign(draft, "", user=world.user("sato")).assignee == ""


def test_there_is_nothing_to_claim_where_there_is_no_draft(world: World, claims: Claims) -> None:
    with pytest.raises(Refused):
        claims.claim("dr_none", user=world.user("sato"))


def test_two_people_on_one_draft_see_each_other_until_one_goes(world: World, claims: Claims) -> None:
    draft, other = world.file().draft, world.file().draft
    assert claims.here(draft, user=world.user("sato")) == ()
    assert claims.here(draft, user=world.user("mori")) == ("sato",)
    assert claims.here(draft, user=world.user("sato")) == ("mori",)
    assert claims.here(other, user=world.user("sato")) == ()
    world.later(seconds=46)
    assert claims.here(draft, user=world.user("sato")) == ()


def test_a_claim_neither_allows_nor_stops_a_decision_of_the_ledger(world: World, claims: Claims) -> None:
    made = world.file()
    claims.claim(made.draft, user=world.user("mori"))
    world.ledger.reject(made.draft, 1, made.hash, reviewer=world.user("sato"), reason="duplicate")
    assert world.ledger.state(made.draft) == "rejected"


def test_the_list_is_chosen_by_state_person_account_and_words(world: World, claims: Claims) -> None:
    first = world.file(body="ＳＡＭＬ証明書の更新についてご案内します。\n")
    second = world.file("baba", account="A-2", body="Please reset the password.\n")
    claims.assign(second.draft, "mori", user=world.user("root"))
    listing = Listing(world.database, world.clock)

    def ids(**wanted: object) -> list[str]:
        return [line.id for line in listing.lines(Choice(**wanted))]  # type: ignore[arg-type]

    assert set(ids()) == {first.draft, second.draft}
    assert ids(words="saml 証明書") == [first.draft]
    assert ids(words="RESET a-2") == [second.draft]
    assert ids(words="saml reset") == []
    assert ids(assignee="mori") == ids(author="baba") == ids(account="A-2") == [second.draft]
    assert ids(states=("sent", "queued")) == []
    assert listing.people() == (["A-1", "A-2"], ["aoki", "baba"], ["mori"])


def test_waiting_counts_from_the_first_version(world: World) -> None:
    made = world.file()
    world.later(hours=5)
    world.ledger.edit(made.draft, 1, editor=world.user("aoki"), subject="ご返信", body="直しました。\n")
    (line,) = Listing(world.database, world.clock).lines(Choice())
    assert (line.version, line.filed_at) == (2, made.created_at)
