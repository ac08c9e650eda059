"""Drafts of one template: folded without loss, and each approved on its own, over what was shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banso.review.bulk import Shown, approve_each, fold, fold_drafts, groups
from banso.review.drafts import DraftVersion
from banso.review.gate_report import Kind, Mark
from tests.review.conftest import World

TEMPLATE = (
    "{}\n\nいつもお世話になっております。\n\n12月15日（火）午前2時から4時まで、定期メンテナンスを実施いたします。"
    "作業中はサービスをご利用いただけません。ご不便をおかけしますが、よろしくお願いいたします。\n"
)


def made(world: World, *names: str) -> list[DraftVersion]:
    return [world.file(body=TEMPLATE.format(name), account=f"A-{n}") for n, name in enumerate(names)]


def shown(draft: DraftVersion) -> Shown:
    return Shown(draft.draft, draft.version, draft.hash)


@given(st.lists(st.text(alphabet=st.sampled_from("様御中確認のを。\n ABab12"), max_size=40), min_size=1, max_size=6))
def test_folded_texts_come_back_whole(texts: list[str]) -> None:
    folded = fold(texts)
    assert [folded.text(number) for number in range(len(texts))] == texts
    assert all(len(fill) == len(folded.common) + 1 for fill in folded.fills)


def test_the_common_text_is_said_once_and_only_the_names_differ() -> None:
    folded = fold([TEMPLATE.format("青葉製作所 有村様"), TEMPLATE.format("みなと商事 浅倉様")])
    assert folded.common == (TEMPLATE.format(""),)
    assert folded.fills == (("青葉製作所 有村様", ""), ("みなと商事 浅倉様", ""))


def test_nothing_cannot_be_folded() -> None:
    with pytest.raises(ValueError):
        fold([])


def test_drafts_of_one_template_are_a_group_and_others_are_not(sqlite_world: World) -> None:
    alike = made(sqlite_world, "青葉製作所 有村様", "みなと商事 浅倉様", "北斗電子 星様")
    other = sqlite_world.file(body="請求書の再発行についてご案内いたします。PDFを添付いたしました。\n")
    assert groups([alike[0], other, *alike[1:]]) == [alike]
    assert "青葉製作所 有村様" in fold_drafts(alike).text(0)


def test_each_is_approved_over_its_own_hash(world: World) -> None:
    drafts = made(world, "青葉製作所 有村様", "みなと商事 浅倉様")
    outcomes = approve_each(world.ledger, map(shown, drafts), reviewer=world.user("sato"))
    assert [(o.draft, o.approved) for o in outcomes] == [(d.draft, True) for d in drafts]
    assert [d.hash for d in drafts] == [world.ledger.decisions(d.draft)[0].hash for d in drafts]


def test_one_that_changed_is_named_and_the_others_go(world: World) -> None:
    first, second, third = made(world, "青葉製作所 有村様", "みなと商事 浅倉様", "北斗電子 星様")
    world.ledger.edit(second.draft, 1, editor=world.user("mori"), subject="ご返信", body="別の文面です。")
    outcomes = approve_each(world.ledger, map(shown, (first, second, third)), reviewer=world.user("sato"))
    assert [o.approved for o in outcomes] == [True, False, True]
    assert outcomes[1].reason
    assert [world.ledger.state(d.draft) for d in (first, second, third)] == ["queued", "waiting", "queued"]


def test_a_forged_hash_or_role_approves_nothing(world: World) -> None:
    (draft,) = made(world, "青葉製作所 有村様")
    forged = Shown(draft.draft, 1, "0" * 64)
    assert not approve_each(world.ledger, [forged], reviewer=world.user("sato"))[0].approved
    assert not approve_each(world.ledger, [shown(draft)], reviewer=world.user("aoki"))[0].approved
    assert not approve_each(world.ledger, [Shown("dr_none", 1, draft.hash)], reviewer=world.user("sato"))[0].approved
    assert world.ledger.state(draft.draft) == "waiting"


def test_a_draft_named_twice_is_approved_once(world: World) -> None:
    (draft,) = made(world, "青葉製作所 有村様")
    outcomes = approve_each(world.ledger, [shown(draft)] * 2, reviewer=world.user("sato"))
    assert [o.approved for o in outcomes] == [True]
    assert len(world.ledger.decisions(draft.draft)) == 1


def marked(*kinds: Kind) -> tuple[Mark, ...]:
    return tuple(Mark(start=0, end=1, where="body", kind=kind, blocks=False, why=kind) for kind in kinds)


@pytest.mark.parametrize("showed", [("promise",), ("promise", "stale")])
def test_a_warning_that_was_not_shown_beside_a_draft_is_not_accepted_for_it(
    world: World, showed: tuple[Kind, ...]
) -> None:
    """Ticks are for all drafts of the page. A page was newer since: the draft has a warning that only others had."""
    world.gate.marks = marked("promise", "stale")
    draft = world.file()
    one = Shown(draft.draft, 1, draft.hash, showed)
    sato = world.user("sato")
    (outcome,) = approve_each(world.ledger, [one], reviewer=sato, acknowledged=("promise", "stale", "internal"))
    assert outcome.approved is ("stale" in showed)
    assert world.ledger.state(draft.draft) == ("queued" if "stale" in showed else "waiting")
