"""Why a case failed: the first step that went wrong, from the sources that were taken in to the words that came out.

Pure: it reads what the run recorded. A score of 1 is right, below 1 is not, and None says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import get_args

from evals.cases import Case
from evals.record import CaseResult, Cause, Failure, Frozen
from evals.scorers import key_facts

SEEN = 10
"""Documents of the result list that count as found, as in recall@10 and hit@10."""
EXAMPLES = 5
SHOWN = 5
"""Names in one sentence; their number stands before them."""


class Group(Frozen):
    """The cases that failed for one cause: how many, and the first of them."""

    cause: Cause
    count: int
    share: float
    """Of all cases of the run, 0 to 1."""
    examples: tuple[tuple[str, str], ...]
    """(id of the case, reason)."""


@dataclass(frozen=True)
class _Seen:
    """One case with what it takes to judge it."""

    case: Case
    result: CaseResult
    ingested: Collection[str]
    successors: Mapping[str, str]
    gold: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "gold", tuple(ref for ref, gain in self.case.gold.items() if gain > 0))

    def below(self, *scores: str) -> list[str]:
        """The names of those scores that say that something is wrong."""
        return [name for name in scores if (value := self.result.scores.get(name)) is not None and value < 1]

    @property
    def words(self) -> str:
        """Everything that the reader sees: the answer and its quotes."""
        return " ".join((self.result.text, *(one.quote for one in self.result.evidence)))

    @property
    def cited_gold(self) -> list[str]:
        return [ref for ref in self.gold if ref in self.result.cited]


def diagnose(
    case: Case, result: CaseResult, *, ingested: Collection[str], successors: Mapping[str, str] | None = None
) -> tuple[Failure, ...]:
    """What went wrong first, with a sentence for a person; empty when nothing did.

    `ingested`: refs of every document in the index. `successors`: ref -> ref of the document that replaces it; the
    cited documents are enough.
    """
    seen = _Seen(case, result, ingested, successors or {})
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


def _error(seen: _Seen) -> Failure | None:
    if not seen.result.error:
        return None
    return Failure(cause="error", reason=f"the product raised: {_first_line(seen.result.error)}")


def _unsafe(seen: _Seen) -> Failure | None:
    if not seen.below("nothing_sent"):
        return None
    return Failure(cause="unsafe", reason="a message left although nobody approved it; see the outbox and the audit")


def _wrong_account(seen: _Seen) -> Failure | None:
    if not seen.below("right_account"):
        return None
    whose = f"the chosen account {seen.case.account}" if seen.case.account else "no chosen account"
    return Failure(
        cause="wrong_account",
        reason=f"with {whose}, text of another account was used; cited: {_names(seen.result.cited)}",
    )


def _should_refuse(seen: _Seen) -> Failure | None:
    if seen.case.answerable or seen.result.grounded not in ("cited", "chat"):
        return None
    if seen.result.grounded == "chat":
        return Failure(cause="should_refuse", reason="talked on without a source although nothing answers the question")
    sure = f" with confidence {seen.result.confidence:.2f}" if seen.result.confidence is not None else ""
    return Failure(
        cause="should_refuse",
        reason=f"answered{sure} although nothing answers the question, from {_names(seen.result.cited)}",
    )


def _wrong_tools(seen: _Seen) -> Failure | None:
    if seen.case.tools is None or not seen.below("tools_on_plan"):
        return None
    return Failure(
        cause="wrong_tools",
        reason=f"the plan was {_names(seen.case.tools)}; called were {_names(seen.result.tools)}",
    )


def _not_ingested(seen: _Seen) -> Failure | None:
    missing = [ref for ref in seen.gold if ref not in seen.ingested]
    if not _lacking(seen) or not missing or len(missing) < len(seen.gold):
        return None
    return Failure(
        cause="not_ingested", reason=f"not in the index: {_names(missing)}; ingest its folder, or mend its ref"
    )


def _not_retrieved(seen: _Seen) -> Failure | None:
    ranks = _ranks(seen)
    if not _lacking(seen) or not seen.gold or seen.cited_gold or any(rank <= SEEN for rank in ranks.values()):
        return None
    if ranks:
        ref, rank = min(ranks.items(), key=lambda pair: pair[1])
        where = f"{ref} is at rank {rank}, behind the first {SEEN}"
    else:
        where = f"{_names(seen.gold)} is not among the {len(_distinct(seen.result.found))} documents found"
    return Failure(cause="not_retrieved", reason=f"{where}; first are {_names(_distinct(seen.result.found)[:3])}")


def _wrong_refusal(seen: _Seen) -> Failure | None:
    if not seen.case.answerable or seen.result.grounded not in ("refused", "chat"):
        return None
    if seen.result.grounded == "chat" and not _lacking(seen):
        return None
    did = "refused" if seen.result.grounded == "refused" else "answered without any source"
    sure = f", confidence {seen.result.confidence:.2f}" if seen.result.confidence is not None else ""
    return Failure(cause="wrong_refusal", reason=f"{did} although {_ranked(seen)} answers it{sure}")


def _stale_source(seen: _Seen) -> Failure | None:
    cited = set(seen.result.cited)
    for old in dict.fromkeys(seen.result.cited):
        new = seen.successors.get(old)
        if new and new in seen.ingested and new not in cited and old not in seen.gold:
            return Failure(cause="stale_source", reason=f"cites {old}, which {new} replaces")
    return None


def _not_used(seen: _Seen) -> Failure | None:
    if not seen.gold or seen.result.grounded != "cited" or seen.cited_gold or not _lacking(seen):
        return None
    return Failure(cause="not_used", reason=f"{_ranked(seen)}, but the answer cites {_names(seen.result.cited)}")


def _missing_fact(seen: _Seen) -> Failure | None:
    if not seen.below("key_facts"):
        return None
    missing = [fact for fact in seen.case.must_say if not key_facts(seen.words, [fact])]
    said = len(seen.case.must_say) - len(missing)
    what = _quoted(missing or seen.case.must_say)
    return Failure(
        cause="missing_fact",
        reason=f"does not say {what} ({said} of {len(seen.case.must_say)} said), citing {_names(seen.result.cited)}",
    )


def _forbidden_fact(seen: _Seen) -> Failure | None:
    said = [fact for fact in seen.case.must_not_say if key_facts(seen.result.text, [fact])]
    if not said and not seen.below("must_not_say"):
        return None
    return Failure(
        cause="forbidden_fact",
        reason=f"says {_quoted(said or seen.case.must_not_say)}, citing {_names(seen.result.cited)}",
    )


def _unsupported(seen: _Seen) -> Failure | None:
    those = [one for one in seen.result.sentences if one.support == "unsupported"]
    if not those:
        return None
    worst = min(those, key=lambda one: one.score if one.score is not None else 0.0)
    sources = [one.ref for one in seen.result.evidence if one.marker in worst.markers]
    return Failure(
        cause="unsupported",
        reason=f"{_names(sources)} does not say “{_shortened(worst.text)}”"
        + (f", nor are {len(those) - 1} other sentences supported" if len(those) > 1 else ""),
    )


def _wrong_numbers(seen: _Seen) -> Failure | None:
    if not seen.below("numbers_right"):
        return None
    return Failure(
        cause="unsupported", reason=f"a number of the answer is not in what it cites: {_names(seen.result.cited)}"
    )


def _wrong_language(seen: _Seen) -> Failure | None:
    if not seen.below("language"):
        return None
    wanted = {"ja": "Japanese", "en": "English"}[seen.case.language]
    return Failure(cause="wrong_language", reason=f"{wanted} was asked for; it begins “{_shortened(seen.result.text)}”")


def _no_draft(seen: _Seen) -> Failure | None:
    if seen.case.expects != "draft" or "draft_reply" in seen.result.tools or not seen.result.grounded:
        return None
    return Failure(cause="no_draft", reason=f"no draft was filed; tools called: {_names(seen.result.tools)}")


def _wrong_draft(seen: _Seen) -> Failure | None:
    wrong = seen.below("draft_gate", "draft_tone")
    if not wrong:
        return None
    words = {"draft_gate": "the gate blocks it", "draft_tone": "its tone or form is not that of business mail"}
    return Failure(cause="wrong_draft", reason="a draft was filed, but " + " and ".join(words[name] for name in wrong))


_STEPS: tuple[Callable[[_Seen], Failure | None], ...] = (
    _error, _unsafe, _wrong_account, _should_refuse, _wrong_tools, _not_ingested, _not_retrieved, _stale_source,
    _wrong_refusal, _not_used, _no_draft, _missing_fact, _forbidden_fact, _unsupported, _wrong_numbers,
    _wrong_language, _wrong_draft,
)  # fmt: skip


def _lacking(seen: _Seen) -> bool:
    """Whether the answer, or the search where no answer was made, fell short of what the gold documents hold.

    An answer that says everything it must from other sources than the gold ones is right: gold lists are not complete.
    """
    if not seen.case.answerable:
        return False
    if seen.result.grounded == "refused":
        return True
    if not seen.result.grounded:
        return bool(seen.gold) and not any(rank <= SEEN for rank in _ranks(seen).values())
    return bool(seen.below("key_facts")) or (not seen.case.must_say and bool(seen.gold) and not seen.cited_gold)


def _ranks(seen: _Seen) -> dict[str, int]:
    """Rank, from 1, of each gold document that was found, counting documents once."""
    order = {ref: rank for rank, ref in enumerate(_distinct(seen.result.found), start=1)}
    return {ref: order[ref] for ref in seen.gold if ref in order}


def _ranked(seen: _Seen) -> str:
    ranks = _ranks(seen)
    if not ranks:
        return _names(seen.gold) or "a source"
    ref, rank = min(ranks.items(), key=lambda pair: pair[1])
    return f"{ref} (found at rank {rank})"


def _distinct(found: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(found))


def _names(refs: Iterable[str]) -> str:
    """At most SHOWN names, and how many more there are."""
    refs = _distinct(refs)
    if not refs:
        return "nothing"
    more = f" and {len(refs) - SHOWN} more" if len(refs) > SHOWN else ""
    return ", ".join(refs[:SHOWN]) + more


def _quoted(facts: Iterable[str]) -> str:
    return ", ".join(f"“{fact.replace('|', '” or “')}”" for fact in facts)


def _shortened(text: str, length: int = 80) -> str:
    words = " ".join(text.split())
    return words if len(words) <= length else words[: length - 1] + "…"


def _first_line(text: str) -> str:
    return _shortened(next(iter(text.strip().splitlines()), ""), 200)
