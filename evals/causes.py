"""Why a case failed: the first step that went wrong, from the sources that were taken in to the words that came out.

Pure: it reads what the run recorded. A score of 1 is right, below 1 is not, and None says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from typing import get_args

from evals.cases import Case
from evals.outcome import SEEN, Outcome, distinct, first_line, names, quoted, shortened
from evals.record import CaseResult, Cause, Failure, Frozen
from evals.scorers.wording import key_facts
from evals.texts import in_both, told

EXAMPLES = 5


class Group(Frozen):
    """The cases that failed for one cause: how many, and the first of them."""

    cause: Cause
    count: int
    share: float
    """Of all cases of the run, 0 to 1."""
    examples: tuple[tuple[str, str], ...]
    """(id of the case, reason)."""


def diagnose(
    case: Case, result: CaseResult, *, ingested: Collection[str], successors: Mapping[str, str] | None = None
) -> tuple[Failure, ...]:
    """What went wrong first, with a sentence for a person in either language; empty when nothing did.

    `ingested`: refs of every document in the index. `successors`: ref -> ref of the document that replaces it; the
    cited documents are enough.
    """
    seen = Outcome(case, result, ingested, successors or {})
    for step in _STEPS:
        english, japanese = in_both(partial(step, seen))
        if english and japanese:
            return (english.model_copy(update={"reason_ja": japanese.reason}),)
    return ()


def grouped(results: Iterable[CaseResult]) -> tuple[Group, ...]:
    """Failures by cause, most frequent first, each with its first examples."""
    results = list(results)
    found: dict[Cause, list[tuple[str, str]]] = {}
    for result in results:
        for failure in result.failures[:1]:
            found.setdefault(failure.cause, []).append((result.id, failure.reason))
    order = {cause: number for number, cause in enumerate(get_args(Cause))}
    groups = [
        Group(cause=cause, count=len(those), share=len(those) / len(results), examples=tuple(those[:EXAMPLES]))
        for cause, those in found.items()
    ]
    return tuple(sorted(groups, key=lambda group: (-group.count, order[group.cause])))


# --- the steps, in the order in which a question passes them; harm comes first, for nothing excuses it ---


def _error(seen: Outcome) -> Failure | None:
    if not seen.result.error:
        return None
    return Failure(cause="error", reason=told("why.error", what=first_line(seen.result.error)))


def _unsafe(seen: Outcome) -> Failure | None:
    if not seen.below("nothing_sent"):
        return None
    return Failure(cause="unsafe", reason=told("why.unsafe"))


def _wrong_account(seen: Outcome) -> Failure | None:
    if not seen.below("right_account"):
        return None
    account, cited = seen.case.account, names(seen.result.cited)
    reason = told("why.wrong_account", account=account, cited=cited) if account else told("why.no_account", cited=cited)
    return Failure(cause="wrong_account", reason=reason)


def _should_refuse(seen: Outcome) -> Failure | None:
    if seen.case.answerable or seen.result.grounded not in ("cited", "chat"):
        return None
    if seen.result.grounded == "chat":
        return Failure(cause="should_refuse", reason=told("why.talked_on"))
    reason = told("why.should_refuse", sure=seen.sure, cited=names(seen.result.cited))
    return Failure(cause="should_refuse", reason=reason)


def _wrong_tools(seen: Outcome) -> Failure | None:
    if seen.case.tools is None or not seen.below("tools_on_plan"):
        return None
    reason = told("why.wrong_tools", plan=names(seen.case.tools), tools=names(seen.result.tools))
    return Failure(cause="wrong_tools", reason=reason)


def _not_ingested(seen: Outcome) -> Failure | None:
    missing = [ref for ref in seen.gold if ref not in seen.ingested]
    if not seen.lacking or not missing or len(missing) < len(seen.gold):
        return None
    return Failure(cause="not_ingested", reason=told("why.not_ingested", missing=names(missing)))


def _not_retrieved(seen: Outcome) -> Failure | None:
    if not seen.lacking or not seen.gold or seen.cited_gold or seen.retrieved:
        return None
    found = distinct(seen.result.found)
    first = names(found[:3])
    if seen.ranks:
        ref, rank = min(seen.ranks.items(), key=lambda pair: pair[1])
        reason = told("why.behind", ref=ref, rank=rank, seen=SEEN, first=first)
    else:
        reason = told("why.not_found", gold=names(seen.gold), count=len(found), first=first)
    return Failure(cause="not_retrieved", reason=reason)


def _wrong_refusal(seen: Outcome) -> Failure | None:
    if not seen.case.answerable or seen.result.grounded not in ("refused", "chat"):
        return None
    if seen.result.grounded == "chat" and not seen.lacking:
        return None
    about = {"best": seen.best, "sure": seen.sure}
    refused = seen.result.grounded == "refused"
    return Failure(
        cause="wrong_refusal", reason=told("why.refused", **about) if refused else told("why.no_source", **about)
    )


def _stale_source(seen: Outcome) -> Failure | None:
    cited = set(seen.result.cited)
    for old in dict.fromkeys(seen.result.cited):
        new = seen.successors.get(old)
        if new and new in seen.ingested and new not in cited and old not in seen.gold:
            return Failure(cause="stale_source", reason=told("why.stale_source", old=old, new=new))
    return None


def _not_used(seen: Outcome) -> Failure | None:
    if not seen.gold or seen.result.grounded != "cited" or seen.cited_gold or not seen.lacking:
        return None
    return Failure(cause="not_used", reason=told("why.not_used", best=seen.best, cited=names(seen.result.cited)))


def _missing_fact(seen: Outcome) -> Failure | None:
    if not seen.below("key_facts"):
        return None
    wanted = seen.case.must_say
    missing = [fact for fact in wanted if not key_facts(seen.words, [fact])]
    reason = told(
        "why.missing_fact", facts=quoted(missing or wanted), said=len(wanted) - len(missing), count=len(wanted),
        cited=names(seen.result.cited),
    )  # fmt: skip
    return Failure(cause="missing_fact", reason=reason)


def _forbidden_fact(seen: Outcome) -> Failure | None:
    said = [fact for fact in seen.case.must_not_say if key_facts(seen.result.text, [fact])]
    if not said and not seen.below("must_not_say"):
        return None
    facts = quoted(said or seen.case.must_not_say)
    return Failure(
        cause="forbidden_fact", reason=told("why.forbidden_fact", facts=facts, cited=names(seen.result.cited))
    )


def _unsupported(seen: Outcome) -> Failure | None:
    those = [one for one in seen.result.sentences if one.support == "unsupported"]
    if not those:
        return None
    worst = min(those, key=lambda one: one.score if one.score is not None else 0.0)
    sources = names(one.ref for one in seen.result.evidence if one.marker in worst.markers)
    about = {"sources": sources, "text": shortened(worst.text)}
    others = len(those) - 1
    reason = told("why.unsupported_more", **about, count=others) if others else told("why.unsupported", **about)
    return Failure(cause="unsupported", reason=reason)


def _wrong_numbers(seen: Outcome) -> Failure | None:
    if not seen.below("numbers_right"):
        return None
    return Failure(cause="unsupported", reason=told("why.numbers", cited=names(seen.result.cited)))


def _wrong_language(seen: Outcome) -> Failure | None:
    if not seen.below("language"):
        return None
    wanted = told("words.ja") if seen.case.language == "ja" else told("words.en")
    reason = told("why.wrong_language", wanted=wanted, text=shortened(seen.result.text))
    return Failure(cause="wrong_language", reason=reason)


def _no_draft(seen: Outcome) -> Failure | None:
    if seen.case.expects != "draft" or "draft_reply" in seen.result.tools or not seen.result.grounded:
        return None
    return Failure(cause="no_draft", reason=told("why.no_draft", tools=names(seen.result.tools)))


def _wrong_draft(seen: Outcome) -> Failure | None:
    wrong = seen.below("draft_gate", "draft_tone")
    if not wrong:
        return None
    key = "why.draft_both" if len(wrong) > 1 else f"why.{wrong[0]}"
    return Failure(cause="wrong_draft", reason=told(key))


_STEPS: tuple[Callable[[Outcome], Failure | None], ...] = (
    _error, _unsafe, _wrong_account, _should_refuse, _wrong_tools, _not_ingested, _not_retrieved, _stale_source,
    _wrong_refusal, _not_used, _no_draft, _missing_fact, _forbidden_fact, _unsupported, _wrong_numbers,
    _wrong_language, _wrong_draft,
)  # fmt: skip
