"""What stands beside an answer, as HTML and as choices."""

from __future__ import annotations

from banso.gaps.note import Near
from banso.gaps.types import Gap
from banso.knowledge.beside import Beside, Colleague, Solved
from banso.ui import local_form
from banso.ui.inert import one_line
from banso.ui.markup import render
from banso.ui.services import AnswerView
from banso.ui.source_page import source_path
from banso.ui.texts import Text

LONGEST_TITLE, LONGEST_SOLUTION = 60, 160


def beside_html(beside: Beside, t: Text, timezone: str) -> str:
    """Solved tickets with what solved them, and people who answered; empty where there is neither."""
    if not (beside.solved or beside.answered):
        return ""
    solved = [
        {
            "path": _path(one), "ref": one.ref, "title": one_line(one.title, LONGEST_TITLE),
            "solution": one_line(one.solution, LONGEST_SOLUTION), "day": local_form.day(one.at, t.language, timezone),
        }
        for one in beside.solved
    ]  # fmt: skip
    people = [
        {
            "name": one.name, "path": f"/source/{one.document_id}",
            "where": one.ref if one.how == "ticket" else one_line(one.title, 40),
            "times": t("aside.times", count=one.times, day=local_form.day(one.last, t.language, timezone)),
        }
        for one in beside.answered
    ]  # fmt: skip
    return render("aside/beside.html", t=t, solved=solved, people=people)


def people_choices(beside: Beside, t: Text, timezone: str) -> list[tuple[str, str]]:
    """Whom one can ask, each with why: (shown, name)."""
    return [(_shown(one, t, timezone), one.name) for one in beside.ask]


def gap_line(gap: Gap | None, t: Text, timezone: str, *, fresh: bool = False) -> str:
    """How a gap stands; empty where the question is none."""
    if gap is None:
        return ""
    day = local_form.day(gap.askings[0].at, t.language, timezone)
    said = t("aside.gap_done", count=gap.times) if fresh else t("aside.gap_known", count=gap.times, day=day)
    if gap.standing != "closed" or gap.decision is None:
        return said
    closed = local_form.day(gap.decision.at, t.language, timezone)
    return said + " " + t("aside.gap_closed", day=closed, words=one_line(gap.decision.words, 200))


def near_of(answer: AnswerView, address: str) -> list[Near]:
    """The sources that an answer shows, with the addresses of their pages."""
    shown = [citation for citation in (*answer.nearest, *answer.citations) if citation.source != "crm"][:3]
    return [Near(one.title, one.ref, one.url or address + source_path(one)) for one in shown]


def _shown(one: Colleague, t: Text, timezone: str) -> str:
    if one.how == "owner":
        return t("aside.whom_owner", name=one.name, title=one_line(one.title, 40))
    day = local_form.day(one.last, t.language, timezone)
    return t(f"aside.whom_{one.how}", name=one.name, count=one.times, day=day)


def _path(one: Solved) -> str:
    return f"/source/{one.document_id}?start={one.start}&end={one.end}#cited"
