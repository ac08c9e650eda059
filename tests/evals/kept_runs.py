"""Runs as the harness keeps them, for tests of what people see of them."""

from __future__ import annotations

from typing import Any

from evals.record import CaseResult, Evidence, Failure, RunInfo, RunReport, Sentence
from evals.statistics import Figure

HOSTILE = (
    "<script>alert(1)</script><svg onload=alert(2)><img src=https://evil.example/a.png>\u202etxt.exe\u2066"
    "[x](javascript:alert(3)) {{ 7*7 }} </details></style>"
)
METRICS = {
    "recall@10": Figure(mean=0.66, low=0.60, high=0.72, n=8),
    "key_facts": Figure(mean=0.75, low=0.60, high=0.9, n=8),
    "refusal_f1": Figure(mean=0.8, low=0.8, high=0.8, n=8),
    "median_seconds": Figure(mean=0.25, low=0.2, high=0.3, n=8),
    "messages_out": Figure(mean=0, low=0, high=0, n=8),
}


def case(number: int, **fields: Any) -> CaseResult:
    """A case that passed, unless the fields say otherwise."""
    made: dict[str, Any] = {
        "id": f"c-{number}", "question": f"質問 {number}？", "answerable": True,
        "language": "ja" if number % 2 else "en",
        "tags": ("error-code",) if number % 2 else ("slack",), "must_say": ("二枚まで",), "gold": ("a.md",),
        "grounded": "cited", "text": "新旧 2 枚まで登録できます [1]。", "confidence": 0.85,
        "sentences": (Sentence(text="新旧 2 枚まで登録できます", markers=(1,), support="supported", score=0.93),),
        "evidence": (Evidence(marker=1, ref="a.md", title="SSO の設定", source="manual", quote="証明書は 2 枚まで"),),
        "cited": ("a.md",), "found": ("b.md", "a.md"), "tools": ("search_knowledge",), "seconds": 0.1 * (number + 1),
        "scores": {"recall@10": 1.0, "key_facts": 1.0, "ndcg@10": None},
    }  # fmt: skip
    return CaseResult(**(made | fields))


def hostile(number: int) -> CaseResult:
    """A case in which every text is an attack."""
    words = dict.fromkeys(("question", "text", "account", "error"), HOSTILE)
    return case(
        number, **words, id=f"{number}{HOSTILE}", tags=(HOSTILE,), must_say=(HOSTILE,), must_not_say=(HOSTILE,),
        gold=(HOSTILE,), conversation=(HOSTILE,), found=(HOSTILE,), cited=(HOSTILE,), tools=(HOSTILE,),
        sentences=(Sentence(text=HOSTILE, markers=(1,), support="unsupported", score=0.1),),
        evidence=(Evidence(marker=1, ref=HOSTILE, title=HOSTILE, source=HOSTILE, quote=HOSTILE),),
        failures=(Failure(cause="unsupported", reason=HOSTILE),), scores={HOSTILE: 0.5},
    )  # fmt: skip


def run(*cases: CaseResult, suite: str = "smoke", day: int = 20, **fields: Any) -> RunReport:
    """A run of this suite on that day of November 2026."""
    info = RunInfo(
        started_at=f"2026-11-{day:02d}T09:30:00Z", commit=f"{day:02d}abcdef0123", version="0.1.0",
        machine="Linux x86_64",
        model="embedded/extractive", embedding="embedded/e5-small", cores=2, python="3.11.9", documents=412,
        configuration={"BANSO_LANGUAGE": "ja"},
    )  # fmt: skip
    made: dict[str, Any] = {
        "suite": suite, "n": len(cases) or 8, "metrics": METRICS, "seconds": 71.0, "cases": cases, "info": info,
        "floors": {"recall@10": 0.7, "key_facts": 0.7}, "ceilings": {"median_seconds": 2.0, "messages_out": 0.0},
    }  # fmt: skip
    return RunReport(**(made | fields))


def failing(number: int, cause: str = "missing_fact", **fields: Any) -> CaseResult:
    """A case that failed for this cause."""
    return case(number, failures=({"cause": cause, "reason": f"why {number}"},), **fields)
