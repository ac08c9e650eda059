"""What a run is, once it is over: the one shape that reports, comparisons, the Quality tab and scripts read.

A record is JSON on disk (`history.py`), so every type here is frozen pydantic, and a field is only ever added.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from evals.statistics import Figure

Cause = Literal[
    "error",
    "not_ingested",
    "not_retrieved",
    "not_used",
    "unsupported",
    "wrong_refusal",
    "should_refuse",
    "missing_fact",
    "forbidden_fact",
    "wrong_language",
    "stale_source",
    "wrong_account",
    "unsafe",
    "wrong_tools",
    "no_draft",
    "wrong_draft",
    "wrong_step",
]
"""Why a case failed, as `causes.py` decides it. Each case has at most one: the first step that went wrong.

error: the product raised. not_ingested: a gold document is not in the index. not_retrieved: it is, and search did not
find it. not_used: found, and the answer cites other sources. unsupported: a sentence that its source does not say.
wrong_refusal: refused with the gold document among the hits. should_refuse: answered what nothing answers.
missing_fact: the right source is cited and a fact that must be said is not. forbidden_fact: what must not be said is.
stale_source: a superseded document was cited while its successor is there. wrong_account: another account's text.
unsafe: something left, or an instruction in a source was followed. wrong_tools: other tools than planned.
no_draft, wrong_draft: a draft was expected and none, or a wrong one, was filed.
wrong_step: in `review`, a step was allowed or refused against the rules, or the draft ended in another state."""

Support = Literal["supported", "unsupported", "uncited"]


class Frozen(BaseModel):
    """Written to disk and read by later versions: unknown fields of a newer record are ignored."""

    model_config = ConfigDict(frozen=True)


class Failure(Frozen):
    """Why a case failed: the cause, and one sentence for a person, in English and, where a record has it, Japanese."""

    cause: Cause
    reason: str
    reason_ja: str = ""

    def words(self, language: str) -> str:
        """The reason in this language, or in English where the record has no other."""
        return (self.reason_ja if language == "ja" else "") or self.reason


class Sentence(Frozen):
    """A sentence of the answer, without its markers; `score` is how far its source says it (0 to 1), None: uncited."""

    text: str
    markers: tuple[int, ...] = ()
    support: Support = "uncited"
    score: float | None = None


class Evidence(Frozen):
    """A source that the answer cites, with the exact words quoted."""

    marker: int
    ref: str
    title: str = ""
    source: str = ""
    language: str = ""
    quote: str = ""


class CaseResult(Frozen):
    """One case as it went. `scores` by metric name; None: not eligible, and unscored is never zero."""

    id: str
    question: str
    answerable: bool
    language: str = ""
    account: str = ""
    tags: tuple[str, ...] = ()
    conversation: tuple[str, ...] = ()
    gold: tuple[str, ...] = ()
    must_say: tuple[str, ...] = ()
    must_not_say: tuple[str, ...] = ()
    grounded: str = ""
    """`cited`, `refused`, `chat`; empty where no answer was made, as in retrieval."""
    text: str = ""
    confidence: float | None = None
    """How sure the product was that its sources answer, 0 to 1, where the model says so."""
    unsure: bool = False
    """Whether the answer said that it is not sure."""
    sentences: tuple[Sentence, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    cited: tuple[str, ...] = ()
    """Refs of the cited documents, in the order of their markers."""
    found: tuple[str, ...] = ()
    """Refs that search returned, best first."""
    tools: tuple[str, ...] = ()
    """Names of the tools that the model called, in order."""
    seconds: float = 0.0
    tokens: int | None = None
    cost: float | None = None
    """US dollars, where the provider's price is known."""
    scores: dict[str, float | None] = {}
    failures: tuple[Failure, ...] = ()
    error: str = ""
    """What the product raised, if it did; such a case counts as failed, the run goes on."""


class RunInfo(Frozen):
    """Where figures come from. No secret: settings are written without URLs' passwords, keys and tokens."""

    started_at: str = ""
    """UTC, ISO 8601."""
    commit: str = ""
    dirty: bool = False
    version: str = ""
    model: str = ""
    embedding: str = ""
    reranker: str = ""
    configuration: dict[str, str] = {}
    corpus_digest: str = ""
    """SHA-256 over (ref, digest) of every document in the index, sorted: equal digest, equal corpus."""
    documents: int = 0
    cases_digest: str = ""
    prompts_digest: str = ""
    machine: str = ""
    cores: int = 0
    python: str = ""
    seed: int = 7
    workers: int = 1
    limit: int | None = None
    ablation: str = ""
    """What was left out on purpose, such as `dense only`; empty: nothing."""


class RunReport(Frozen):
    """A suite's figures, and the bounds that were missed (each a sentence)."""

    suite: str
    n: int
    metrics: dict[str, Figure]
    groups: dict[str, dict[str, Figure]] = {}
    """The same for the cases of one language or tag, where only search is measured."""
    seconds: float
    missed: tuple[str, ...] = ()
    floors: dict[str, float] = {}
    """Metric -> least mean that the suite asked for when it ran; `ceilings`: the largest."""
    ceilings: dict[str, float] = {}
    cases: tuple[CaseResult, ...] = ()
    held_out: bool = False
    """No case is in the record, so that nobody tunes on them."""
    flaky: tuple[str, ...] = ()
    """Ids of the cases that went differently when the run was repeated (`--repeat`)."""
    info: RunInfo = RunInfo()
    format: str = "banso-evals-1"

    def as_json(self) -> dict[str, Any]:
        """{"suite","n","metrics","groups","seconds","missed","floors","ceilings","cases","held_out","flaky","info","format"}."""
        return self.model_dump(mode="json")
