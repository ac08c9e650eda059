"""Asking back for what is missing and changes the answer: the customer's plan, or what a model asks for.

A question back is a part of an answer, never a tool for reaching a person: its words are ours or short and plain, and
each choice stands in a source or in the CRM.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from agents.answers import Answer, Choice, QuestionBack
from agents.plan import asks_for_draft
from agents.wording import Spoken, say
from banso.gate.agreement import denies, numbers
from banso.gate.legible import legible
from banso.gate.links import links
from banso.knowledge.documents import Hit
from banso.knowledge.plans import named_in
from banso.knowledge.sentences import sentences
from banso.knowledge.support import likeness, squeeze, words

ASK = re.compile(r"^\s*ASK:\s*(?P<question>[^|\n]{2,160}?)\s*(?P<choices>(?:\|[^|\n]{1,60}){0,6})\s*$", re.M)
"""How a prompted model asks back: one line, with choices."""
ALIKE = 0.5
"""Likeness (Dice) from which sentences about two plans, the plans' names left out, are about the same thing."""
ABOUT = 0.4
"""Share of the question's terms that a table's title and headings must hold, to be about the same thing."""
_UNFIT = re.compile(
    r"www\.|[\w.+-]+@[\w-]+\.|[\w-]\.(?:com|net|org|info|biz|jp|io|co|dev|app|me|xyz|example)\b"
    r"|(?:\+\d|\b0\d)[\d ()-]{6,}\d|パスワード|暗証|カード番号|口座番号|トークン|キーを|認証コード|確認コード"
    r"|ログイン(?:ID|情報)|password|passcode|passphrase|credential|(?:verification|login|one-time|security) code"
    r"|\bpin\b|card number|bank account|token|secret|\bkey\b", re.I,
)  # fmt: skip
"""A question back names no address and no telephone, and never asks for a secret: the model may be repeating what it
read."""


_ASKS = re.compile(r"(?:[^。.!！?？\n]|\.(?=\w)){1,200}(?:[?？]|(?:でしょうか|ください|ますか)。?)")
"""One sentence that asks; what stood before it would be a statement that nobody checks."""


def fit(question: str) -> bool:
    """Whether what a model says is one question, which may be put to a person."""
    return bool(_ASKS.fullmatch(question.strip())) and _harmless(question)


def _harmless(text: str) -> bool:
    """Neither an address nor a secret, however its letters are dressed up."""
    return not (_UNFIT.search(legible(text)[0]) or links(text))


def asked_by_model(said: str, evidence: Sequence[Hit], plans: Sequence[str]) -> tuple[str, QuestionBack | None]:
    """What a model said without its question back, and that question. Choices that stand nowhere are left out."""
    found = ASK.search(said)
    if found is None:
        return said, None
    rest = ASK.sub("", said).strip()
    question = " ".join(found["question"].split())
    if not fit(question):
        return rest, None
    there = squeeze("\n".join([*plans, *(f"{hit.title}\n{hit.text}" for hit in evidence)]))
    named = [one.strip() for one in found["choices"].split("|") if one.strip()]
    return rest, QuestionBack(question=question, choices=_choices([one for one in named if _choosable(one, there)]))


def _choosable(label: str, there: str) -> bool:
    """Whether it stands in what was read, and asks for nothing: a choice that is clicked is said by the person."""
    return squeeze(label) in there and _harmless(label) and not asks_for_draft(label)


def with_plan_asked(
    answer: Answer, words_said: str, evidence: Sequence[Hit], plans: Sequence[str], language: Spoken
) -> Answer:
    """The answer with the question for the customer's plan, where what it cites says something else for another plan.
    `words_said`: everything that the person wrote; `plans`: all there are. Nothing is asked where a plan was named."""
    known = tuple(plans)
    if answer.asks or answer.grounded != "cited" or len(known) < 2 or named_in(words_said, known):
        return answer
    by_id: Mapping[str, Hit] = {hit.chunk_id: hit for hit in evidence}
    question = words_said.splitlines()[-1] if words_said else ""
    for citation in answer.citations:
        hit = by_id.get(citation.chunk_id)
        told = dict(_by_plan(citation.quote, hit, known)) if hit else {}
        if len(told) == 1 or (hit and len(named_in(citation.quote, known)) == 1):
            told = max([told, *(_table(other, question, known) for other in evidence)], key=len)
        if len(set(told.values())) > 1:
            asks = QuestionBack(question=say(language, "ask_plan"), choices=_choices(list(told)))
            return answer.model_copy(update={"asks": asks})
    return answer


def _by_plan(quote: str, hit: Hit, plans: tuple[str, ...]) -> Iterator[tuple[str, object]]:
    """Each plan of which the passage says the same kind of thing as the quote, with what it says of it."""
    if "|" in quote:
        rows = [line for line in hit.text.splitlines() if line.lstrip().startswith("|")]
        yield from ((plan, cells) for row in rows for plan, cells in _row(row, plans))
        return
    if len(named_in(quote, plans)) != 1:
        return
    for start, end in sentences(hit.text):
        piece = hit.text[start:end]
        named = named_in(piece, plans)
        if len(named) == 1 and likeness(words(quote), piece) >= ALIKE:
            yield next(iter(named)), (numbers(piece), denies(piece))


def _table(hit: Hit, question: str, plans: tuple[str, ...]) -> dict[str, object]:
    """What a table by plan says of each, where its title, headings and columns are about the question."""
    rows = [line for line in hit.text.splitlines() if line.lstrip().startswith("|")]
    asked, frame = words(question), words("\n".join((hit.title, *hit.heading_path, hit.table_head, *rows[:1])))
    if hit.superseded_by or len(asked & frame) < ABOUT * (len(asked) or 1):
        return {}
    return {plan: said for row in rows for plan, said in _row(row, plans)}


def _row(row: str, plans: tuple[str, ...]) -> Iterator[tuple[str, object]]:
    """The plan by which a row is found, and its other cells."""
    first, *others = row.strip().strip("|").split("|")
    named = named_in(first, plans)
    if len(named) == 1 and not any(named_in(cell, plans) for cell in others):
        yield next(iter(named)), tuple(squeeze(cell) for cell in others)


def _choices(names: Sequence[str]) -> tuple[Choice, ...]:
    return tuple(Choice(label=one) for one in dict.fromkeys(names)) if len(set(names)) > 1 else ()
