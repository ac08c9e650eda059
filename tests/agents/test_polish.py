"""The agent's words are mended before they are filed; a person's mend is an edit like any other."""

from __future__ import annotations

import pytest

from agents.polish import mend_draft, polisher
from banso.core.errors import NotApproved
from banso.core.users import User
from banso.review.drafts import DraftVersion
from banso.review.ledger import Ledger
from banso.writing.check import check, check_subject
from banso.writing.house import load_house
from tests.agents.conftest import Make
from tests.agents.fakes import ListCrm, ScriptedChat

TO = "arimura@aoba.example"
ROUGH = "青葉製作所株式会社 御中\n有村 亮 様\n\n御社の件、了解しました。期限は2026/11/22です。"
MENDED = (
    "株式会社青葉製作所\n有村 亮 様\n\nいつもお世話になっております。\n\n"
    "貴社の件、承知いたしました。期限は2026年11月22日（日）です。\n\n何卒よろしくお願いいたします。"
)


def filed(ledger: Ledger, author: User) -> DraftVersion:
    return ledger.file("AC-1", TO, "Re: Re: 期限", ROUGH, (), author.name)


def test_what_a_model_words_is_mended_before_it_is_filed(make: Make, csm: User, ledger: Ledger) -> None:
    script = [[("draft_reply", {"subject": "Re: Re: 期限", "body": ROUGH})], "done"]
    made = make(ScriptedChat(script=script)).draft("期限をご案内する", user=csm, account="AC-1")
    assert (made.subject, made.body) == ("Re: 期限", MENDED)
    assert (made.version, made.via, len(ledger.events(made.draft))) == (1, "agent", 1)


def test_the_embedded_models_drafts_need_no_mend(make: Make, csm: User) -> None:
    made = make().draft("HR-1007 の解除方法をご案内する", user=csm, account="AC-1")
    about = load_house().context("ja", company="株式会社青葉製作所", person="有村 亮")
    assert (check(made.body, about), check_subject(made.subject, about)) == ((), ())


def test_in_english_too() -> None:
    polish = polisher(ListCrm(), "AC-2", load_house())
    assert polish("arimura@rival.example", "Fwd: RE: Limit", "The limit  is 120.") == (
        "Re: Limit",
        "Hello 有村,\n\nThe limit is 120.\n\nKind regards,",
    )


def test_a_mend_makes_its_person_the_editor_who_cannot_approve(ledger: Ledger, csm: User, reviewer: User) -> None:
    first = filed(ledger, csm)
    made = mend_draft(ledger, ListCrm(), load_house(), first.draft, editor=reviewer)
    assert made is not None and (made.version, made.author, made.via, made.body) == (2, "mori", "person", MENDED)
    with pytest.raises(NotApproved):
        ledger.approve(made.draft, 2, made.hash, reviewer=reviewer)


def test_without_two_person_approval_the_same_person_may(ledger: Ledger, csm: User, reviewer: User) -> None:
    ledger._people = "one"  # the guard removed, on the ledger that the test above uses
    made = mend_draft(ledger, ListCrm(), load_house(), filed(ledger, csm).draft, editor=reviewer)
    assert made is not None
    assert ledger.approve(made.draft, 2, made.hash, reviewer=reviewer).decision == "approve"


def test_nothing_to_mend_makes_no_version(ledger: Ledger, csm: User) -> None:
    draft = ledger.file("AC-1", TO, "期限のご案内", MENDED, (), csm.name).draft
    assert mend_draft(ledger, ListCrm(), load_house(), draft, editor=csm) is None
    assert ledger.latest(draft).version == 1
