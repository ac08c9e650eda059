"""What a run is compared with in CI: its metrics and scores case by case, nothing that depends on machine or day."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from evals.record import CaseResult, RunReport

FOLDER = Path(__file__).parent / "baselines"
DIGITS = 6
"""Kernels of different processors differ in the last digits."""
_INFO = ("model", "embedding", "reranker", "corpus_digest", "cases_digest", "version")


def path_of(suite: str) -> Path:
    """Where the committed baseline of a suite is."""
    return FOLDER / f"{suite}.json"


def write(report: RunReport, path: Path) -> None:
    """Store it as JSON that `history.load` reads: one case a line, so that a change is a small diff."""
    path.parent.mkdir(parents=True, exist_ok=True)
    metrics = {
        name: {key: round(value, DIGITS) for key, value in found.model_dump().items()}
        for name, found in report.metrics.items()
        if not _of_machine(name)
    }
    info = {name: value for name in _INFO if (value := getattr(report.info, name))}
    head = {"suite": report.suite, "n": report.n, "seconds": 0, "info": info, "metrics": metrics}
    lines = [f" {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}," for key, value in head.items()]
    cases = ",\n".join(f"  {json.dumps(_case(case), ensure_ascii=False)}" for case in report.cases)
    path.write_text("{\n" + "\n".join(lines) + '\n "cases": [\n' + cases + "\n ]\n}\n", encoding="utf-8")


def _case(case: CaseResult) -> dict[str, Any]:
    scores = {
        name: round(value, DIGITS) for name, value in case.scores.items() if value is not None and not _of_machine(name)
    }
    return {
        "id": case.id, "question": "", "answerable": case.answerable, "grounded": case.grounded, "scores": scores,
    }  # fmt: skip


def _of_machine(name: str) -> bool:
    return name.endswith("seconds") or name in ("tokens", "cost")
