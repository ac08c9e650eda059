"""The records against the audit trail: what someone changed who could put the guards aside.

Every line that tells of a record says enough to write the record again. Here that is done, table by table, and held
against what is kept. Lines of an older version lack some words; what they do not say is not compared.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from pydantic import ValidationError

from banso.review.drafts import canonical_hash, canonical_json
from banso.review.gate_report import GateReport, joined
from banso.review.problem import Problem
from banso.review.rows import CHECK_VALID, VALID
from banso.review.store import stamp

FILED, DECIDED = ("file", "edit", "redraft"), ("approve", "return", "reject", "revoke")
_SLACK = timedelta(minutes=1)
"""Between the moment of a line and that of its version, which is taken a little later."""
_VERSIONS = (
    "SELECT v.*, o.model FROM draft_versions v LEFT JOIN draft_origins o ON o.draft = v.draft AND o.version = v.version"
    " ORDER BY v.draft, v.version"
)


@dataclass(frozen=True)
class Line:
    """One line of the trail, its detail decoded; empty where that is no JSON object."""

    at: str
    actor: str
    action: str
    draft: str
    detail: dict[str, Any]


def read_lines(rows: Iterable[Mapping[str, object]]) -> list[Line]:
    """The lines of the trail, oldest first."""
    return [
        Line(str(row["at"]), str(row["actor"]), str(row["action"]), str(row["draft"]), _decoded(row["detail"]))
        for row in rows
    ]


def contradictions(db: sa.Connection, lines: list[Line]) -> list[Problem]:
    """Records that no line tells of, records it tells of that are gone or changed, and checks of the gate that do not
    allow the approval which names them."""
    found = _texts(db) + _versions(db, lines)
    for kept, told in (_decisions(db, lines), _switches(db, lines), _comments(db, lines), _lessons(db, lines)):
        found += [_unrecorded(name) for name in sorted(name for name, row in kept.items() if told.get(name) != row)]
        found += [Problem.make("gone", what=name) for name in sorted(told.keys() - kept.keys())]
    return found + _outbox(db, lines) + _checks(db, lines)


def _unrecorded(what: str) -> Problem:
    return Problem.make("unrecorded", what=what)


def _texts(db: sa.Connection) -> list[Problem]:
    columns = "draft, version, account, recipient, subject, body, evidence, author"
    found = []
    for row in db.execute(sa.text(f"SELECT {columns}, hash FROM draft_versions ORDER BY draft, version")):
        fields = dict(row._mapping)
        if fields.pop("hash") != canonical_hash(**fields):
            found.append(Problem.make("text", draft=row.draft, version=row.version))
    return found


def _versions(db: sa.Connection, lines: list[Line]) -> list[Problem]:
    told = {(line.draft, str(line.detail.get("version"))): line for line in lines if line.action in FILED}
    kept = {(str(row.draft), str(row.version)): row for row in db.execute(sa.text(_VERSIONS))}
    rules = _rules(db)
    names = {key: f"draft {key[0]} version {key[1]}" for key in (*kept, *told)}
    untold = [key for key, row in kept.items() if key not in told or not _is_told(row, rules.get(key, []), told[key])]
    return [_unrecorded(names[key]) for key in untold] + [
        Problem.make("gone", what=names[key]) for key in told if key not in kept
    ]


def _rules(db: sa.Connection) -> dict[tuple[str, str], list[int]]:
    """The rules that each version says it follows."""
    found: dict[tuple[str, str], list[int]] = {}
    for row in db.execute(sa.text("SELECT draft, version, rule FROM draft_rules ORDER BY rule")):
        found.setdefault((str(row.draft), str(row.version)), []).append(row.rule)
    return found


def _is_told(row: sa.Row[Any], rules: list[int], line: Line) -> bool:
    """Whether the version is the one of the line. What the hash covers is not looked at again."""
    said, filed, made = line.detail, _moment(line.at), _moment(row.created_at)
    if filed is None or made is None:
        return False
    latest = said.get("expires", stamp(filed + VALID + _SLACK))
    return (
        (row.hash, row.via, row.author) == (said.get("hash"), said.get("via", row.via), line.actor)
        and (row.model or "", rules) == (said.get("model", ""), said.get("rules", []))
        and abs(made - filed) <= _SLACK
        and (row.expires_at == latest if "expires" in said else row.expires_at <= latest)
    )


Rows = dict[str, tuple[object, ...]]


def _decisions(db: sa.Connection, lines: list[Line]) -> tuple[Rows, Rows]:
    columns = "id, draft, ordinal, version, hash, reviewer, decision, reason, acknowledged, created_at"
    rows = db.execute(sa.text(f"SELECT {columns} FROM decisions"))
    kept = {f"decision {row.id} ({row.decision})": tuple(row) for row in rows}
    told: Rows = {}
    turn: Counter[str] = Counter()
    for line in lines:
        if line.action in DECIDED and "decision" in line.detail:
            said, _ = line.detail, turn.update([line.draft])
            told[f"decision {said['decision']} ({line.action})"] = (
                said["decision"], line.draft, turn[line.draft], said.get("version"), said.get("hash"), line.actor,
                line.action, said.get("reason"), said.get("acknowledged", ""), line.at,
            )  # fmt: skip
    return kept, told


def _switches(db: sa.Connection, lines: list[Line]) -> tuple[Rows, Rows]:
    rows = db.execute(sa.text("SELECT ordinal, name, value, set_by, created_at FROM review_switches"))
    kept = {f"switch {row.ordinal}": tuple(row) for row in rows}
    set_ = [line for line in lines if line.action == "switch"]
    told: Rows = {
        f"switch {n}": (n, line.detail.get("switch"), line.detail.get("value"), line.actor, line.at)
        for n, line in enumerate(set_, 1)
    }
    return kept, told


def _comments(db: sa.Connection, lines: list[Line]) -> tuple[Rows, Rows]:
    kept: Rows = {
        f"comment {row.id}": (row.draft, row.author, _digest(row.body), row.created_at)
        for row in db.execute(sa.text("SELECT id, draft, author, body, created_at FROM draft_comments"))
    }
    told: Rows = {
        f"comment {line.detail.get('comment')}": (line.draft, line.actor, line.detail.get("sha256"), line.at)
        for line in lines
        if line.action == "comment"
    }
    return kept, told


def _lessons(db: sa.Connection, lines: list[Line]) -> tuple[Rows, Rows]:
    sql = (
        "SELECT d.*, l.draft, l.version FROM lesson_decisions d JOIN lessons l ON l.number = d.number"
        " ORDER BY d.number, d.ordinal"
    )
    kept: Rows = {
        f"lesson {row.number} ({row.ordinal})": (
            row.decision, row.decided_by, row.scope, canonical_json(_decoded(row.content)), row.created_at,
            f"{row.draft} {row.version}",
        )
        for row in db.execute(sa.text(sql))
    }  # fmt: skip
    told: Rows = {}
    turn: Counter[str] = Counter()
    for line in lines:
        if line.action == "lesson":
            said, number = line.detail, str(line.detail.get("lesson")).rpartition("-")[2]
            turn.update([number])
            told[f"lesson {number} ({turn[number]})"] = (
                said.get("decision"), line.actor, said.get("scope"), canonical_json(said.get("content")), line.at,
                said.get("of"),
            )  # fmt: skip
    return kept, told


def _outbox(db: sa.Connection, lines: list[Line]) -> list[Problem]:
    told = _replayed(lines)
    columns = ("version", "hash", "decision", "key", "queued_at", "state", "tried", "resolved_by")
    rows = {row.draft: row for row in db.execute(sa.text(f"SELECT draft, {', '.join(columns)} FROM outbox"))}
    found = [Problem.make("gone", what=f"outbox {draft}") for draft in told if draft not in rows]
    for draft, row in sorted(rows.items()):
        said = told.get(draft, {})
        wrong = [name for name in columns if row._mapping[name] != said.get(name)]
        if row.state != "sending" and "tried" in wrong:
            wrong.remove("tried")  # it only says whether a message on its way may be repeated
        if wrong:
            what = row.state if not said or "state" in wrong else ", ".join(wrong)
            found.append(_unrecorded(f"outbox {draft} ({what})"))
    return found


def _replayed(lines: list[Line]) -> dict[str, dict[str, object]]:
    """The outbox as the trail tells it, by draft."""
    box: dict[str, dict[str, object]] = {}
    for line in lines:
        said, draft = line.detail, line.draft
        if line.action == "approve" and "decision" in said:
            key = f"{draft}.{str(said.get('hash'))[:16]}"
            box[draft] = {
                "version": said.get("version"), "hash": said.get("hash"), "decision": said["decision"], "key": key,
                "queued_at": line.at, "state": "queued", "tried": "", "resolved_by": "",
            }  # fmt: skip
        elif draft in box and not said.get("late"):
            box[draft] |= _step(line)
    return box


def _step(line: Line) -> dict[str, object]:
    """What a line changes about a message."""
    if line.action == "resolve":
        return {"state": line.detail.get("outcome"), "resolved_by": line.actor}
    if line.action in ("not_sent", "unknown"):
        tried = "not_sent" if line.action == "not_sent" else ""
        return {"state": "sending" if line.detail.get("again") else "unknown", "tried": tried}
    if line.action in ("revoke", "reject", "cancelled"):
        return {"state": "cancelled"}
    return {"state": line.action, "tried": ""} if line.action in ("sending", "sent") else {}


def _checks(db: sa.Connection, lines: list[Line]) -> list[Problem]:
    rows = list(db.execute(sa.text("SELECT * FROM draft_checks ORDER BY draft, version, ordinal")))
    found = [Problem.make("check", draft=row.draft, version=row.version) for row in rows if not _is_consistent(row)]
    kept = {(row.draft, _digest(row.report)): row for row in rows}
    for line in lines:
        if line.action != "approve" or "check" not in line.detail:
            continue  # refused, or told by a version that did not name the check yet
        row, said = kept.get((line.draft, str(line.detail["check"]))), line.detail
        if row is None:
            found.append(Problem.make("gone", what=f"check of {line.draft}"))
        elif row.blocking or (row.hash, row.warnings) != (said.get("hash"), said.get("acknowledged", "")):
            found.append(Problem.make("allowed", what=f"decision {said.get('decision')}"))
    return found


def _is_consistent(row: sa.Row[Any]) -> bool:
    """Whether the columns that the guards read say what the report says."""
    try:
        report = GateReport.model_validate_json(row.report)
    except ValidationError:
        return False
    made, until = _moment(row.created_at), _moment(row.valid_until)
    return (
        (row.draft, row.version, row.hash, row.rules) == (report.draft, report.version, report.hash, report.rules)
        and (row.blocking, row.warnings) == (len(report.blocking), joined(report.warnings))
        and made is not None and until is not None and until - made <= CHECK_VALID
    )  # fmt: skip


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _decoded(detail: object) -> dict[str, Any]:
    try:
        value = json.loads(str(detail))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
