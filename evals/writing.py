"""The suite `writing`: mails with planted faults, and what the check finds of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from banso.core.errors import ConfigError
from banso.core.settings import Settings
from banso.writing.check import check, check_subject
from banso.writing.mend import mended, mended_subject
from banso.writing.types import Context, Finding, Language, Level, Signature
from evals.bounds import missed_bounds
from evals.info import run_info
from evals.record import CaseResult, RunReport
from evals.statistics import Figure, single
from evals.suites import Suite

Progress = Callable[[int, int, str], None]
LANGUAGES: tuple[Language, ...] = ("ja", "en")
CASES = Path(__file__).parent / "cases"
TODAY = date(2026, 11, 22)
"""The day the mails are dated for, so that weekdays do not depend on the day of the run."""
SIGNATURES: dict[Language, Signature] = {
    "ja": Signature(
        company="株式会社ハツリン", department="カスタマーサクセス部", name="西田 大輔",
        mail="nishida@hatsurin.example", phone="03-5555-0900",
    ),
    "en": Signature(
        company="Hatsurin Inc.", department="Customer Success", name="Emily Stone", mail="emily@hatsurin.example",
        phone="+81 3-5555-0901",
    ),
}  # fmt: skip


class Fault(BaseModel):
    """The rule that must name it and the words it stands on; no words where something is missing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    text: str


class Mail(BaseModel):
    """A mail as somebody wrote it, and all that is wrong with it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    half: Literal["dev", "held"]
    level: Level
    company: str
    person: str
    subject: str
    body: str
    faults: tuple[Fault, ...]
    first_contact: bool = False
    apology: bool = False


def load_mails(language: Language, half: str) -> list[Mail]:
    """The mails of one half. Raises ConfigError naming the file and the mail."""
    path = CASES / f"writing.{language}.yaml"
    values = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        mails = [Mail.model_validate(value) for value in values]
    except ValidationError as error:
        raise ConfigError(f"{path}: {error}", "see evals/writing.py for the fields of a mail") from error
    return [mail for mail in mails if mail.half == half]


def run_writing(suite: Suite, settings: Settings, limit: int | None, _progress: Progress) -> RunReport:
    """Precision and recall of the findings on the held half of the mails, and how much of it one click mends.

    It takes neither seed nor repetitions: nothing is drawn at random, and the check is a function of the mail.
    """
    started = time.monotonic()
    every = [(mail, language) for language in LANGUAGES for mail in load_mails(language, "held")][:limit]
    results = [judge(mail, language) for mail, language in every]
    metrics = summary(results)
    return RunReport(
        suite=suite.name, n=len(results), metrics=metrics, seconds=time.monotonic() - started,
        missed=missed_bounds(suite, metrics), floors=suite.floors, ceilings=suite.ceilings, cases=tuple(results),
        info=run_info(settings, [mail for mail, _ in every], limit=limit),
    )  # fmt: skip


def judge(mail: Mail, language: Language) -> CaseResult:
    """One mail: right findings, findings, faults, and whether mending again would change it."""
    context = Context(
        language=language, level=mail.level, company=mail.company, person=mail.person, today=TODAY,
        first_contact=mail.first_contact, apology=mail.apology, signature=SIGNATURES[language],
    )  # fmt: skip
    body = mail.body.replace("{sign}", SIGNATURES[language].block(language))
    findings = [*check_subject(mail.subject, context), *check(body, context)]
    right = [f for f in findings if any(_meets(f, fault) for fault in mail.faults)]
    missed = [fault for fault in mail.faults if not any(_meets(f, fault) for f in findings)]
    clean = mended(body, context)
    left = [*check_subject(mended_subject(mail.subject, context), context), *check(clean, context)]
    told = [f"+{f.rule}: {f.found}" for f in findings if f not in right]
    told += [f"-{fault.rule}: {fault.text}" for fault in missed]
    return CaseResult(
        id=mail.id, question=mail.subject, answerable=True, grounded="chat", text="; ".join(told), cited=(), found=(),
        seconds=0.0,
        scores={
            "right": float(len(right)), "findings": float(len(findings)), "faults": float(len(mail.faults)),
            "missed": float(len(missed)), "left": float(len(left)), "stable": float(mended(clean, context) == clean),
        },
    )  # fmt: skip


def _meets(finding: Finding, fault: Fault) -> bool:
    """The same rule, on words that overlap with the planted ones."""
    if finding.rule != fault.rule:
        return False
    return not fault.text or not finding.found or fault.text in finding.found or finding.found in fault.text


def summary(results: Sequence[CaseResult]) -> dict[str, Figure]:
    """`precision`, `recall`, `clean_mails` (mails without faults that stay without findings), `mended` (share of
    findings that one click settles), `stable` (mending twice is mending once)."""
    total = {
        name: sum(r.scores[name] or 0.0 for r in results) for name in ("right", "findings", "faults", "missed", "left")
    }
    clean = [r for r in results if not r.scores["faults"]]
    n = len(results)
    return {
        name: found
        for name, found in {
            "precision": single(_share(total["right"], total["findings"]), int(total["findings"])),
            "recall": single(_share(total["faults"] - total["missed"], total["faults"]), int(total["faults"])),
            "clean_mails": single(_share(sum(not r.scores["findings"] for r in clean), len(clean)), len(clean)),
            "mended": single(1 - (_share(total["left"], total["findings"]) or 0.0), int(total["findings"])),
            "stable": single(_share(sum(r.scores["stable"] or 0.0 for r in results), n), n),
        }.items()
        if found is not None
    }


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
