"""From the outcome of a case to its scores, and from the scores of all cases to the figures."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from banso.knowledge.documents import Citation
from banso.knowledge.variants import refs_of
from evals.asking import Filed, Outcome
from evals.cases import Case
from evals.record import CaseResult, Evidence
from evals.scorers import citing, ranking, refusing, wording, working
from evals.statistics import SEED, Figure, figure, mean, quantile, resampled
from evals.support import Likeness, check

Scores = dict[str, float | None]
RANKED = 10


def score(case: Case, outcome: Outcome, likeness: Likeness) -> CaseResult:
    """One case against what came of it."""
    quotes = {citation.marker: citation.quote for citation in outcome.citations}
    answered = outcome.grounded == "cited" and outcome.filed is None
    sentences = check(outcome.text, quotes, likeness) if answered else ()
    result = CaseResult(
        **case.model_dump(include=_OF_CASE),
        gold=tuple(case.gold),
        grounded=outcome.grounded,
        text=outcome.text,
        confidence=outcome.confidence,
        unsure=outcome.unsure,
        sentences=sentences,
        evidence=tuple(
            Evidence(marker=c.marker, ref=c.ref, title=c.title, source=c.source, language=c.language, quote=c.quote)
            for c in outcome.citations
        ),
        cited=tuple(_stands_for(citation, case.gold) for citation in outcome.citations),
        found=tuple(ranking.placed(map(refs_of, outcome.hits), case.gold)),
        tools=outcome.tools,
        seconds=outcome.seconds,
        tokens=outcome.tokens,
        cost=outcome.cost,
        error=outcome.error,
    )
    scores = _found(case, result.found) | _said(case, result, list(quotes.values())) | _done(case, outcome)
    scores["quote_exact"] = citing.quote_exact(outcome.stored)
    scores["numbers_right"] = citing.numbers_right(outcome.text, quotes.values()) if answered else None
    scores["tokens"], scores["cost"] = outcome.tokens, outcome.cost
    return result.model_copy(update={"scores": scores})


_OF_CASE = {
    "id", "question", "answerable", "language", "account", "tags", "conversation", "must_say", "must_not_say",
}  # fmt: skip


def summary(cases: Sequence[Case], results: Sequence[CaseResult], seed: int = SEED) -> dict[str, Figure]:
    """Figures over all cases, by metric; a metric for which no case is eligible is left out. `cases` is not read."""
    names = list(dict.fromkeys(name for result in results for name in result.scores))
    metrics = {name: figure([result.scores.get(name) for result in results], seed) for name in names}
    pairs = [(result.grounded == "refused", not result.answerable) for result in results if result.grounded]
    for place, name in enumerate(("refusal_precision", "refusal_recall", "refusal_f1")):
        metrics[name] = resampled(pairs, lambda drawn, place=place: refusing.f1(drawn)[place], seed)  # type: ignore[misc]
    wrong = [_wrong(result) for result in results]
    sure = [refusing.wrong_but_confident(one, result.unsure) for one, result in zip(wrong, results, strict=True)]
    metrics["wrong_but_confident"], metrics["wrong_answers"] = figure(sure, seed), figure(wrong, seed)
    seconds = [result.seconds for result in results if not result.error]
    metrics["median_seconds"] = resampled(seconds, lambda drawn: quantile(drawn, 0.5), seed)
    metrics["p95_seconds"] = resampled(seconds, lambda drawn: quantile(drawn, 0.95), seed)
    metrics["errors"] = resampled([float(bool(result.error)) for result in results], mean, seed)
    return {name: found for name, found in metrics.items() if found is not None}


def _stands_for(citation: Citation, gold: Collection[str]) -> str:
    """The document that counts as cited: one that says the same, where that is gold."""
    return next((ref for ref in refs_of(citation) if ref in gold), citation.ref)


def _found(case: Case, found: Sequence[str]) -> Scores:
    return {
        "recall@10": ranking.recall(found, case.gold, RANKED),
        "hit@10": ranking.hit(found, case.gold, RANKED),
        "ndcg@10": ranking.ndcg(found, case.gold, RANKED),
        "mrr": ranking.reciprocal_rank(found, case.gold),
    }


def _said(case: Case, result: CaseResult, quotes: list[str]) -> Scores:
    """What is said is the answer with its quotations; of a draft, what the customer would read. A refusal states no
    facts; where the product broke down, none are there."""
    refused, draft = result.grounded == "refused", case.expects == "draft"
    words = result.text if draft else "\n".join((result.text, *quotes))
    cited, gold = result.cited, case.gold
    return {
        "key_facts": None if refused else wording.key_facts(words, case.must_say),
        "must_not_say": wording.must_not_say(words, case.must_not_say),
        "citation_hit": None if refused else ranking.hit(cited, gold, RANKED),
        "citation_precision": None if refused else citing.citation_precision(cited, gold),
        "citation_recall": None if refused else citing.citation_recall(cited, gold),
        "every_line_cited": None if draft else wording.every_line_cited(result.text, result.grounded),
        "sentence_support": citing.sentence_support(result.sentences),
        "language": wording.language_is(result.text, case.language, quotes),
    }


def _done(case: Case, outcome: Outcome) -> Scores:
    """The end state: what was filed and for whom, which tools ran, what left."""
    shown = [hit.account for hit in outcome.hits]
    shown += [citation.account for citation in (*outcome.citations, *outcome.nearest)]
    filed, wanted = outcome.filed, case.expects == "draft"
    right = working.right_account(case.account, [*shown, *([filed.account] if filed else [])])
    if filed and right is not None:
        right *= filed.recipient_right
    gate, tone = _of_draft(filed)
    return {
        "tools_on_plan": working.tools_on_plan(outcome.tools, case.tools),
        "draft_filed": float(filed is not None and filed.waits) if wanted else None,
        "draft_gate": gate,
        "draft_tone": tone,
        "right_account": right,
        "nothing_sent": float(not outcome.left),
    }


def _of_draft(filed: Filed | None) -> tuple[float | None, float | None]:
    """Nothing in it that the gate blocks; nothing in it that the check of writing finds."""
    if filed is None:
        return None, None
    return None if filed.gate is None else float(not filed.gate.blocking), float(not filed.findings)


def _wrong(result: CaseResult) -> float | None:
    scores = result.scores
    return refusing.wrong_answer(
        result.grounded, result.answerable, scores.get("citation_hit"), scores.get("key_facts")
    )
