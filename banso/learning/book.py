"""The book of lessons: reads edits, keeps candidates, records what administrators decide, names the rules in force."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from banso.core.clock import Clock, utc_now
from banso.core.database import Database
from banso.core.errors import NotFound
from banso.core.settings import Settings
from banso.core.users import User
from banso.crm.base import Crm
from banso.knowledge.documents import Frozen
from banso.learning import reading
from banso.learning.masking import known_of, mask_rule
from banso.learning.types import CaseText, Content, Followed, Lesson, Rule, RuleText, Scope, Verdict
from banso.review.refusal import Refused
from banso.review.store import Store, Transaction

T = TypeVar("T")
_INSERT = (
    "INSERT INTO lesson_decisions (number, ordinal, decision, decided_by, scope, content, created_at) VALUES (:number,"
    " (SELECT COALESCE(MAX(ordinal), 0) + 1 FROM lesson_decisions WHERE number = :number),"
    " :decision, :by, :scope, :content, :now)"
)


class Lessons:
    """Threads may share one. Every decision is a record of its own, on the audit trail; guards check who decides."""

    def __init__(
        self, database: Database, crm: Crm, *, clock: Clock = utc_now, language: str = "en", head: Path | None = None
    ) -> None:
        self._store, self._crm, self._language = Store(database, clock, head), crm, language

    def scan(self) -> int:
        """Read the edits and thumbs that nobody has read yet; how many candidates they gave. Each is read once."""
        database = self._store.database
        edits = sum(self._read(edit) for edit in reading.unread(database))
        return edits + sum(self._read_thumb(thumb) for thumb in reading.unread_thumbs(database))

    def _read(self, edit: reading.Edit) -> int:
        segment, language = reading.about(edit, self._crm)
        made = edit.after
        return self._store_new(
            reading.contents(edit, self._crm), draft=made.draft, version=made.version, account=made.account,
            segment=segment, language=language, editor=made.author, reason=edit.reason,
        )  # fmt: skip

    def _read_thumb(self, thumb: reading.GivenThumb) -> int:
        return self._store_new(
            [reading.thumb_content(thumb, self._crm)], draft=thumb.thread, version=thumb.turn, account=thumb.account,
            segment=reading.segment_of(thumb.account, self._crm), language=reading.language_of(thumb.asked.question),
            editor=thumb.user, reason=thumb.reason,
        )  # fmt: skip

    def _store_new(self, found: Sequence[Content], *, draft: str, version: int, **about: str) -> int:
        """Candidates of one edit or thumb, and the note that it was read, in one transaction."""

        def work(t: Transaction) -> int:
            values = {"draft": draft, "version": version}
            seen = "SELECT 1 FROM lesson_edits WHERE draft = :draft AND version = :version"
            if t.run(seen, **values).first():
                return 0  # another program was quicker
            t.run(
                "INSERT INTO lesson_edits (draft, version, read_at) VALUES (:draft, :version, :now)",
                now=t.now,
                **values,
            )
            for content in found:
                t.run(
                    "INSERT INTO lessons (number, kind, draft, version, account, segment, language, editor, reason,"
                    " content, created_at) VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM lessons), :kind, :draft,"
                    " :version, :account, :segment, :language, :editor, :reason, :content, :now)",
                    kind="rule" if content.rule else "case", content=content.model_dump_json(), now=t.now, **about,
                    **values,
                )  # fmt: skip
            return len(found)

        return self._store.write(work)

    def lessons(self) -> list[Lesson]:
        """Every lesson with what stands now, the newest first."""
        with self._store.database.read() as db:
            return reading.lessons(db)

    def get(self, number: int) -> Lesson:
        """One lesson. Raises NotFound."""
        for lesson in self.lessons():
            if lesson.number == number:
                return lesson
        raise NotFound(f"no lesson {number}", "python -m agents lessons list")

    def accept(  # noqa: PLR0913
        self, number: int, *, admin: User, scope: Scope, rule: RuleText | None = None, case: CaseText | None = None,
        confirmed: bool = False,
    ) -> Lesson:  # fmt: skip
        """Put the lesson in force, as it is or as edited. Raises Refused.

        For more than its own customer, a rule must name no person, company or address; `confirmed` says that the
        administrator looked at its figures.
        """
        lesson = self.get(number)
        if lesson.kind == "case":
            return self._decided(lesson, "accept", admin, "account", self._case(case or lesson.case, admin, number))
        chosen = rule or (lesson.rule if scope == "account" else lesson.masked) or lesson.rule
        if chosen is None or not (chosen.after if chosen.action == "add" else chosen.before).strip():
            self._refuse(admin, number, "lesson_empty")
        assert chosen is not None
        if scope != "account":
            self._check_wall(lesson, chosen, admin, confirmed)
        return self._decided(lesson, "accept", admin, scope, Content(rule=chosen))

    def refuse(self, number: int, *, admin: User) -> Lesson:
        """Leave the candidate out; it can still be accepted later."""
        return self._again(number, "refuse", admin)

    def switch(self, number: int, *, admin: User, on: bool) -> Lesson:
        """Switch an accepted rule or case off, or on again."""
        return self._again(number, "on" if on else "off", admin)

    def active(self, account: str) -> list[Rule]:
        """The rules in force for drafts to this account: the team's, its segment's, its own. Never another's."""
        segment = self._crm.get(account).segment
        return [
            Rule(number=lesson.number, decision=lesson.decision, language=lesson.language, text=lesson.rule)
            for lesson in reversed(self.lessons())
            if lesson.kind == "rule" and lesson.standing == "accepted" and lesson.rule
            and (
                lesson.scope == "team" or (lesson.scope == "account" and lesson.account == account)
                or (lesson.scope == "segment" and lesson.segment == segment)
            )
        ]  # fmt: skip

    def cases(self) -> list[Lesson]:
        """The accepted test cases, oldest first."""
        return [one for one in reversed(self.lessons()) if one.kind == "case" and one.standing == "accepted"]

    def followed_by(self, draft: str, version: int) -> list[Followed]:
        """The rules that this version follows, as they were when it was written."""
        with self._store.database.read() as db:
            return reading.followed(db, draft, version)

    def _case(self, case: CaseText | None, admin: User, number: int) -> Content:
        if case is None or not case.question.strip() or not _asks_for_something(case):
            self._refuse(admin, number, "lesson_empty")
        return Content(case=case)

    def _check_wall(self, lesson: Lesson, rule: RuleText, admin: User, confirmed: bool) -> None:
        _, risks = mask_rule(rule, known_of(self._crm, lesson.account), self._crm)
        if any(risk.kind in ("name", "contact") for risk in risks):
            self._refuse(admin, lesson.number, "lesson_names")
        if not confirmed and (risks or any(risk.kind in ("figure", "customer") for risk in lesson.risks)):
            self._refuse(admin, lesson.number, "lesson_figures")

    def _again(self, number: int, verdict: Verdict, admin: User) -> Lesson:
        lesson = self.get(number)
        return self._decided(lesson, verdict, admin, lesson.scope, Content(rule=lesson.rule, case=lesson.case))

    def _decided(self, lesson: Lesson, verdict: Verdict, admin: User, scope: Scope, content: Frozen) -> Lesson:
        def work(t: Transaction) -> None:
            t.run(
                _INSERT, number=lesson.number, decision=verdict, by=admin.name, scope=scope,
                content=content.model_dump_json(), now=t.now,
            )  # fmt: skip
            t.record(
                admin.name, "lesson", lesson=lesson.label, decision=verdict, scope=scope,
                content=json.loads(content.model_dump_json()), of=f"{lesson.draft} {lesson.version}",
            )  # fmt: skip

        self._attempt(admin, lesson.number, verdict, work)
        return self.get(lesson.number)

    def _refuse(self, admin: User, number: int, rule: str) -> None:
        def work(_: Transaction) -> None:
            raise Refused(rule)

        self._attempt(admin, number, "accept", work)

    def _attempt(self, admin: User, number: int, verdict: str, work: Callable[[Transaction], T]) -> T:
        try:
            return self._store.write(work)
        except Refused as refused:
            rule = refused.rule
            self._store.write(
                lambda t: t.record(admin.name, "refused", tried=f"lesson {verdict}", rule=rule, lesson=number)
            )
            raise refused.said_in(self._language) from refused


def _asks_for_something(case: CaseText) -> bool:
    return bool(case.must_say or case.must_not_say or case.sources or not case.answerable)


def open_lessons(settings: Settings, database: Database, crm: Crm) -> Lessons:
    """The lessons of these settings."""
    return Lessons(database, crm, language=settings.language, head=settings.head)
