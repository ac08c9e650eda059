"""Asking back for the customer's version or edition, where what an answer cites is said otherwise for another one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.answers import Answer, Choice, QuestionBack
from agents.asking_back import ALIKE
from agents.installed_facts import cited, edition_name
from agents.wording import Spoken, say
from banso.gate.agreement import denies, numbers
from banso.knowledge import editions, versions
from banso.knowledge.documents import Citation, Hit, Installed
from banso.knowledge.fitting import editions_of, same_page
from banso.knowledge.sentences import sentences
from banso.knowledge.support import likeness, words

Told = dict[str, object]
"""By version or edition: what is said of one thing, as its numbers and whether it denies."""


def with_installed_asked(
    answer: Answer, words_said: str, evidence: Sequence[Hit], installed: Installed, language: Spoken
) -> Answer:
    """The answer with the question for edition or version. `words_said`: everything that the person wrote; `installed`:
    what is known of the customer. Nothing is asked where one was named, or where it changes nothing."""
    if answer.asks or answer.grounded != "cited":
        return answer
    pairs = cited(answer, evidence)
    if not installed.edition and not editions.said_in(words_said, installed.editions):
        for citation, hit in pairs:
            told = _by_edition(citation, hit, evidence, installed)
            if _differs(told):
                return _asking(answer, say(language, "ask_edition"), [edition_name(one, language) for one in told])
    if not installed.versions and not versions.said_in(words_said, [hit.version for hit in evidence]):
        for citation, hit in pairs:
            told = _by_version(citation, hit, evidence)
            if _differs(told):
                newest = sorted(told, key=versions.numbers, reverse=True)
                labels = [say(language, "choice_version", version=one) for one in newest]
                return _asking(answer, say(language, "ask_version"), labels)
    return answer


def _asking(answer: Answer, question: str, labels: Sequence[str]) -> Answer:
    choices = tuple(Choice(label=label) for label in dict.fromkeys(labels))
    return answer.model_copy(update={"asks": QuestionBack(question=question, choices=choices)})


def _differs(told: Told) -> bool:
    return len(set(told.values())) > 1


def _by_edition(citation: Citation, hit: Hit, evidence: Sequence[Hit], installed: Installed) -> Told:
    """The quote's edition and each other one of which the same page says the same kind of thing."""
    own = _edition_of(hit, citation.quote, installed)
    if not own:
        return {}
    told: Told = {own: _statement(citation.quote)}
    for one in (hit, *(other for other in evidence if same_page(hit, other))):
        for piece in _alike(citation.quote, one):
            if other := _edition_of(one, piece, installed):
                told.setdefault(other, _statement(piece))
    return told


def _edition_of(hit: Hit, piece: str, installed: Installed) -> str:
    """The one edition that a sentence, with where it stands, is about; empty for none or several."""
    named = editions_of(hit, piece, installed.editions)
    return next(iter(named)) if len(named) == 1 else ""


def _by_version(citation: Citation, hit: Hit, evidence: Sequence[Hit]) -> Told:
    """The cited version and each other one whose page of the same thing says the same kind of thing."""
    if not hit.version:
        return {}
    told: Told = {hit.version: _statement(citation.quote, hit.version)}
    for one in evidence:
        if versions.comparable(one.version, hit.version) and same_page(hit, one):
            for piece in _alike(citation.quote, one):
                told.setdefault(one.version, _statement(piece, one.version))
    return told


def _alike(quote: str, hit: Hit) -> Iterator[str]:
    asked = words(quote)
    for start, end in sentences(hit.text):
        if likeness(asked, hit.text[start:end]) >= ALIKE:
            yield hit.text[start:end]


def _statement(piece: str, version: str = "") -> object:
    return numbers(piece) - {version}, denies(piece)
