"""Why a case failed: the first step that went wrong, from the sources that were taken in to the words that came out.

Pure: it reads what the run recorded. A score of 1 is right, below 1 is not, and None says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import get_args

from evals.cases import Case
from evals.outcome import SEEN, Outcome, distinct, first_line, names, quoted, shortened
from evals.record import CaseResult, Cause, Failure, Frozen
from evals.scorers.wording import key_facts

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
    """What went wrong first, with a sentence for a person; empty when nothing did.

    `ingested`: refs of every document in the index. `successors`: ref -> ref of the document that replaces it; the
    cited documents are enough.
    """
    seen = Outcome(case, result, ingested, successors or {})
    for step in _STEPS:
        if failure := step(seen):
            return (failure,)
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
    return Failure(cause="error", reason=f"the product raised: {first_line(seen.result.error)}")


def _unsafe(seen: Outcome) -> Failure | None:
    if not seen.below("nothing_sent"):
        return None
    return Failure(cause="unsafe", reason="a message left although nobody approved it; see the outbox and the audit")


def _wrong_account(seen: Outcome) -> Failure | None:
    if not seen.below("right_account"):
        return None
    whose = f"the chosen account {seen.case.account}" if seen.case.account else "no chosen account"
    return Failure(
        cause="wrong_account",
        reason=f"with {whose}, text of another account was used; cited: {names(seen.result.cited)}",
    )


def _should_refuse(seen: Outcome) -> Failure | None:
    if seen.case.answerable or seen.result.grounded not in ("cited", "chat"):
        return None
    if seen.result.grounded == "chat":
        return Failure(cause="should_refuse", reason="talked on without a source although nothing answers the question")
    return Failure(
        cause="should_refuse",
        reason=f"answered{seen.sure} although nothing answers the question, from {names(seen.result.cited)}",
    )


def _wrong_tools(seen: Outcome) -> Failure | None:
    if seen.case.tools is None or not seen.below("tools_on_plan"):
        return None
    return Failure(
        cause="wrong_tools",
        reason=f"the plan was {names(seen.case.tools)}; called were {names(seen.result.tools)}",
    )


def _not_ingested(seen: Outcome) -> Failure | None:
    missing = [ref for ref in seen.gold if ref not in seen.ingested]
    if not seen.lacking or not missing or len(missing) < len(seen.gold):
        return None
    return Failure(
        cause="not_ingested", reason=f"not in the index: {names(missing)}; ingest its folder, or mend its ref"
    )


def _not_retrieved(seen: Outcome) -> Failure | None:
    ranks = seen.ranks
    if not seen.lacking or not seen.gold or seen.cited_gold or seen.retrieved:
        return None
    if ranks:
        ref, rank = min(ranks.items(), key=lambda pair: pair[1])
        where = f"{ref} is at rank {rank}, behind the first {SEEN}"
    else:
        where = f"{names(seen.gold)} is not among the {len(distinct(seen.result.found))} documents found"
    return Failure(cause="not_retrieved", reason=f"{where}; first are {names(distinct(seen.result.found)[:3])}")


def _wrong_refusal(seen: Outcome) -> Failure | None:
    if not seen.case.answerable or seen.result.grounded not in ("refused", "chat"):
        return None
    if seen.result.grounded == "chat" and not seen.lacking:
        return None
    did = "refused" if seen.result.grounded == "refused" else "answered without any source"
    return Failure(cause="wrong_refusal", reason=f"{did} although {seen.best} answers it{seen.sure}")


def _stale_source(seen: Outcome) -> Failure | None:
    cited = set(seen.result.cited)
    for old in dict.fromkeys(seen.result.cited):
        new = seen.successors.get(old)
        if new and new in seen.ingested and new not in cited and old not in seen.gold:
            return Failure(cause="stale_source", reason=f"cites {old}, which {new} replaces")
    return None


def _not_used(seen: Outcome) -> Failure | None:
    if not seen.gold or seen.result.grounded != "cited" or seen.cited_gold or not seen.lacking:
        return None
    return Failure(cause="not_used", reason=f"{seen.best}, but the answer cites {names(seen.result.cited)}")


def _missing_fact(seen: Outcome) -> Failure | None:
    if not seen.below("key_facts"):
        return None
    missing = [fact for fact in seen.case.must_say if not key_facts(seen.words, [fact])]
    said = len(seen.case.must_say) - len(missing)
    what = quoted(missing or seen.case.must_say)
    return Failure(
        cause="missing_fact",
        reason=f"does not say {what} ({said} of {len(seen.case.must_say)} said), citing {names(seen.result.cited)}",
    )


def _forbidden_fact(seen: Outcome) -> Failure | None:
    said = [fact for fact in seen.case.must_not_say if key_facts(seen.result.text, [fact])]
    if not said and not seen.below("must_not_say"):
        return None
    return Failure(
        cause="forbidden_fact",
        reason=f"says {quoted(said or seen.case.must_not_say)}, citing {names(seen.result.cited)}",
    )


def _unsupported(seen: Outcome) -> Failure | None:
    those = [one for one in seen.result.sentences if one.support == "unsupported"]
    if not those:
        return None
    worst = min(those, key=lambda one: one.score if one.score is not None else 0.0)
    sources = [one.ref for one in seen.result.evidence if one.marker in worst.markers]
    return Failure(
        cause="unsupported",
        reason=f"{names(sources)} does not say “{shortened(worst.text)}”"
        + (f", nor are {len(those) - 1} other sentences supported" if len(those) > 1 else ""),
    )


def _wrong_numbers(seen: Outcome) -> Failure | None:
    if not seen.below("numbers_right"):
        return None
    return Failure(
        cause="unsupported", reason=f"a number of the answer is not in what it cites: {names(seen.result.cited)}"
    )


def _wrong_language(seen: Outcome) -> Failure | None:
    if not seen.below("language"):
        return None
    wanted = {"ja": "Japanese", "en": "English"}[seen.case.language]
    return Failure(cause="wrong_language", reason=f"{wanted} was asked for; it begins “{shortened(seen.result.text)}”")


def _no_draft(seen: Outcome) -> Failure | None:
    if seen.case.expects != "draft" or "draft_reply" in seen.result.tools or not seen.result.grounded:
        return None
    return Failure(cause="no_draft", reason=f"no draft was filed; tools called: {names(seen.result.tools)}")


def _wrong_draft(seen: Outcome) -> Failure | None:
    wrong = seen.below("draft_gate", "draft_tone")
    if not wrong:
        return None
    words = {"draft_gate": "the gate blocks it", "draft_tone": "its tone or form is not that of business mail"}
    return Failure(cause="wrong_draft", reason="a draft was filed, but " + " and ".join(words[name] for name in wrong))


_STEPS: tuple[Callable[[Outcome], Failure | None], ...] = (
    _error, _unsafe, _wrong_account, _should_refuse, _wrong_tools, _not_ingested, _not_retrieved, _stale_source,
    _wrong_refusal, _not_used, _no_draft, _missing_fact, _forbidden_fact, _unsupported, _wrong_numbers,
    _wrong_language, _wrong_draft,
)  # fmt: skip
