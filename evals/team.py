"""`python -m evals run team`: the test cases that this team's edits and thumbs gave and an administrator accepted.

Each case asks for a draft as the person did who edited it, with the rules in force, or asks the question again whose
answer got the thumb, on copies of the index and of banso.db that are gone afterwards.
"""

from __future__ import annotations

import secrets
import sqlite3
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from banso.core.database import open_database
from banso.core.errors import ConfigError, NotFound
from banso.core.settings import Settings
from banso.core.users import User, Users
from banso.crm.embedded import open_crm
from banso.learning.book import open_lessons
from banso.learning.types import CaseText, Lesson
from evals.index import copy_index
from evals.info import run_info
from evals.record import CaseResult, RunReport
from evals.run import Progress, flaky_cases
from evals.scorers.ranking import hit
from evals.scorers.wording import key_facts, must_not_say
from evals.statistics import SEED, figure
from evals.suites import Suite

if TYPE_CHECKING:
    from agents.session import Copilot

ASKER = User(name="evals", role="csm")


def run_team(  # noqa: PLR0913 - a run's choices
    suite: Suite, settings: Settings, limit: int | None, progress: Progress, *, seed: int = SEED, repeat: int = 1
) -> RunReport:
    """Every accepted case. Options as in `run_suite`. Raises ConfigError when there is none."""
    started = time.monotonic()
    database = open_database(settings)
    try:
        lessons = open_lessons(settings, database, open_crm(settings, database))
        cases = lessons.cases()[:limit]
        if not cases:
            raise ConfigError(
                f"{settings.data}: no accepted test case yet",
                "edit a draft or give an answer a thumb, then accept its case: python -m agents lessons list",
            )
        info = run_info(settings, seed=seed, limit=limit)
        results, *again = _run(cases, settings, progress, repeat)
    finally:
        database.close()
    names = ("must_say", "must_not_say", "citation_hit", "right_refusal")
    metrics = {name: figure([r.scores.get(name) for r in results], seed) for name in names}
    return RunReport(
        suite=suite.name, n=len(cases), metrics={k: v for k, v in metrics.items() if v}, cases=tuple(results),
        seconds=time.monotonic() - started, flaky=flaky_cases(results, again), info=info,
    )  # fmt: skip


def _run(cases: list[Lesson], settings: Settings, progress: Progress, repeat: int) -> list[list[CaseResult]]:
    """The results, once for each repetition."""
    from agents.session import open_copilot

    with tempfile.TemporaryDirectory(prefix="banso-evals-") as folder:
        own = settings.model_copy(update={"data": Path(folder), "database_url": ""})
        copy_index(settings.data, own.data)
        _copy_database(settings, own)
        database = open_database(own)
        Users(database).add(ASKER.name, ASKER.role, secrets.token_urlsafe(24))
        database.close()
        copilot = open_copilot(own)
        try:
            return [_asked(cases, copilot, progress) for _ in range(repeat)]
        finally:
            copilot.close()


def _asked(cases: list[Lesson], copilot: Copilot, progress: Progress) -> list[CaseResult]:
    results = []
    for number, case in enumerate(cases, 1):
        progress(number, len(cases), case.label)
        results.append(_result(case, copilot))
    return results


def _copy_database(settings: Settings, own: Settings) -> None:
    if settings.database_url:
        raise ConfigError("the suite `team` copies banso.db, and BANSO_DATABASE_URL is set", "run it on a SQLite copy")
    source, target = sqlite3.connect(settings.data / "banso.db"), sqlite3.connect(own.data / "banso.db")
    with target:
        source.backup(target)
    source.close()
    target.close()


def _result(lesson: Lesson, copilot: Copilot) -> CaseResult:
    started, case = time.monotonic(), lesson.case
    assert case is not None
    if case.thumb:
        return _answered(lesson, case, copilot)
    try:
        draft = copilot.draft(case.question, user=ASKER, account=lesson.account)
        text, cited = draft.body, tuple(citation.ref for citation in draft.evidence)
    except NotFound as error:
        text, cited = error.message, ()
    return CaseResult(
        id=lesson.label, question=case.question, answerable=True, grounded="cited" if cited else "refused", text=text,
        cited=cited, found=(), seconds=time.monotonic() - started,
        scores={
            "must_say": key_facts(text, case.must_say),
            "must_not_say": must_not_say(text, case.must_not_say),
        },
    )  # fmt: skip


def _answered(lesson: Lesson, case: CaseText, copilot: Copilot) -> CaseResult:
    """The question of a thumb, asked again for its customer."""
    answer = copilot.ask(case.question, user=ASKER, account=lesson.account)
    said = "\n".join([answer.text, *(citation.quote for citation in answer.citations)])
    cited, refused = tuple(citation.ref for citation in answer.citations), answer.grounded == "refused"
    return CaseResult(
        id=lesson.label, question=case.question, answerable=case.answerable, account=lesson.account,
        gold=case.sources, must_say=case.must_say, must_not_say=case.must_not_say, grounded=answer.grounded,
        text=answer.text, cited=cited, seconds=answer.seconds,
        scores={
            "must_say": key_facts(said, case.must_say),
            "must_not_say": must_not_say(said, case.must_not_say),
            "citation_hit": hit(cited, case.sources, len(cited) or 1),
            "right_refusal": float(refused != case.answerable),
        },
    )  # fmt: skip
