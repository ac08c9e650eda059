"""A mail that a reviewer sent back, mended by the reason: what is wrong goes, what is missing comes, the rest stays.

The text that came back is the ground, also where a person had edited it. Nothing is worded anew: sentences are taken
out, put in as the sources have them, or replaced by the team's rules.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from agents.models.embedded.mail import mail_facts, mail_language, paragraphs, write_mail
from agents.models.embedded.planning import matter
from agents.models.embedded.ranking import Embeds
from agents.models.embedded.reading import Reading, shortens
from agents.models.embedded.units import Unit, units
from agents.wording import Spoken, language_of
from banso.knowledge.vocabulary import content_terms
from banso.learning.extract import sentences
from banso.learning.following import follow

WRONG = 0.5
"""Share of the reviewer's words that a sentence must have to be the wrong one."""
_FIGURE = re.compile(r"\d[\d.,:]*")


def by_rules(mail: dict[str, Any], reading: Reading) -> dict[str, Any]:
    """The mail as the team's rules of its language want it; `rules` names those that were followed."""
    language = language_of(mail["body"])
    rules = [rule for rule in reading.rules if rule.language == language]
    body, used = follow(mail["body"], rules, reading.question)
    return {**mail, "body": body, "rules": list(used)}


def rewrite_mail(reading: Reading, embedder: Embeds) -> dict[str, Any] | None:
    """Arguments for `draft_reply`, or None when nothing better was found."""
    back = reading.came_back
    if not back.get("grounded") and back.get("via") == "agent":
        mail = write_mail(reading, embedder)  # a holding reply: there is nothing in it to keep
        return mail if mail["sources"] else None
    language = mail_language(reading, matter(reading))
    body = _mended(reading, language, embedder)
    ruled, _ = follow(body, [rule for rule in reading.rules if rule.language == language], reading.question)
    if " ".join(ruled.split()) == " ".join(reading.drafted.split()):
        return None
    return {
        "subject": str(back.get("subject", "")),
        "body": body,
        "recipient": str(back.get("recipient", "")),
        "sources": sorted({p.marker for p in reading.passages if _stands_in(p, body)}),
    }


def _stands_in(passage: Any, body: str) -> bool:
    return passage.visibility == "public" and any(unit.shown in body for unit in units(passage))


def _mended(reading: Reading, language: Spoken, embedder: Embeds) -> str:
    body, note = reading.drafted, reading.note
    if shortens(note):
        return _shorter(body)
    if reading.code == "tone" or not note:
        return body
    wrong = _wrong(body, note) if reading.code in ("wrong_fact", "policy") or not reading.code else []
    for sentence in wrong:
        body = _without(body, sentence)
    found = mail_facts(reading, note, language, embedder)
    found = found or mail_facts(reading, matter(reading), language, embedder)
    new = [u for u in found if u.shown not in reading.drafted and not any(_same(u, sentence) for sentence in wrong)]
    if not new:
        return reading.drafted if _hollow(body) else body
    return _with(body, paragraphs(new, language))


def _same(unit: Unit, sentence: str) -> bool:
    return unit.shown in sentence or sentence in unit.shown


def _middle(body: str) -> tuple[list[str], list[str], list[str]]:
    """Paragraphs: address and greeting, what is said, closing."""
    parts = body.split("\n\n")
    first = min(2, len(parts) - 1)
    return parts[:first], parts[first:-1] or [], parts[-1:]


def _hollow(body: str) -> bool:
    return not any(part.strip() for part in _middle(body)[1])


def _wrong(body: str, note: str) -> list[str]:
    """The sentences of the matter that the reviewer's words are about: those that share a figure with them, else the
    one that shares most words."""
    said = [s for part in _middle(body)[1] for s in sentences(part)]
    figures = set(_FIGURE.findall(note))
    if hit := [s for s in said if figures & set(_FIGURE.findall(s))]:
        return hit
    words = set(content_terms(note))
    share = {s: len(words & set(content_terms(s))) / len(words) for s in said} if words else {}
    best = max(share, key=lambda s: share[s], default="")
    return [best] if best and share[best] >= WRONG else []


def _without(body: str, sentence: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.replace(sentence, "").rstrip() for line in body.split("\n")))


def _with(body: str, text: str) -> str:
    head, middle, end = _middle(body)
    return "\n\n".join([*head, *(part for part in middle if part.strip()), text, *end])


def _shorter(body: str) -> str:
    """The first half of what is said, by sentences: it begins with the best one."""
    head, middle, end = _middle(body)
    said = [s for part in middle for s in sentences(part)]
    if len(said) < 2:
        return body
    kept: Sequence[str] = said[: (len(said) + 1) // 2]
    text = "\n\n".join(middle)
    last = kept[-1]
    return "\n\n".join([*head, text[: text.index(last) + len(last)].rstrip(), *end])
