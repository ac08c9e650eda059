"""The suite `drafts`: bad and good drafts of the example company before the gate.

The cases stand in three files: rules are tuned on `gate_tune.jsonl` only; the figures are those of `gate_report.jsonl`
and, for disguised secrets and names and retold stories, of `gate_fresh.jsonl`, written before the rules against them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from banso.core.database import open_database
from banso.core.errors import ConfigError
from banso.core.settings import Settings
from banso.gate.gate import Gate
from banso.knowledge.documents import Citation
from banso.review.drafts import DraftVersion
from banso.review.gate_report import BLOCKING, WARNING, GateReport, Kind
from evals.bounds import missed_bounds
from evals.info import corpus_of, run_info
from evals.record import CaseResult, RunReport
from evals.scorers.refusing import f1
from evals.statistics import SEED, Figure, figure, single
from evals.suites import Suite

if TYPE_CHECKING:
    from agents.session import Copilot
    from banso.knowledge.index import Knowledge

Progress = Callable[[int, int, str], None]


class Cited(BaseModel):
    """A quotation that the draft rests on; one that its page no longer holds, or a page that is gone, is a case too."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ref: str
    quote: str


Cite = Callable[[int, Cited], Citation]


class DraftCase(BaseModel):
    """A draft and the kinds a careful reviewer would mark; no kinds: a good one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    language: Literal["ja", "en"]
    account: str
    recipient: str
    subject: str
    body: str
    kinds: tuple[Kind, ...]
    evidence: tuple[Cited, ...] = ()


def load_drafts(path: Path) -> list[DraftCase]:
    """Every case of a file. Raises ConfigError naming file and line."""
    cases = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            cases.append(DraftCase.model_validate(json.loads(line)))
        except (json.JSONDecodeError, ValidationError) as error:
            raise ConfigError(f"{path}:{number}: {error}", "see evals/drafts.py for the fields of a case") from error
    return cases


def run_drafts(  # noqa: PLR0913 - a run's choices
    suite: Suite, settings: Settings, limit: int | None, progress: Progress, *, seed: int = SEED, repeat: int = 1
) -> RunReport:
    """Every draft of the suite before the gate, over the suite's own sources. Options as in `run_suite`."""
    from evals.run import flaky_cases, prepared

    started = time.monotonic()
    cases = load_drafts(suite.cases)[:limit]
    with prepared(suite, (), settings, progress) as copilot:
        info = run_info(settings, cases, corpus_of(copilot.knowledge), seed=seed, limit=limit)
        results, *again = [_checked(cases, copilot, progress) for _ in range(repeat)]
    metrics = summary(cases, results, seed)
    return RunReport(
        suite=suite.name, n=len(cases), metrics=metrics, seconds=time.monotonic() - started,
        missed=missed_bounds(suite, metrics), floors=suite.floors, ceilings=suite.ceilings,
        cases=() if suite.held_out else tuple(results), held_out=suite.held_out,
        flaky=() if suite.held_out else flaky_cases(results, again), info=info,
    )  # fmt: skip


def _checked(cases: Sequence[DraftCase], copilot: Copilot, progress: Progress) -> list[CaseResult]:
    database = open_database(copilot.settings)
    try:
        gate, cite = Gate(lambda: copilot.knowledge, database), citing(copilot.knowledge)
        return [_run_case(case, gate, cite, number, len(cases), progress) for number, case in enumerate(cases, start=1)]
    finally:
        database.close()


def score(case: DraftCase, found: GateReport, seconds: float) -> CaseResult:
    """One draft: was it blocked as it should be, and were its warnings found?"""
    wanted, blocks = set(case.kinds), bool(set(case.kinds) & set(BLOCKING))
    words = "; ".join(f"{mark.kind}: {_words(case, mark.where, mark.start, mark.end)}" for mark in found.marks)
    return CaseResult(
        id=case.id, question=f"{','.join(case.kinds) or 'good'} -> {','.join((*found.blocking, *found.warnings))}",
        answerable=True, grounded="cited", text=words, cited=(*found.blocking, *found.warnings), found=(),
        seconds=seconds,
        scores={
            "key_facts": float(bool(found.blocking) == blocks and (blocks or wanted <= set(found.warnings))),
            "bad_blocked": float(bool(found.blocking)) if blocks else None,
            "good_blocked": float(bool(found.blocking)) if not wanted else None,
            "warning_only_blocked": float(bool(found.blocking)) if wanted and not blocks else None,
            "good_without_warning": float(not found.warnings) if not wanted else None,
        },
    )  # fmt: skip


def summary(cases: Sequence[DraftCase], results: Sequence[CaseResult], seed: int = SEED) -> dict[str, Figure]:
    """The figures: blocking, and precision and recall of each kind of warning."""
    names = ("bad_blocked", "good_blocked", "warning_only_blocked", "good_without_warning")
    metrics = {name: figure([result.scores[name] for result in results], seed) for name in names}
    for kind in WARNING:
        # A blocked draft need not be sorted further: warnings are counted on the others.
        pairs = [
            (kind in r.cited, kind in c.kinds)
            for c, r in zip(cases, results, strict=True)
            if not set(c.kinds) & set(BLOCKING)
        ]
        metrics[f"{kind}_recall"] = figure([float(said) for said, true in pairs if true], seed)
        metrics[f"{kind}_precision"] = figure([float(true) for said, true in pairs if said], seed)
        metrics[f"{kind}_f1"] = single(f1(pairs)[2], len(pairs))
    seconds = sorted(result.seconds for result in results)
    metrics["median_seconds"] = single(seconds[len(seconds) // 2] if seconds else None, len(seconds))
    return {name: found for name, found in metrics.items() if found is not None}


def _run_case(  # noqa: PLR0913, PLR0917
    case: DraftCase, gate: Gate, cite: Cite, number: int, total: int, progress: Progress
) -> CaseResult:
    progress(number, total, case.id)
    started = time.monotonic()
    found = gate.report(as_version(case, cite))
    return score(case, found, time.monotonic() - started)


def citing(knowledge: Knowledge) -> Cite:
    """Makes citations of an index; a page that it does not hold gives one that leads nowhere."""
    ids = {one.ref: one.id for one in knowledge.documents(limit=100_000)}

    def cite(marker: int, cited: Cited) -> Citation:
        document = knowledge.document(ids[cited.ref]) if cited.ref in ids else None
        start = max(0, document.text.find(cited.quote)) if document else 0
        return Citation(
            marker=marker, chunk_id=f"{ids.get(cited.ref, '-')}:0", document_id=ids.get(cited.ref, "-"),
            source=document.source if document else "manual", ref=cited.ref,
            title=document.title if document else cited.ref, quote=cited.quote, start=start,
            end=start + len(cited.quote), language=document.language if document else "und",
            visibility=document.visibility if document else "public",
            account=document.account if document else "", updated_at=document.updated_at if document else None,
        )  # fmt: skip

    return cite


def as_version(case: DraftCase, cite: Cite) -> DraftVersion:
    """The case as a stored draft would be; nothing of the gate depends on the rest."""
    fields = case.model_dump(include={"account", "recipient", "subject", "body"})
    return DraftVersion(
        **fields, draft=case.id, version=1, evidence=tuple(cite(n, one) for n, one in enumerate(case.evidence, 1)),
        author="evals", via="agent", thread="", created_at="", expires_at="", hash=case.id,
    )  # fmt: skip


def _words(case: DraftCase, where: str, start: int, end: int) -> str:
    return (case.subject if where == "subject" else case.body)[start:end]
