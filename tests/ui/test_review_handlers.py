"""What each person may do on the Review tab, whatever their browser posts: handlers over a real ledger."""

from __future__ import annotations

import html
import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import gradio as gr
import pytest

from banso.core.errors import NotFound
from banso.core.users import Users
from banso.crm.embedded import open_crm
from banso.learning.book import Lessons
from banso.learning.types import RuleText
from banso.review.desk import open_desk
from banso.review.drafts import DraftVersion
from banso.review.filing import Origin
from banso.review.gate_report import Mark
from banso.ui.review.bulk import Bulk
from banso.ui.review.editing import Editing
from banso.ui.review.handlers import PURPOSES, Handlers
from banso.ui.review.layout import lay_out
from banso.ui.review.listing import Lists
from banso.ui.review.newest import Newest
from banso.ui.review.seen import Seen
from banso.ui.review.team import Team
from banso.ui.services import Services
from banso.ui.texts import text_of
from tests.agents.fakes import ListCrm
from tests.review.conftest import PEOPLE, World, populate

NOBODY = cast(Any, SimpleNamespace())
WARNING_MARK = Mark(start=0, end=2, where="body", kind="promise", blocks=False, why="promise")
BLOCKING_MARK = Mark(start=0, end=2, where="body", kind="secret", blocks=True, why="secret")


class Nothing:
    """A knowledge index in which no document is left."""

    def document(self, document_id: str) -> None:
        raise NotFound(document_id)


class Office:
    """A world with screens on it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.lessons = Lessons(world.database, ListCrm(), clock=world.clock)
        services = Services(
            settings=world.settings, users=Users(world.database), copilot=NOBODY, knowledge=cast(Any, Nothing()),
            crm=open_crm(world.settings, world.database), ledger=world.ledger,
            desk=open_desk(world.settings, world.database, world.clock), feedback=NOBODY, ingest=NOBODY,
            lessons=self.lessons,
        )  # fmt: skip
        self.services, t = services, text_of("en")
        with gr.Blocks():
            self.screen = lay_out(t, 15)
        self.main = Handlers(services, t, self.screen)
        self.team, self.editing, self.bulk = Team(self.main), Editing(self.main), Bulk(self.main)
        self.lists = Lists(services, t, self.screen)

    def said(self, updates: Any) -> str:
        return str(updates[self.screen.draft.said])

    def seen(self, draft: DraftVersion) -> str:
        return Seen.of(draft).posted()

    def mark(self, *marks: Mark) -> None:
        self.world.gate.marks = marks


def chosen(draft: DraftVersion) -> Any:
    return SimpleNamespace(value=draft.draft)


def by(name: str) -> Any:
    return SimpleNamespace(username=name)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("office") / "template.db"
    populate(f"sqlite:///{path}")
    return path


@pytest.fixture
def office(tmp_path: Path, template: Path) -> Iterator[Office]:
    from banso.core.settings import Settings

    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(template, data / "banso.db")
    world = World(Settings(data=data))
    yield Office(world)
    world.database.close()


NOT_REVIEWERS = [name for name, role in PEOPLE.items() if role != "reviewer"]


@pytest.mark.parametrize("name", [*NOT_REVIEWERS, "nobody"])
def test_nobody_but_a_reviewer_decides_by_any_handler(office: Office, name: str) -> None:
    draft = office.world.file()
    posted, request = office.seen(draft), by(name)
    attempts = [
        lambda: office.main.approve(posted, ["promise"], request),
        lambda: office.bulk.approve([posted], ["promise"], request),
        *(partial(office.main.give_reason, posted, purpose, "tone", "because", request) for purpose in PURPOSES),
    ]
    for attempt in attempts:
        try:
            attempt()
        except NotFound:
            assert name == "nobody"
    assert office.world.ledger.state(draft.draft) == "waiting"
    assert office.world.ledger.decisions(draft.draft) == []


@pytest.mark.parametrize(
    "forged",
    [("dr_none", 1, None), (None, 2, None), (None, 1, "0" * 64), (None, 0, None), ("", 0, "")],
    ids=["draft", "version", "hash", "zero", "nothing"],
)
def test_forged_identities_decide_nothing(office: Office, forged: tuple[str | None, int, str | None]) -> None:
    draft = office.world.file()
    posted = f"{draft.draft if forged[0] is None else forged[0]} {forged[1]} {forged[2] or draft.hash}"
    assert "Refused" in office.said(office.main.approve(posted, [], by("sato")))
    for purpose in ("return", "reject"):
        office.main.give_reason(posted, purpose, "tone", "", by("sato"))
    office.bulk.approve([posted], ["promise"], by("sato"))
    assert office.world.ledger.decisions(draft.draft) == []


def test_the_page_of_the_right_person_does_approve(office: Office) -> None:
    draft = office.world.file()
    assert "Approved" in office.said(office.main.approve(office.seen(draft), [], by("sato")))
    assert office.world.ledger.state(draft.draft) == "queued"


def test_every_warning_needs_its_tick_and_the_server_asks_too(office: Office) -> None:
    office.mark(WARNING_MARK, WARNING_MARK.model_copy(update={"kind": "unsupported"}))
    draft = office.world.file()
    posted, s = office.seen(draft), office.screen.draft
    asked = office.main.ask_approval(posted, by("sato"))
    assert [value for _, value in asked[s.ticks]["choices"]] == ["promise", "unsupported"]
    assert asked[s.confirm_yes]["interactive"] is False
    assert office.main.ticked(posted, ["promise"], by("sato"))["interactive"] is False
    assert office.main.ticked(posted, ["promise", "unsupported"], by("sato"))["interactive"] is True
    for ticks in ([], ["promise"], ["supported", "secret"], None):
        assert "Refused" in office.said(office.main.approve(posted, ticks, by("sato")))
    office.main.approve(posted, ["unsupported", "promise"], by("sato"))
    assert office.world.ledger.state(draft.draft) == "queued"


def test_a_blocking_mark_leaves_no_way_to_approve(office: Office) -> None:
    office.mark(BLOCKING_MARK)
    draft = office.world.file()
    posted, s = office.seen(draft), office.screen.draft
    shown = office.main.show(chosen(draft), by("sato"))
    assert shown[s.approve]["interactive"] is False and "secret" in shown[s.gate]
    assert office.main.ask_approval(posted, by("sato"))[s.confirm_yes]["interactive"] is False
    assert "Refused" in office.said(office.main.approve(posted, ["secret"], by("sato")))
    office.bulk.approve([posted], ["promise"], by("sato"))
    assert office.world.ledger.state(draft.draft) == "waiting"


def test_bulk_acknowledges_what_was_ticked_and_no_more(office: Office) -> None:
    office.mark(WARNING_MARK)
    drafts = [office.world.file() for _ in range(3)]
    office.mark(WARNING_MARK, WARNING_MARK.model_copy(update={"kind": "personal"}))
    drafts.append(office.world.file())
    b = office.screen.bulk
    shown = office.bulk.open(by("sato"))
    assert [value for _, value in shown[b.ticks]["choices"]] == ["personal", "promise"]
    assert "ご確認" in shown[b.common]["value"] or "ご" in shown[b.common]["value"]
    office.mark(WARNING_MARK)
    office.bulk.approve([office.seen(d) for d in drafts[:3]], [], by("sato"))
    assert {office.world.ledger.state(d.draft) for d in drafts} == {"waiting"}
    office.mark(WARNING_MARK, WARNING_MARK.model_copy(update={"kind": "personal"}))
    office.bulk.approve([office.seen(drafts[3])], ["promise"], by("sato"))
    assert office.world.ledger.state(drafts[3].draft) == "waiting"
    office.mark(WARNING_MARK)
    posted = [f"{office.seen(d)} promise" for d in drafts[:3]]
    office.bulk.approve(posted, ["promise", "stale"], by("sato"))
    assert {office.world.ledger.state(d.draft) for d in drafts[:3]} == {"queued"}


def test_what_is_posted_in_bulk_is_what_was_shown(office: Office) -> None:
    first, second = office.world.file(), office.world.file()
    office.world.ledger.edit(second.draft, 1, editor=office.world.user("mori"), subject="x", body="ご確認ください。y\n")
    told = office.bulk.approve([office.seen(first), office.seen(second)], [], by("sato"))
    assert "1 approved, 1 refused" in told[office.screen.bulk.said].replace("&#46;", ".").replace("&#44;", ",")
    assert office.world.ledger.state(second.draft) == "waiting"


def test_a_changed_draft_is_not_offered_for_approval(office: Office) -> None:
    draft = office.world.file()
    office.world.ledger.edit(draft.draft, 1, editor=office.world.user("mori"), subject="x", body="y")
    assert "newer version" in office.said(office.main.ask_approval(office.seen(draft), by("sato")))


def test_a_colleagues_draft_is_taken_over_before_it_is_decided(office: Office) -> None:
    draft = office.world.file()
    posted = office.seen(draft)
    office.team.claim(posted, by("mori"))
    assert "Refused" in office.said(office.main.approve(posted, [], by("sato")))
    office.team.take_over(posted, by("sato"))
    assert "Approved" in office.said(office.main.approve(posted, [], by("sato")))


@pytest.mark.parametrize("handler", ["claim", "take_over"])
@pytest.mark.parametrize("name", NOT_REVIEWERS)
def test_only_reviewers_claim(office: Office, handler: str, name: str) -> None:
    draft = office.world.file()
    assert "Refused" in office.said(getattr(office.team, handler)(office.seen(draft), by(name)))
    assert office.services.desk.claims.of(draft.draft).holder == ""


def test_a_csm_assigns_nobody_and_nobody_is_assigned_to_a_csm(office: Office) -> None:
    draft = office.world.file()
    for to, who in (("mori", "aoki"), ("aoki", "root"), ("nobody", "root")):
        assert "Refused" in office.said(office.team.assign(office.seen(draft), to, by(who)))
    assert office.services.desk.claims.of(draft.draft).assignee == ""


@pytest.mark.parametrize("name", ["aoki", "sato"])
def test_only_an_admin_stops_the_sender(office: Office, name: str) -> None:
    assert "Refused" in office.said(office.team.pause(by(name)))
    assert not office.world.ledger.paused()
    office.team.pause(by("root"))
    assert office.world.ledger.paused()
    assert "Refused" in office.said(office.team.resume(by(name)))
    assert office.world.ledger.paused()


@pytest.mark.parametrize(("name", "may"), [("aoki", False), ("sato", True), ("root", True)])
@pytest.mark.parametrize("outcome", ["sent", "cancelled"])
def test_an_unknown_outcome_is_settled_by_a_reviewer_or_an_admin(
    office: Office, name: str, may: bool, outcome: str
) -> None:
    draft = office.world.approved()
    for state in ("sending", "unknown"):
        office.world.sql("UPDATE outbox SET state = :state WHERE draft = :draft", state=state, draft=draft.draft)
    shown = office.main.show(chosen(draft), by(name))
    assert shown[office.screen.draft.resolve_sent]["visible"] is may
    told = office.main.give_reason(office.seen(draft), f"resolve_{outcome}", None, "looked in the log", by(name))
    assert ("Recorded" in office.said(told)) is may
    assert office.world.ledger.state(draft.draft) == (outcome if may else "unknown")


def test_a_reason_is_a_code_or_words(office: Office) -> None:
    draft = office.world.file()
    posted = office.seen(draft)
    for code, words in ((None, " "), ("other", ""), ("made up", "")):
        assert "reason" in office.said(office.main.give_reason(posted, "return", code, words, by("sato")))
    office.main.give_reason(posted, "return", "wrong_fact", "the price", by("sato"))
    assert office.world.ledger.decisions(draft.draft)[0].reason == "wrong_fact: the price"
    assert "A fact is wrong: the price" in _plain(office, draft)


def _plain(office: Office, draft: DraftVersion) -> str:
    return html.unescape(str(office.main.show(chosen(draft), by("sato"))[office.screen.side.context]))


def test_an_edit_makes_a_version_that_its_writer_cannot_approve(office: Office) -> None:
    draft = office.world.file()
    s = office.screen.draft
    opened = office.editing.start(office.seen(draft), by("sato"))
    assert opened[s.body] == draft.body
    assert office.services.desk.claims.of(draft.draft).holder == "sato"
    office.editing.save(office.seen(draft), "Re", "新しい文面", "", "", by("sato"))
    shown = office.main.show(chosen(draft), by("sato"))
    assert shown[s.approve]["visible"] is False and "another reviewer" in shown[s.note]
    latest = office.world.ledger.latest(draft.draft)
    assert "Refused" in office.said(office.main.approve(office.seen(latest), [], by("sato")))


@pytest.mark.parametrize(
    ("code", "words", "kept"),
    [
        ("tone", "もう少しやわらかく", "tone: もう少しやわらかく"), ("wrong_fact", "", "wrong_fact"),
        ("", " 料金が古い ", "料金が古い"), ("", "", ""), (None, "", ""), ("forged", "", ""),
    ],
)  # fmt: skip
def test_the_reason_of_an_edit_is_kept_shown_and_taught(
    office: Office, code: str | None, words: str, kept: str
) -> None:
    draft = office.world.ledger.file("A-1", "a@example.jp", "件名", "ロックは30分で解除。", (), "aoki")
    opened = office.editing.start(office.seen(draft), by("sato"))
    assert opened[office.screen.draft.edit_code] == opened[office.screen.draft.edit_words] == ""
    office.editing.save(office.seen(draft), "件名", "ロックは60分で解除。", code, words, by("sato"))  # type: ignore[arg-type]
    edit = office.world.ledger.events(draft.draft)[-1]
    assert (edit.what, edit.reason) == ("edit", kept)
    if kept.startswith("tone"):
        assert "Tone: もう少しやわらかく" in _plain(office, draft)
    office.lessons.scan()
    assert {lesson.reason for lesson in office.lessons.lessons()} == {kept}


@pytest.mark.parametrize("words", ["x" * 2001, "a\0b", "a\ud800b"], ids=["long", "null", "surrogate"])
def test_a_reason_that_cannot_be_kept_is_refused_and_stops_nothing(office: Office, words: str) -> None:
    draft = office.world.file()
    with pytest.raises(gr.Error, match="reason is too long"):
        office.editing.save(office.seen(draft), "件名", "文面", "tone", words, by("sato"))
    for purpose in ("return", "reject"):
        told = office.main.give_reason(office.seen(draft), purpose, "tone", words, by("sato"))
        assert "reason is too long" in office.said(told)
    assert office.world.ledger.latest(draft.draft) == draft
    assert office.world.ledger.decisions(draft.draft) == []
    assert office.lessons.scan() == 0


def test_a_draft_shows_the_rules_it_follows_as_they_were(office: Office) -> None:
    ledger, s = office.world.ledger, office.screen.draft
    first = ledger.file("A-1", "a@example.jp", "件名", "設定を確認してください。", (), "aoki")
    assert office.main.show(chosen(first), by("aoki"))[s.rules_box]["visible"] is False
    ledger.edit(first.draft, 1, editor=office.world.user("sato"), subject="件名", body="設定をご確認ください。")
    office.lessons.scan()
    rule = next(one for one in office.lessons.lessons() if one.kind == "rule")
    root = office.world.user("root")
    text = RuleText(action="replace", before="<b>確認してください", after="ご確認ください")
    accepted = office.lessons.accept(rule.number, admin=root, scope="team", rule=text, confirmed=True)
    origin = Origin(model="m", rules=((rule.number, accepted.decision),))
    draft = ledger.file("A-1", "a@example.jp", "件名", "ご確認ください。", (), "aoki", origin=origin)
    shown = office.main.show(chosen(draft), by("aoki"))
    words = html.unescape(str(shown[s.rules]))
    assert shown[s.rules_box] == gr.update(visible=True, label="Team rules this text follows (1)")
    assert f"<b>{rule.label}</b>" in words and "<ins>ご確認ください</ins>" in words and "switched off" not in words
    assert "<del><b>" not in str(shown[s.rules])
    office.lessons.accept(rule.number, admin=root, scope="team", rule=RuleText(action="avoid", before="別"))
    office.lessons.switch(rule.number, admin=root, on=False)
    ledger.edit(draft.draft, 1, editor=office.world.user("mori"), subject="件名", body="別の文面")
    words = html.unescape(str(office.main.show(chosen(draft), by("sato"))[s.rules]))
    assert "ご確認ください" in words and "switched off since" in words and "version 1" in words


def test_a_mend_is_only_in_the_form(office: Office) -> None:
    draft = office.world.file()
    mended = office.editing.mend(office.seen(draft), "件名", "お支払いは１２月１５日です。", by("aoki"))
    assert mended[office.screen.draft.body] != "お支払いは１２月１５日です。"
    assert office.world.ledger.latest(draft.draft) == draft


def test_an_edit_over_a_newer_version_keeps_the_text_in_the_form(office: Office) -> None:
    draft = office.world.file()
    office.editing.save(office.seen(draft), "a", "b", "", "", by("mori"))
    with pytest.raises(gr.Error):
        office.editing.save(office.seen(draft), "c", "d", "", "", by("aoki"))


def test_mine_is_what_i_hold_or_was_given(office: Office) -> None:
    held, given, other = (office.world.file() for _ in range(3))
    office.team.claim(office.seen(held), by("sato"))
    office.team.assign(office.seen(given), "sato", by("root"))
    queue, *_ = office.lists.list("mine", "", "", "", "", "", None, by("sato"))
    assert {value for _, value in queue["choices"]} == {held.draft, given.draft}
    queue, *_ = office.lists.list("waiting", "", "", "", "", "", office.seen(other), by("sato"))
    assert "value" not in queue and len(queue["choices"]) == 3
    queue, *_ = office.lists.list("mine", "", "", "", "", "", office.seen(other), by("sato"))
    assert queue["value"] is None


def test_a_filter_that_occurs_no_more_stays_choosable(office: Office) -> None:
    *_, authors, assignees = office.lists.choices("", "", "", "mori")
    assert ("mori", "mori") in assignees["choices"] and ("mori", "mori") not in authors["choices"]


def test_only_the_last_of_quick_requests_is_shown() -> None:
    newest = Newest()
    first, other, second = newest.begin("a"), newest.begin("b"), newest.begin("a")
    assert [newest.is_last("a", first), newest.is_last("b", other), newest.is_last("a", second)] == [False, True, True]


def test_a_handler_with_nothing_to_say_says_so_in_a_way_that_gradio_takes(office: Office) -> None:
    draft = office.world.file()
    for updates in (
        office.main.show_seen("", by("sato")),
        office.main.show_unless_asking(office.seen(draft), "return", by("sato")),
        office.main.gloss(office.seen(draft), by("sato")),
    ):
        assert updates and office.screen.draft.head not in updates


def test_a_gloss_is_of_the_stored_text_and_only_where_it_helps(office: Office) -> None:
    draft, s = office.world.file(), office.screen.draft
    assert office.main.show(chosen(draft), by("sato"))[s.gloss_button]["visible"] is False
    asked: list[str] = []

    def gloss(text: str, into: str) -> tuple[tuple[str, str], ...]:
        asked.append(text)
        return ((text, f"<b>{into}</b>"),)

    main = Handlers(replace(office.services, gloss=gloss), text_of("en"), office.screen)
    assert main.show(chosen(draft), by("sato"))[s.gloss_button]["visible"] is True
    shown = main.gloss(office.seen(draft), by("sato"))[s.gloss]
    assert asked == [draft.body] and "<b>en</b>" not in shown and "&#60;b&#62;en" in shown
    assert s.gloss not in main.gloss("dr_none 1 x", by("sato"))


def test_a_wish_that_is_no_filter_shows_what_waits(office: Office) -> None:
    draft = office.world.file()
    queue, *_ = office.lists.list("x", None, "nonsense", None, None, None, "dr_none", by("aoki"))  # type: ignore[arg-type]
    assert [value for _, value in queue["choices"]] == [draft.draft]


def test_past_replies_are_for_reviewers_and_hide_the_other_customer(office: Office) -> None:
    from banso.ui.review.similar import masked, nearest

    order = nearest("HR-1007 のロックを解除する方法", ["請求書の宛名を変更する", "HR-1007 のロックは管理画面で解除"])
    assert [number for number, _ in order] == [1]
    hidden = masked("青葉製作所 有村様 arimura@aoba-mfg.example", ["株式会社青葉製作所", "青葉製作所", "有村", "A"])
    assert hidden == "＊＊＊ ＊＊＊様 ＊＊＊"
    sent = office.world.approved()
    office.world.send()
    draft = office.world.file()
    assert 'id="part-similar"' in office.main.show(chosen(draft), by("sato"))[office.screen.side.context]
    assert 'id="part-similar"' not in office.main.show(chosen(draft), by("aoki"))[office.screen.side.context]
    assert sent.draft != draft.draft
