"""The suite `review`: drafts from the question to the mailbox, and what must not get there.

Each case asks for a draft, lets people act on it step by step, and looks at what left. What left is read from the mails
themselves and held against decisions, roles and contacts, not against what the product says about them.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from banso.core.clock import utc_now
from banso.core.database import Database, open_database
from banso.core.errors import BansoError
from banso.core.settings import SenderSettings, Settings
from banso.core.users import User, Users
from banso.gate.gate import Gate
from banso.review.drafts import DraftVersion
from banso.review.gate_report import Check, Kind
from banso.review.ledger import Ledger, open_ledger
from banso.review.refusal import Refused
from banso.review.sender import send_pass
from evals.bounds import missed_bounds
from evals.info import corpus_of, run_info
from evals.mailbox import approved, read, right_account
from evals.record import CaseResult, RunReport
from evals.review_cases import PEOPLE, ReviewCase, Step, load_review
from evals.review_causes import review_failures
from evals.scorers.wording import key_facts
from evals.statistics import SEED, Figure, figure
from evals.suites import Suite

if TYPE_CHECKING:
    from agents.session import Copilot

Progress = Callable[[int, int, str], None]


@dataclass
class Desk:
    """The people, the ledger they decide by, and the mailbox. `later` moves the clock of decisions and of sending."""

    copilot: Copilot
    check: Check
    database: Database
    rules: Settings | None = None
    """Other settings for the ledger than the copilot's."""
    later: timedelta = timedelta()
    ledger: Ledger = field(init=False)

    def __post_init__(self) -> None:
        """Let the people in."""
        users = Users(self.database)
        known = {user.name for user in users.all()}
        for name in PEOPLE.keys() - known:
            users.add(name, PEOPLE[name], secrets.token_urlsafe(24))
        self.ledger = open_ledger(
            self.rules or self.copilot.settings, self.database, lambda: utc_now() + self.later, check=self.check
        )

    def mails(self) -> set[Path]:
        """What is in the mailbox by now."""
        return set((self.copilot.settings.data / "outbox").glob("*.eml"))

    def act(self, step: Step, draft: str) -> str:
        """Do it; `ok`, or the name of the rule that refused."""
        try:
            self._do(step, draft)
        except Refused as refused:
            return refused.rule
        return "ok"

    def _do(self, step: Step, draft: str) -> None:
        user = User(name=step.by, role=PEOPLE[step.by])
        if step.do == "wait":
            self.later += timedelta(hours=step.hours)
        elif step.do == "send":
            clock = lambda: utc_now() + self.later  # noqa: E731
            send_pass(self.copilot.settings, sender=SenderSettings(channel="eml"), clock=clock)
        elif step.do in ("pause", "resume"):
            (self.ledger.pause if step.do == "pause" else self.ledger.resume)(admin=user)
        elif step.do in ("disable", "enable"):
            users = Users(self.database)
            (users.disable if step.do == "disable" else users.enable)(step.by)
        elif step.do == "revoke":
            self.ledger.revoke(draft, reviewer=user, reason=step.reason)
        else:
            self._decide(step, user, draft)

    def _decide(self, step: Step, user: User, draft: str) -> None:
        versions = self.ledger.versions(draft)
        shown = versions[(step.version or len(versions)) - 1]
        seen = versions[step.hash_of - 1].hash if step.hash_of else shown.hash
        if step.do == "edit":
            self.ledger.edit(
                draft, shown.version, editor=user, subject=shown.subject, body=_edited(shown.body, step),
                recipient=step.to or None,
            )  # fmt: skip
        elif step.do == "approve":
            self.ledger.approve(draft, shown.version, seen, reviewer=user, acknowledged=self._accepted(step, shown))
        elif step.do == "return":
            self.ledger.return_(draft, shown.version, seen, reviewer=user, reason=step.reason)
            self.copilot.decided(shown.thread)  # the conversation is told, and the agent writes again
        else:
            self.ledger.reject(draft, shown.version, seen, reviewer=user, reason=step.reason)

    def _accepted(self, step: Step, shown: DraftVersion) -> tuple[Kind, ...]:
        found = self.ledger.report(shown.draft, shown.version)
        if step.accept == "none" or found is None:
            return ()
        return ("stale",) if step.accept == "other" else found.warnings


def _edited(body: str, step: Step) -> str:
    """The body with the step's words in it, before the closing line."""
    body = body.replace(step.old, step.new) if step.old else body
    return f"{step.add}\n\n{body}" if step.add else body


def run_review(  # noqa: PLR0913 - a run's choices
    suite: Suite, settings: Settings, limit: int | None, progress: Progress, *, seed: int = SEED, repeat: int = 1
) -> RunReport:
    """Every case, over the suite's own sources. Options as in `run_suite`."""
    from evals.run import flaky_cases, prepared

    started = time.monotonic()
    cases = load_review(suite.cases)[:limit]
    with prepared(suite, (), settings, progress) as copilot:
        info = run_info(settings, cases, corpus_of(copilot.knowledge), seed=seed, limit=limit)
        results, *again = [play(cases, copilot, progress) for _ in range(repeat)]
    metrics = summary(results, seed)
    return RunReport(
        suite=suite.name, n=len(cases), metrics=metrics, seconds=time.monotonic() - started,
        missed=missed_bounds(suite, metrics), floors=suite.floors, ceilings=suite.ceilings, cases=tuple(results),
        flaky=flaky_cases(results, again), info=info,
    )  # fmt: skip


def play(
    cases: Sequence[ReviewCase], copilot: Copilot, progress: Progress, *, check: Check | None = None,
    rules: Settings | None = None,
) -> list[CaseResult]:  # fmt: skip
    """The cases one after the other. `check`, `rules`: another gate, other settings of the ledger, to try the suite."""
    database = open_database(copilot.settings)
    try:
        desk = Desk(copilot, check or Gate(lambda: copilot.knowledge, database), database, rules)
        results = []
        for number, case in enumerate(cases, start=1):
            progress(number, len(cases), case.id)
            results.append(_played(case, desk))
        return results
    finally:
        database.close()


def _played(case: ReviewCase, desk: Desk) -> CaseResult:
    started, before, desk.later = time.monotonic(), desk.mails(), timedelta()
    draft, told = _asked(case, desk)
    outcomes = [("ask", case.asked, told)]
    if draft:
        outcomes += [(step.do, step.expect, desk.act(step, draft)) for step in case.steps]
    mails = sorted(desk.mails() - before)
    texts = [read(path) for path in mails]
    state = desk.ledger.state(draft) if draft else ""
    scores = {
        "steps_right": float(all(wanted == got for _, wanted, got in outcomes)),
        "end_state": float(state == case.state and len(mails) == case.mails),
        "only_approved_sent": float(all(approved(text, draft, desk.ledger) for text in texts)),
        "right_account": right_account(texts, case.account, desk.copilot.crm),
        "one_message": float(len(mails) <= 1),
        "says": key_facts(texts[0].body, case.says) if texts else None,
        "audit_whole": float(not desk.ledger.verify_audit().problems),
    }
    return CaseResult(
        id=case.id, question=case.about, answerable=True, language=case.language, account=case.account, tags=case.tags,
        grounded="chat", text="; ".join(f"{do}: {got}" for do, _, got in outcomes) + f"; {state}, {len(mails)} sent",
        seconds=time.monotonic() - started,
        scores=scores, failures=review_failures(case, scores, outcomes, state, len(mails)),
    )  # fmt: skip


def _asked(case: ReviewCase, desk: Desk) -> tuple[str, str]:
    """The draft's id, or none, and `ok` or why not."""
    author = User(name=case.by, role=PEOPLE[case.by])
    try:
        return desk.copilot.draft(case.about, user=author, account=case.account, to=case.to).draft, "ok"
    except Refused as refused:
        return "", refused.rule
    except BansoError:
        return "", "not_found"


def summary(results: Sequence[CaseResult], seed: int = SEED) -> dict[str, Figure]:
    """The figures; every one of them must be 1."""
    names = list(results[0].scores) if results else []
    metrics = {name: figure([result.scores[name] for result in results], seed) for name in names}
    return {name: found for name, found in metrics.items() if found is not None}
