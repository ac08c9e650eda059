"""Reading edits and lessons from the database."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from banso.core import language
from banso.core.database import Database
from banso.core.errors import NotFound
from banso.core.feedback import Asked, Thumb
from banso.crm.base import Crm
from banso.learning.extract import case_of, case_of_thumb, rules_of
from banso.learning.masking import known_of, mask, mask_rule
from banso.learning.types import Content, Followed, Lesson, Risk, RuleText
from banso.review import queries
from banso.review.drafts import DraftVersion

_UNREAD = """
    SELECT v.draft, v.version, COALESCE((SELECT o.question FROM draft_origins o WHERE o.draft = v.draft
        AND o.version = v.version - 1), '') AS question
    FROM draft_versions v
    JOIN draft_versions p ON p.draft = v.draft AND p.version = v.version - 1 AND p.via = 'agent'
    WHERE v.via = 'person'
        AND NOT EXISTS (SELECT 1 FROM lesson_edits e WHERE e.draft = v.draft AND e.version = v.version)
    ORDER BY v.created_at, v.draft
"""
_UNREAD_THUMBS = """
    SELECT f.thread, f.turn, f."user", f.thumb, f.reason, f.asked, c.account
    FROM feedback f JOIN conversations c ON c.id = f.thread
    WHERE f.asked <> ''
        AND NOT EXISTS (SELECT 1 FROM lesson_edits e WHERE e.draft = f.thread AND e.version = f.turn)
    ORDER BY f.at, f.thread
"""
_LESSONS = """
    SELECT l.*, d.ordinal, d.decision, d.decided_by, d.scope, d.content AS decided, d.created_at AS decided_at
    FROM lessons l LEFT JOIN lesson_decisions d ON d.number = l.number
        AND d.ordinal = (SELECT MAX(x.ordinal) FROM lesson_decisions x WHERE x.number = l.number)
    ORDER BY l.number DESC
"""
_STANDING = {None: "candidate", "accept": "accepted", "on": "accepted", "refuse": "refused", "off": "off"}


_FOLLOWED = """
    SELECT r.rule, d.scope, d.content, (SELECT x.decision FROM lesson_decisions x WHERE x.number = r.rule
        ORDER BY x.ordinal DESC LIMIT 1) AS now
    FROM draft_rules r JOIN lesson_decisions d ON d.number = r.rule AND d.ordinal = r.decision
    WHERE r.draft = :draft AND r.version = :version ORDER BY r.rule
"""


@dataclass(frozen=True)
class Edit:
    """A person's version right after one of the agent's."""

    before: DraftVersion
    after: DraftVersion
    question: str
    """What the agent had been asked for; empty where that was not recorded."""
    reason: str


def unread(database: Database) -> list[Edit]:
    """Edits of the agent's text that no lesson was drawn from yet, oldest first."""
    with database.read() as db:
        return [_edit(db, row) for row in db.execute(sa.text(_UNREAD)).all()]


def _edit(db: sa.Connection, row: sa.Row[Any]) -> Edit:
    versions = {v.version: v for v in queries.versions(db, row.draft)}
    reason = next(
        (e.reason for e in queries.events(db, row.draft) if e.what == "edit" and e.version == row.version), ""
    )
    before, after = versions[row.version - 1], versions[row.version]
    return Edit(before, after, str(row.question), reason)


@dataclass(frozen=True)
class GivenThumb:
    """A thumb, up or down, on an answer that is on record with it. `account`: whose conversation it was."""

    thread: str
    turn: int
    user: str
    thumb: Thumb
    reason: str
    account: str
    asked: Asked


def unread_thumbs(database: Database) -> list[GivenThumb]:
    """Thumbs that no lesson was drawn from yet, oldest first."""
    with database.read() as db:
        return [
            GivenThumb(row.thread, row.turn, row.user, row.thumb, row.reason, row.account,
                    Asked.model_validate_json(row.asked))
            for row in db.execute(sa.text(_UNREAD_THUMBS))
        ]  # fmt: skip


def thumb_content(thumb: GivenThumb, crm: Crm) -> Content:
    """The candidate case of a thumb, with what in it may be the customer's own."""
    case = case_of_thumb(thumb.thumb, thumb.asked)
    _, risks = mask(" ".join([case.question, *case.must_say]), known_of(crm, thumb.account), crm)
    return Content(case=case, risks=risks)


def segment_of(account: str, crm: Crm) -> str:
    """The account's segment; empty without an account, and when it is gone."""
    try:
        return crm.get(account).segment if account else ""
    except NotFound:
        return ""


def language_of(text: str) -> str:
    """ja or en; en where no letters tell."""
    return "ja" if language.language_of(text) == "ja" else "en"


def contents(edit: Edit, crm: Crm) -> list[Content]:
    """The candidates of one edit: its rules, each with what may be the customer's own, and its test case."""
    own = " ".join(c.quote for c in edit.before.evidence if c.account)
    known = known_of(crm, edit.after.account, own)
    topic = edit.question or edit.after.subject
    found = [_content(rule, known, crm) for rule in rules_of(edit.before.body, edit.after.body, topic)]
    case = case_of(edit.question or edit.after.subject, edit.before.body, edit.after.body)
    if case:
        _, risks = mask(" ".join([case.question, *case.must_say, *case.must_not_say]), known, crm)
        found.append(Content(case=case, risks=risks))
    return found


def _content(rule: RuleText, known: Any, crm: Crm) -> Content:
    masked, risks = mask_rule(rule, known, crm)
    if rule.action == "add" or any(character.isdigit() for character in rule.after):
        risks = (*risks, Risk(kind="customer", text=rule.after))
    return Content(rule=rule, masked=masked, risks=risks)


def about(edit: Edit, crm: Crm) -> tuple[str, str]:
    """Segment of the account and language of the text."""
    return segment_of(edit.after.account, crm), language_of(edit.after.body)


def lessons(db: sa.Connection) -> list[Lesson]:
    """Every lesson, newest first. Until somebody decides, one with a risk is its own customer's."""
    return [_lesson(row) for row in db.execute(sa.text(_LESSONS))]


def _lesson(row: sa.Row[Any]) -> Lesson:
    given = Content.model_validate_json(row.content)
    held = Content.model_validate_json(row.decided) if row.decided else given
    scope = row.scope or ("account" if given.risks or row.kind == "case" else "team")
    return Lesson(
        number=row.number, kind=row.kind, draft=row.draft, version=row.version, account=row.account,
        segment=row.segment, language=row.language, editor=row.editor, reason=row.reason, created_at=row.created_at,
        standing=_STANDING[row.decision], scope=scope, decision=row.ordinal or 0, decided_by=row.decided_by or "",
        decided_at=row.decided_at or "", rule=held.rule, case=held.case, masked=given.masked, risks=given.risks,
    )  # fmt: skip


def followed(db: sa.Connection, draft: str, version: int) -> list[Followed]:
    """The rules that this version follows, as they were in force when it was written."""
    rows = db.execute(sa.text(_FOLLOWED), {"draft": draft, "version": version})
    return [
        Followed(number=row.rule, scope=row.scope, standing=_STANDING[row.now], rule=held.rule)
        for row in rows
        if (held := Content.model_validate_json(row.content)).rule
    ]


def as_json(lesson: Lesson) -> dict[str, object]:
    """The lesson for `--json`."""
    return {"label": lesson.label, **json.loads(lesson.model_dump_json())}
