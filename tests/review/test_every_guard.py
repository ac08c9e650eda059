"""No guard without an attack: the guards are read from the schema itself, so that a new one is noticed.

Those of drafts, decisions, checks, outbox and audit are attacked in test_attacks.py; here are comments, redrafts and
what edits teach.
"""

# ruff: noqa: E501 - one attack a line reads as a table
from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from banso.review.refusal import Refused
from tests.review.conftest import World
from tests.review.test_attacks import ATTACKS, VERSION, Attack, against, both, edit, refused_until_dropped, sql

COMMENT = "INSERT INTO draft_comments VALUES (:draft, {ordinal}, '{id}', '{author}', 'x', 'now')"
COMMENTED = sql(COMMENT.format(ordinal=1, id="co_1", author="sato"))
ORIGIN = "INSERT INTO draft_origins VALUES (:draft, {version}, 'm', 'q')"
LESSON = (
    "INSERT INTO lessons VALUES ({number}, '{kind}', :draft, 2, '{account}', '', 'ja', '{editor}', 'r', '{{}}', 'now')"
)
DECIDED = "INSERT INTO lesson_decisions VALUES ({number}, {ordinal}, '{decision}', '{by}', '{scope}', '{{}}', 'now')"
FOLLOWED = sql("INSERT INTO draft_rules VALUES (:draft, 1, 1, 1)")


def lesson(number: int = 1, kind: str = "rule", account: str = "A-1", editor: str = "mori") -> str:
    return LESSON.format(number=number, kind=kind, account=account, editor=editor)


def decision(decision: str = "accept", number: int = 1, ordinal: int = 1, by: str = "root", scope: str = "team") -> str:
    return DECIDED.format(decision=decision, number=number, ordinal=ordinal, by=by, scope=scope)


def again(thread: str = "thread", author: str = "author") -> str:
    """The agent's next version, by hand."""
    return VERSION.format(account="account", author=author).replace("'person', thread", f"'agent', {thread}")


EDITED, TAUGHT = edit("mori"), both(edit("mori"), sql(lesson()))
ACCEPTED = both(TAUGHT, sql(decision()))
MORE = [
    # --- comments
    Attack("rewrite a comment", ("draft_comments_unchanged",), sql("UPDATE draft_comments SET body = 'y' WHERE draft = :draft"), COMMENTED),
    Attack("delete a comment", ("draft_comments_kept",), sql("DELETE FROM draft_comments WHERE draft = :draft"), COMMENTED),
    Attack("comment as nobody", ("comment_author",), sql(COMMENT.format(ordinal=1, id="co_1", author="ghost"))),
    Attack("comment on no draft", ("comment_draft",), sql(COMMENT.format(ordinal=1, id="co_1", author="sato").replace(":draft", "'dr_none'"))),
    Attack("comment out of order", ("comment_order",), sql(COMMENT.format(ordinal=7, id="co_1", author="sato"))),
    # --- the agent writes again
    Attack("write again what nobody sent back", ("redraft_returned",), sql(again("'th_1'")), lambda w, v: w.drop_guard("redraft_thread")),
    Attack("write again for another person", ("redraft_author",), sql(again("'th_1'", "'baba'")), both(against("return_"), lambda w, v: w.drop_guard("redraft_thread"))),
    Attack("write again in another conversation", ("redraft_thread",), sql(again("'th_1'")), against("return_")),
    Attack("write again without a conversation", ("redraft_thread",), sql(again()), against("return_")),
    # --- where a version comes from
    Attack("an origin for a version that is none", ("origin_version",), sql(ORIGIN.format(version=7))),
    Attack("an origin for a person's text", ("origin_version",), sql(ORIGIN.format(version=2)), EDITED),
    Attack("rewrite an origin", ("draft_origins_unchanged",), sql("UPDATE draft_origins SET model = 'x' WHERE draft = :draft"), sql(ORIGIN.format(version=1))),
    Attack("delete an origin", ("draft_origins_kept",), sql("DELETE FROM draft_origins WHERE draft = :draft"), sql(ORIGIN.format(version=1))),
    # --- what edits teach
    Attack("rewrite what was read", ("lesson_edits_unchanged",), sql("UPDATE lesson_edits SET read_at = 'x' WHERE draft = :draft"), sql("INSERT INTO lesson_edits VALUES (:draft, 1, 'now')")),
    Attack("forget what was read", ("lesson_edits_kept",), sql("DELETE FROM lesson_edits WHERE draft = :draft"), sql("INSERT INTO lesson_edits VALUES (:draft, 1, 'now')")),
    Attack("lesson out of order", ("lesson_order",), sql(lesson(number=7)), EDITED),
    Attack("lesson of another account", ("lesson_account",), sql(lesson(account="A-2")), EDITED),
    Attack("lesson in another's name", ("lesson_account",), sql(lesson(editor="sato")), EDITED),
    Attack("lesson without an edit", ("lesson_account",), sql(lesson(editor="aoki"))),
    Attack("rewrite a lesson", ("lessons_unchanged",), sql("UPDATE lessons SET content = 'x'"), TAUGHT),
    Attack("delete a lesson", ("lessons_kept",), sql("DELETE FROM lessons"), TAUGHT),
    Attack("a reviewer accepts a rule", ("lesson_admin",), sql(decision(by="sato")), TAUGHT),
    Attack("accept an unknown rule", ("lesson_known",), sql(decision(number=9)), TAUGHT),
    Attack("decision on a rule out of order", ("lesson_turn",), sql(decision(ordinal=7)), TAUGHT),
    Attack("switch on what nobody accepted", ("lesson_step",), sql(decision("on")), TAUGHT),
    Attack("a customer's case for the whole team", ("lesson_case_wall",), sql(decision()), both(EDITED, sql(lesson(kind="case")))),
    Attack("widen a rule afterwards", ("lesson_decisions_unchanged",), sql("UPDATE lesson_decisions SET scope = 'account'"), ACCEPTED),
    Attack("take back an acceptance", ("lesson_decisions_kept",), sql("DELETE FROM lesson_decisions"), ACCEPTED),
    Attack("follow a rule that is off", ("rule_in_force",), FOLLOWED, both(ACCEPTED, sql(decision("off", ordinal=2)))),
    Attack("follow a case", ("rule_in_force",), FOLLOWED, both(EDITED, sql(lesson(kind="case")), sql(decision(scope="account")))),
    Attack("follow another customer's rule", ("rule_wall",), lambda w, v: sql("INSERT INTO draft_rules VALUES (:draft, 1, 1, 1)")(w, w.file(account="A-2")), both(TAUGHT, sql(decision(scope="account")))),
    Attack("rewrite which rule was followed", ("draft_rules_unchanged",), sql("UPDATE draft_rules SET rule = 9"), both(ACCEPTED, FOLLOWED)),
    Attack("forget which rule was followed", ("draft_rules_kept",), sql("DELETE FROM draft_rules"), both(ACCEPTED, FOLLOWED)),
]  # fmt: skip


@pytest.mark.parametrize("attack", MORE, ids=lambda attack: attack.name)
def test_the_guard_is_what_stops_it(world: World, attack: Attack) -> None:
    refused_until_dropped(world, attack)


def guards(world: World) -> set[str]:
    """The names of all guards that the database has. Those against TRUNCATE are PostgreSQL's, and named apart. The
    triggers of `draft_search` refuse nothing: they empty the words kept for the search (`test_finding`)."""
    with world.database.read() as db:
        if db.dialect.name == "sqlite":
            names = db.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        else:
            names = db.scalars(sa.text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"))
        return {re.sub(r"^g\d+_", "", name) for name in names if not name.startswith("draft_search_")}


def test_every_guard_of_the_schema_has_an_attack(world: World) -> None:
    attacked = {guard for attack in (*ATTACKS, *MORE) for guard in attack.guards}
    assert {name for name in guards(world) if not name.endswith("_whole")} == attacked


def test_a_guard_without_an_attack_is_noticed(sqlite_world: World) -> None:
    sqlite_world.sql(
        "CREATE TRIGGER new_guard BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'guard new_guard'); END"
    )
    assert "new_guard" in guards(sqlite_world) - {guard for attack in (*ATTACKS, *MORE) for guard in attack.guards}


def test_what_cannot_be_deleted_cannot_be_truncated_either(postgres_world: World) -> None:
    kept = {name.removesuffix("_kept") for name in guards(postgres_world) if name.endswith("_kept")}
    assert {name.removesuffix("_whole") for name in guards(postgres_world) if name.endswith("_whole")} == kept
    for table in kept:
        with pytest.raises(Refused) as caught:
            postgres_world.sql(f"TRUNCATE {table}")
        assert caught.value.rule == f"{table}_kept"
        postgres_world.sql(f"DROP FUNCTION banso_{table}_whole() CASCADE")
        postgres_world.sql(f"TRUNCATE {table}")
