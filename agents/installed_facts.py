"""What version and edition of the customer did to an answer: what is said of a passage about others, and whether the
record told passages apart at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from agents.answers import Answer, UsedFact
from agents.wording import Spoken, say
from banso.knowledge.beside import alike
from banso.knowledge.documents import Citation, Hit, Installed, Misfit
from banso.knowledge.editions import CLOUD, SELF_HOSTED, kind_of
from banso.knowledge.editions import said_in as editions_in
from banso.knowledge.fitting import SINKS, Wanted, same_page, wanted
from banso.knowledge.versions import holds_for, said_in


def installed_notices(
    answer: Answer, question: str, evidence: Sequence[Hit], installed: Installed, language: Spoken
) -> tuple[str, ...]:
    """A sentence for each group of cited passages about another version or edition than the customer's, where the
    question names none itself."""
    by_words: dict[tuple[str, str], list[int]] = {}
    for citation, hit in cited(answer, evidence):
        if _tells_version(question, evidence, installed) and _other_version(hit, installed):
            by_words.setdefault(("other_version", hit.version), []).append(citation.marker)
        if other := _tells_edition(question, installed).other_edition(hit, citation.quote):
            by_words.setdefault(("other_edition", edition_name(other, language)), []).append(citation.marker)
    own = {"other_version": ", ".join(installed.versions), "other_edition": edition_name(installed.edition, language)}
    return tuple(
        say(language, key, markers=" ".join(f"[{n}]" for n in numbers), other=other, own=own[key])
        for (key, other), numbers in by_words.items()
    )


def used_installed(answer: Answer, question: str, evidence: Sequence[Hit], installed: Installed) -> Iterator[UsedFact]:
    """Version and edition, each where the answer cites a passage about another one, or where one that would have come
    into question stood back for what is cited."""
    pairs = cited(answer, evidence)
    marked = any(_other_version(hit, installed) for _, hit in pairs)
    if _tells_version(question, evidence, installed) and (
        marked or _stood_back("other_version", pairs, question, evidence)
    ):
        yield UsedFact(kind="version", value=installed.versions[0])
    sought = _tells_edition(question, installed)
    if sought.editions and (
        any(sought.other_edition(hit, citation.quote) for citation, hit in pairs)
        or _stood_back("other_edition", pairs, question, evidence)
    ):
        yield UsedFact(kind="edition", value=installed.edition)


def cited(answer: Answer, evidence: Sequence[Hit]) -> list[tuple[Citation, Hit]]:
    """The citations of an answer with their passages, but for those of the CRM."""
    found: Mapping[str, Hit] = {hit.chunk_id: hit for hit in evidence}
    return [(c, found[c.chunk_id]) for c in answer.citations if c.source != "crm" and c.chunk_id in found]


def edition_name(edition: str, language: Spoken) -> str:
    """How an edition is called in a sentence."""
    kind = kind_of(edition)
    return say(language, f"edition_{kind}") if kind in (CLOUD, SELF_HOSTED) else say(language, "edition", name=edition)


def _tells_version(question: str, evidence: Sequence[Hit], installed: Installed) -> bool:
    return bool(installed.versions) and not said_in(question, [hit.version for hit in evidence])


def _tells_edition(question: str, installed: Installed) -> Wanted:
    """The customer's edition; none where the question names one."""
    return Wanted() if editions_in(question, installed.editions) else wanted("", installed)


def _other_version(hit: Hit, installed: Installed) -> bool:
    """Whether a passage is about another version, and stands in no document that is not."""
    return wanted("", installed).other_version(hit) and not any(
        one.version and holds_for(one.version, installed.versions) for one in hit.variants
    )


def _stood_back(why: Misfit, pairs: Sequence[tuple[Citation, Hit]], question: str, evidence: Sequence[Hit]) -> bool:
    """Whether a passage that does not fit is like the question, is the same page as one that is cited, or would have
    stood before all that is cited."""
    best = max((hit.score for _, hit in pairs), default=0.0)
    others = [hit for hit in evidence if hit.misfit == why] if pairs else []
    return any(
        alike(question, one) or one.score / SINKS > best > 0 or any(same_page(one, hit) for _, hit in pairs)
        for one in others
    )
