"""Figures about review: what became of drafts, how much people changed, and how long a decision took.

Every share comes with its n, the number of drafts it is a share of.
"""

from __future__ import annotations

import json
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from banso.core.clock import Clock, utc_now
from banso.core.database import Database
from banso.knowledge.documents import Frozen
from banso.review import queries
from banso.review.diff import diff, tokens
from banso.review.export import neutral
from banso.review.store import stamp

Outcome = Literal["unchanged", "edited", "returned", "rejected", "revoked", "expired", "waiting"]
"""unchanged, edited: approved as the agent last worded it, or after a person's edit; the rest: where it stands now."""
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
By = Literal["all", "week", "model", "source", "reviewer"]
GROUPS: tuple[By, ...] = get_args(By)


class DraftFigures(Frozen):
    """One draft that the agent filed."""

    draft: str
    filed_at: str
    outcome: Outcome
    changed: float | None
    """Share of words changed between the agent's newest version and the approved one; None: not approved."""
    sent_back: bool
    """Whether it was returned at least once."""
    hours: float | None
    """From filing to the first decision of any kind; None: nobody decided yet."""
    model: str
    """Of the agent's newest version; empty where it was not recorded."""
    sources: tuple[str, ...]
    reviewer: str


class Line(Frozen):
    """The figures of one group: `n` drafts filed by the agent; shares are of `n` and between 0 and 1."""

    group: str
    n: int
    counts: dict[Outcome, int]
    shares: dict[Outcome, float]
    sent_back: float
    """Share of drafts that were returned at least once, whatever became of them."""
    changed: float | None
    """Mean share of words changed in the edited drafts; None: none was edited."""
    median_hours: float | None
    """Median hours from filing to the first decision, over `decided` drafts; None: none was decided."""
    decided: int


def figures(database: Database, by: By, timezone: str, clock: Clock = utc_now) -> list[Line]:
    """One line a group, in order of the group's name; no line when the agent filed nothing.

    A draft counts once in each of its groups: by source it may have several (the kinds of its evidence). Weeks are ISO
    8601 weeks of filing in the team's time zone, such as 2026-W47. By reviewer: who decided last.
    """
    groups: defaultdict[str, list[DraftFigures]] = defaultdict(list)
    for one in drafts(database, clock):
        for name in _NAMES[by](one, timezone):
            groups[name].append(one)
    return [_line(name, groups[name]) for name in sorted(groups)]


def drafts(database: Database, clock: Clock = utc_now) -> list[DraftFigures]:
    """Every draft whose first version the agent filed, oldest first."""
    with database.read() as db:
        rows = db.execute(sa.text("SELECT * FROM draft_versions ORDER BY draft, version")).all()
        decided = db.execute(sa.text("SELECT * FROM decisions ORDER BY draft, ordinal")).all()
        models = {(r.draft, r.version): r.model for r in db.execute(sa.text("SELECT * FROM draft_origins"))}
        states = {one.id: one.state for one in queries.queue(db, stamp(clock()), None, "", 10**9)}
    versions, decisions = _by_draft(rows), _by_draft(decided)
    found = [
        _draft(mine, decisions.get(draft, []), models, states[draft])
        for draft, mine in versions.items()
        if mine[0].via == "agent"
    ]
    return sorted(found, key=lambda one: (one.filed_at, one.draft))


def _by_draft(rows: Iterable[Any]) -> dict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.draft].append(row)
    return dict(found)


def _draft(versions: list[Any], decisions: list[Any], models: dict[tuple[str, int], str], state: str) -> DraftFigures:
    first, agents = versions[0], [v for v in versions if v.via == "agent"]
    last = decisions[-1] if decisions else None
    approved = last is not None and last.decision == "approve"
    filed = datetime.fromisoformat(first.created_at)
    hours = (datetime.fromisoformat(decisions[0].created_at) - filed).total_seconds() / 3600 if decisions else None
    return DraftFigures(
        draft=first.draft,
        filed_at=first.created_at,
        outcome=_outcome(last.decision if last else "", state, versions[-1].via == "person"),
        changed=words_changed(agents[-1].body, versions[-1].body) if approved else None,
        sent_back=any(d.decision == "return" for d in decisions),
        hours=hours,
        model=models.get((first.draft, agents[-1].version), ""),
        sources=tuple(sorted({item["source"] for item in json.loads(agents[-1].evidence)})),
        reviewer=last.reviewer if last else "",
    )


def _outcome(last: str, state: str, by_person: bool) -> Outcome:
    if last == "approve":
        return "edited" if by_person else "unchanged"
    if last == "revoke":
        return "revoked"
    known: dict[str, Outcome] = {"returned": "returned", "rejected": "rejected", "expired": "expired"}
    return known.get(state, "waiting")


def words_changed(old: str, new: str) -> float:
    """Words taken out and put in, as a share of the words of both texts: 0.0 for the same words, 1.0 for none shared.

    Words as the diff of the screen cuts them; spaces and punctuation are none.
    """
    total = _words([old, new])
    return _words([span.text for span in diff(old, new) if span.kind != "kept"]) / total if total else 0.0


def _words(texts: Sequence[str]) -> int:
    return sum(any(c.isalnum() for c in token) for text in texts for token in tokens(text))


def _week(one: DraftFigures, timezone: str) -> str:
    year, week, _ = datetime.fromisoformat(one.filed_at).astimezone(ZoneInfo(timezone)).isocalendar()
    return f"{year}-W{week:02d}"


_NAMES: dict[By, Callable[[DraftFigures, str], Sequence[str]]] = {
    "all": lambda one, zone: ("",),
    "week": lambda one, zone: (_week(one, zone),),
    "model": lambda one, zone: (one.model,),
    "source": lambda one, zone: one.sources or ("",),
    "reviewer": lambda one, zone: (one.reviewer,),
}


def _line(name: str, members: list[DraftFigures]) -> Line:
    n = len(members)
    counts: dict[Outcome, int] = {kind: sum(one.outcome == kind for one in members) for kind in OUTCOMES}
    edited = [one.changed for one in members if one.outcome == "edited" and one.changed is not None]
    hours = [one.hours for one in members if one.hours is not None]
    return Line(
        group=name,
        n=n,
        counts=counts,
        shares={kind: count / n for kind, count in counts.items()},
        sent_back=sum(one.sent_back for one in members) / n,
        changed=statistics.fmean(edited) if edited else None,
        median_hours=statistics.median(hours) if hours else None,
        decided=len(hours),
    )


def as_rows(lines: Sequence[Line]) -> list[list[str]]:
    """The lines as a table with a header, for CSV: shares with three decimals, empty where there is none, no cell
    that a spreadsheet would compute."""
    header = ["group", "n", *OUTCOMES, *(f"{kind}_share" for kind in OUTCOMES)]
    header += ["sent_back_share", "edited_words_share", "median_hours", "decided"]
    rows = [header]
    for line in lines:
        numbers = [*line.shares.values(), line.sent_back, line.changed, line.median_hours]
        cells = [line.group, line.n, *line.counts.values(), *("" if x is None else f"{x:.3f}" for x in numbers)]
        rows.append([neutral(str(cell)) for cell in [*cells, line.decided]])
    return rows
