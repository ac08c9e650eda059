"""A business mail from what a customer may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agents.models.embedded.composing import answers, is_sentence, select, unmentioned
from agents.models.embedded.planning import matter
from agents.models.embedded.ranking import Embeds, rank
from agents.models.embedded.reading import Reading
from agents.models.embedded.units import Unit
from agents.wording import Spoken, language_of, say

LONGEST_SUBJECT = 60
LEAST_FOR_MAIL = 0.45
"""Lower than for an answer: a person asked for this text, knows the matter and reads it before it goes."""


def write_mail(reading: Reading, embedder: Embeds) -> dict[str, Any]:
    """Arguments for `draft_reply`: facts from public sources only, quoted as they stand, in the customer's language
    where the sources have it; without such facts a holding reply that claims nothing."""
    about = matter(reading)
    known = reading.hints.get("customer_language")
    language: Spoken = known if known in ("ja", "en") else language_of(about)
    facts = _facts(reading, about, language, embedder)
    return {
        "subject": say(language, "mail_subject", about=_short(_topic(reading, about))),
        "body": _body(reading, _topic(reading, about), facts, language),
        "recipient": str(reading.hints.get("to", "")),
        "sources": sorted({unit.passage.marker for unit in facts}),
    }


def _facts(reading: Reading, about: str, language: Spoken, embedder: Embeds) -> list[Unit]:
    public = [p for p in reading.passages if p.visibility == "public" and not p.superseded]
    if not public or unmentioned(about, reading.passages):
        return []
    same = [p for p in public if p.language == language]
    for passages in (same, public):
        ranked = [r for r in rank(about, passages, embedder) if r.unit.kind != "code"] if passages else []
        if ranked and answers(ranked, LEAST_FOR_MAIL):
            return [
                r.unit for r in select(ranked, about) if r.unit.kind == "table" or r.unit.item or is_sentence(r.unit)
            ]
    return []


def _body(reading: Reading, about: str, facts: Sequence[Unit], language: Spoken) -> str:
    head = []
    company, person = str(reading.hints.get("account_name", "")), _person(reading)
    if language == "ja" and company:
        head.append(company if person else f"{company} 御中")
    head.append(say(language, "mail_person", person=person) if person else say(language, "mail_no_person"))
    if language == "ja" and company and not person:
        head.pop()
    lead = say(language, "mail_lead") if facts else say(language, "mail_holding", about=about)
    parts = ["\n".join(head), say(language, "mail_opening") + "\n" + lead]
    if facts:
        parts.append("\n".join(_line(unit, language) for unit in facts))
    parts.append(say(language, "mail_closing"))
    return "\n\n".join(parts)


def _line(unit: Unit, language: Spoken) -> str:
    shown = unit.shown
    if unit.kind == "table":
        header, row = (line.strip().strip("|").split("|") for line in shown.splitlines()[::2])
        shown = "、".join(f"{h.strip()}: {c.strip()}" for h, c in zip(header, row, strict=False) if c.strip())
    foreign = language_of(unit.shown, language) != language
    bullet = "・" if language == "ja" else "- "
    return bullet + shown + (" " + say(language, "mail_quote_other") if foreign else "")


def _person(reading: Reading) -> str:
    """The name behind the address, or of the main contact when no address was given."""
    contacts, to = reading.hints.get("contacts", []), str(reading.hints.get("to", ""))
    return next((str(name) for email, name in contacts if to.casefold() in ("", str(email).casefold())), "")


def _topic(reading: Reading, about: str) -> str:
    return about.removesuffix(reading.note).strip() if reading.note else about


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1] + "…"
