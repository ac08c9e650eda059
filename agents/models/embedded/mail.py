"""A business mail from what a customer may see."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from agents.models.embedded.composing import carries, is_sentence, select, unmentioned
from agents.models.embedded.conflicts import outweighed, settled
from agents.models.embedded.planning import matter
from agents.models.embedded.ranking import Embeds, rank
from agents.models.embedded.reading import Reading
from agents.models.embedded.units import Unit
from agents.wording import Spoken, language_of, say

LONGEST_SUBJECT = 60
_TELLING = re.compile(
    r"(?:の?こと|旨)?(?:を|について|に関して|に関する)?(?:お客様に|先方に|改めて|あらためて)*"
    r"(?:ご?(?:案内|説明|連絡|回答|返答|返信|通知|報告|紹介)|お伝え|お知らせ|伝え|知らせ|教え)?"
    r"(?:する|いたします|します|したい|して|ること|る|て)?(?:ください|下さい|ほしい|欲しい|もらう)?$"
    r"|について$|の件$"
)
_ASKED = re.compile(
    r"(?:は|って)(?:何|なん|どう|どの|いつ|どこ|いくら).*$|(?:でしょうか|ですか|ますか|である|です|ます)?[?？]*$"
    r"|^(?:explain|tell them|say|inform them)(?: to them| that| about)? (?=\S)",
    re.I,
)
LEAST_FOR_MAIL = 0.45
"""Lower than for an answer: a person asked for this text, knows the matter and reads it before it goes."""


def write_mail(reading: Reading, embedder: Embeds) -> dict[str, Any]:
    """Arguments for `draft_reply`: facts from public sources only, quoted as they stand, in the customer's language
    where the sources have it; without such facts a holding reply that claims nothing."""
    about = matter(reading)
    language = mail_language(reading, about)
    facts = mail_facts(reading, about, language, embedder)
    return {
        "subject": subject_of(_topic(reading, about), language),
        "body": _body(reading, _topic(reading, about), facts, language),
        "recipient": str(reading.hints.get("to", "")),
        "sources": sorted({unit.passage.marker for unit in facts}),
    }


def mail_language(reading: Reading, about: str) -> Spoken:
    """The customer's language; that of the matter where it is not known."""
    known = reading.hints.get("customer_language")
    return known if known in ("ja", "en") else language_of(about)


def mail_facts(reading: Reading, about: str, language: Spoken, embedder: Embeds) -> list[Unit]:
    """What public sources say about the matter, as they say it; empty when nothing is near enough."""
    public = [p for p in reading.passages if p.visibility == "public" and not p.superseded]
    if not public or unmentioned(about, reading.passages):
        return []
    same = [p for p in public if p.language == language]
    for passages in (same, public):
        ranked = [r for r in rank(about, passages, embedder) if r.unit.kind != "code"] if passages else []
        if ranked and carries(ranked, LEAST_FOR_MAIL):
            best = settled(ranked, about, language)[0]
            if passages is same and outweighed(best, rank(about, public, embedder), about):
                continue
            chosen = select(best, ranked, about)
            return [r.unit for r in chosen if r.unit.kind == "table" or r.unit.item or is_sentence(r.unit)]
    return []


def _body(reading: Reading, about: str, facts: Sequence[Unit], language: Spoken) -> str:
    head = []
    company, person = str(reading.hints.get("account_name", "")), _person(reading)
    if language == "ja" and company:
        head.append(company if person else f"{company} 御中")
    head.append(say(language, "mail_person", person=person) if person else say(language, "mail_no_person"))
    if language == "ja" and company and not person:
        head.pop()
    lead = say(language, "mail_lead") if facts else _holding(about, language)
    parts = ["\n".join(head), say(language, "mail_opening") + "\n" + lead]
    if facts:
        parts.append(paragraphs(facts, language))
    parts.append(say(language, "mail_closing"))
    return "\n\n".join(parts)


def _holding(about: str, language: Spoken) -> str:
    same = language_of(about, language) == language
    return say(language, "mail_holding", about=about) if same else say(language, "mail_holding_plain")


def paragraphs(facts: Sequence[Unit], language: Spoken) -> str:
    """Sentences one behind the other, items of a list as a list, rows of a table as lines of label and value."""
    parts: list[str] = []
    running = False
    for unit in facts:
        other = " " + say(language, "mail_quote_other") if language_of(unit.shown, language) != language else ""
        flows = unit.kind == "text" and not unit.item and not other
        if flows and running:
            parts[-1] += ("" if language == "ja" else " ") + unit.shown
        else:
            parts.append(_row(unit.shown, language) + other if unit.kind == "table" else _text(unit, language) + other)
        running = flows
    return "\n".join(parts)


def _text(unit: Unit, language: Spoken) -> str:
    bullet = {"ja": "・", "en": "- "}[language] if unit.item else ""
    return bullet + unit.shown


def _row(table: str, language: Spoken) -> str:
    """What a row is about, and below it each column with its name: a customer reads no Markdown."""
    header, row = (line.strip().strip("|").split("|") for line in table.splitlines()[::2])
    named = [(h.strip(), c.strip()) for h, c in zip(header, row, strict=False) if c.strip()]
    if not named:
        return ""
    (_, about), *rest = named
    colon, bullet = {"ja": ("：", "・"), "en": (": ", "- ")}[language]
    head = f"■ {about}" if language == "ja" else f"{about}:"
    return "\n".join([head, *(f"{bullet}{name}{colon}{value}" if name else f"{bullet}{value}" for name, value in rest)])


def subject_of(about: str, language: Spoken) -> str:
    """What the mail is about as a noun: 「対処方法をご案内する」 becomes 「対処方法について」.

    Words in another language than the customer's stay out of it, but for error codes.
    """
    if language_of(about, language) != language:
        codes = "・".join(dict.fromkeys(re.findall(r"[A-Za-z]{1,6}-\d{2,}", about)))
        return say(language, "mail_subject_codes" if codes else "mail_subject_plain", codes=codes)
    noun = _ASKED.sub("", _TELLING.sub("", about.strip(" 　。.、"))) or about
    return say(language, "mail_subject", about=_short(noun[:1].upper() + noun[1:]))


def _person(reading: Reading) -> str:
    """The name behind the address, or of the main contact when no address was given."""
    contacts, to = reading.hints.get("contacts", []), str(reading.hints.get("to", ""))
    return next((str(name) for email, name in contacts if to.casefold() in ("", str(email).casefold())), "")


def _topic(reading: Reading, about: str) -> str:
    return about.removesuffix(reading.search_words).strip() if reading.search_words else about


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1] + "…"
