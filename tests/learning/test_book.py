"""Candidates from edits, what administrators decide, and the walls between customers."""

from __future__ import annotations

from pathlib import Path

import pytest

from banso.learning.book import Lessons, open_lessons
from banso.learning.types import RuleText
from banso.review.filing import Origin
from banso.review.refusal import Refused
from tests.agents.fakes import ListCrm
from tests.learning.conftest import ADMIN, QUESTION, Edited
from tests.review.conftest import World

STYLE = ("確認してください", "ご確認いただけますと幸いです")


def test_an_edit_gives_a_rule_and_a_case_once(book: Lessons, edited: Edited) -> None:
    made = edited(STYLE, reason="tone: やわらかく")
    assert book.scan() == 2 and book.scan() == 0
    case, rule = book.lessons()
    assert (rule.label, rule.kind, rule.standing, rule.scope, rule.language) == (
        "R-1",
        "rule",
        "candidate",
        "team",
        "ja",
    )
    assert (rule.draft, rule.version, rule.editor, rule.reason) == (made.draft, 2, "baba", "tone: やわらかく")
    assert case.case is not None and case.case.question == QUESTION and case.scope == "account"
    assert any("幸いです" in words for words in case.case.must_say)


def test_an_edit_of_a_persons_own_text_teaches_nothing(world: World, book: Lessons, edited: Edited) -> None:
    made = edited(STYLE)
    book.scan()
    world.ledger.edit(made.draft, 2, editor=world.user("baba"), subject="x", body=made.body.replace("30分", "40分"))
    assert book.scan() == 0


def test_what_may_be_the_customers_own_stays_with_the_customer(book: Lessons, edited: Edited) -> None:
    edited(
        (
            "社内用のメモもご参照ください。",
            "有村様の120席の契約では、青葉製作所専用の窓口 03-3501-1234 をご利用ください。",
        )
    )
    book.scan()
    rule = next(one for one in book.lessons() if one.rule and "窓口" in one.rule.after)
    assert rule.scope == "account"
    kinds = {(risk.kind, risk.text) for risk in rule.risks}
    assert {("name", "有村"), ("figure", "120"), ("name", "青葉製作所"), ("contact", "03-3501-1234")} <= kinds
    assert rule.masked is not None
    for own in ("有村", "120", "青葉", "03-3501-1234"):
        assert own not in rule.masked.after


def test_only_an_administrator_decides_and_every_attempt_is_on_record(
    world: World, book: Lessons, edited: Edited
) -> None:
    edited(STYLE)
    book.scan()
    for name in ("aoki", "sato", "nobody"):
        with pytest.raises(Refused) as refused:
            book.accept(1, admin=ADMIN.model_copy(update={"name": name}), scope="team")
        assert refused.value.rule == "lesson_admin"
    assert book.active("AC-1") == []
    book.accept(1, admin=ADMIN, scope="team")
    assert [rule.label for rule in book.active("AC-2")] == ["R-1"]
    actions = [(line["actor"], line["action"]) for line in world.ledger.audit_lines()]
    assert actions.count(("root", "lesson")) == 1 and ("sato", "refused") in actions
    assert world.ledger.verify_audit().problems == ()
    world.drop_guard("lesson_admin")
    assert book.accept(1, admin=ADMIN.model_copy(update={"name": "aoki"}), scope="team").decided_by == "aoki"


def test_a_rule_can_be_edited_refused_and_switched_off_and_on(book: Lessons, edited: Edited) -> None:
    edited(STYLE)
    book.scan()
    assert book.refuse(1, admin=ADMIN).standing == "refused"
    mine = RuleText(action="replace", before="確認してください", after="ご覧ください")
    assert book.accept(1, admin=ADMIN, scope="team", rule=mine).rule == mine
    assert book.switch(1, admin=ADMIN, on=False).standing == "off" and book.active("AC-1") == []
    assert book.switch(1, admin=ADMIN, on=True).standing == "accepted" and len(book.active("AC-1")) == 1
    with pytest.raises(Refused):
        book.switch(1, admin=ADMIN, on=True)


def test_nobody_can_generalise_names_and_figures_only_knowingly(book: Lessons, edited: Edited) -> None:
    edited(("社内用のメモもご参照ください。", "有村様には120席分の移行をご案内します。"))
    book.scan()
    number = next(one.number for one in book.lessons() if one.rule and "移行" in one.rule.after)
    raw = book.get(number).rule
    with pytest.raises(Refused) as refused:
        book.accept(number, admin=ADMIN, scope="team", rule=raw, confirmed=True)
    assert refused.value.rule == "lesson_names"
    with pytest.raises(Refused) as refused:
        book.accept(number, admin=ADMIN, scope="team")
    assert refused.value.rule == "lesson_figures"
    accepted = book.accept(number, admin=ADMIN, scope="team", confirmed=True)
    assert accepted.rule is not None and "有村" not in accepted.rule.after and "120" not in accepted.rule.after


def test_a_customers_rule_never_reaches_another_customer(world: World, book: Lessons, edited: Edited) -> None:
    """Not by asking, and not by a draft that names it: the database refuses the whole draft."""
    edited(("ロックは30分で", "ロックは貴社だけ5分で"))
    book.scan()
    rule = next(one for one in book.lessons() if one.kind == "rule")
    book.accept(rule.number, admin=ADMIN, scope="account")
    assert [r.number for r in book.active("AC-1")] == [rule.number] and book.active("AC-2") == []

    def claim() -> None:
        origin = Origin(model="m", rules=((rule.number, 1),))
        world.ledger.file(
            "AC-2", "a@rival.example", "s", "ロックは貴社だけ5分で解除されます。", (), "aoki", origin=origin
        )

    with pytest.raises(Refused) as refused:
        claim()
    assert refused.value.rule == "rule_wall" and world.ledger.queue(account="AC-2") == []
    world.drop_guard("rule_wall")
    claim()
    assert len(world.ledger.queue(account="AC-2")) == 1


def test_a_draft_cannot_name_a_rule_that_is_off(world: World, book: Lessons, edited: Edited) -> None:
    edited(STYLE)
    book.scan()
    book.accept(1, admin=ADMIN, scope="team")
    book.switch(1, admin=ADMIN, on=False)
    for decision in (1, 2):
        with pytest.raises(Refused) as refused:
            world.ledger.file(
                "AC-1", "a@b.example", "s", "b", (), "aoki", origin=Origin(model="m", rules=((1, decision),))
            )
        assert refused.value.rule == "rule_in_force"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE lessons SET account = 'AC-2'",
        "DELETE FROM lessons",
        "UPDATE lesson_decisions SET scope = 'team'",
        "DELETE FROM lesson_decisions",
        "DELETE FROM lesson_edits",
        "INSERT INTO lessons SELECT 99, kind, draft, version, account, segment, language, editor, reason, content,"
        " created_at FROM lessons WHERE number = 1",
        "INSERT INTO lessons SELECT 3, kind, draft, version, 'AC-2', segment, language, editor, reason, content,"
        " created_at FROM lessons WHERE number = 1",
        "INSERT INTO lesson_decisions VALUES (9, 1, 'accept', 'root', 'team', '{}', 'now')",
        "INSERT INTO lesson_decisions VALUES (1, 7, 'accept', 'root', 'team', '{}', 'now')",
        "INSERT INTO lesson_decisions VALUES (2, 1, 'accept', 'root', 'team', '{}', 'now')",
        "INSERT INTO lesson_decisions VALUES (1, 2, 'on', 'root', 'team', '{}', 'now')",
    ],
)
def test_records_cannot_be_forged(world: World, book: Lessons, edited: Edited, statement: str) -> None:
    edited(STYLE)
    book.scan()
    book.accept(1, admin=ADMIN, scope="account")
    with pytest.raises(Refused):
        world.sql(statement)


def test_the_head_of_the_trail_goes_where_the_operator_says(
    world: World, book: Lessons, edited: Edited, tmp_path: Path
) -> None:
    edited(STYLE)
    book.scan()
    settings = world.settings.model_copy(update={"audit_head": tmp_path / "kept" / "head"})
    settings.head.parent.mkdir()
    here = settings.data / "audit.head"
    before = here.read_text(encoding="utf-8")
    open_lessons(settings, world.database, ListCrm()).refuse(1, admin=ADMIN)
    assert settings.head.is_file() and here.read_text(encoding="utf-8") == before
