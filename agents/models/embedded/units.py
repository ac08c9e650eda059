"""Passages cut into the units an answer is made of: sentences, list items, table rows with their header, code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from agents.models.embedded.reading import Passage
from agents.models.embedded.words import term_set
from banso.knowledge.sentences import sentences

_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[^\n]*\n.*?^[ \t]*(?:```|~~~)[ \t]*$", re.S | re.M)
_TABLE = re.compile(r"(?:^[ \t]*\|[^\n]*\|[ \t]*(?:\n|$)){2,}", re.M)
_RULE = re.compile(r"^[\s|:\-]+$")
_LIST = re.compile(r"^\s*(?:[-*+•・●○■]\s?|\(?\d{1,2}[.)]\s|[①-⑳])")
_HEADING = re.compile(r"^\s*#{1,6}\s")
_LEADS_ON = re.compile(
    r"(?:次の(?:とおり|通り|手順|表|いずれか)|以下の?|下記|as follows|following|these steps).{0,20}[。.:：]?$|[:：]$"
)
_ASKS = re.compile(
    r"[?？]\s*$|(?:でしょうか|ますか|ですか|教えてください|お願いします|お願いいたします|ください(?:ませ)?)。?$"
)
_VOICES = {
    "customer": ("お客様", "customer"),
    "support": ("サポート", "support"),
    "note": ("社内メモ", "internal note"),
    "resolution": ("解決方法", "Resolution"),
}
_SPEAKS = re.compile(
    r"^(?:#+ )?(?:[^\n]{1,60}[(（])?"
    r"(お客様|サポート|社内メモ|解決方法|customer|support|internal note|Resolution)[)）]?[:：]?$"
)
_NAME = re.compile(r"^[^\s:：。][^:：。\n]{0,40}[:：]$")
_CHATTER = re.compile(
    r"(?:と申します|お世話になっております|お世話になります|ありがとうございます|ありがとうございました|よろしくお願い(?:いた)?します|助かりました"
    r"|失礼いたします|最終更新[:：].{4,20}|サポート[ 　]\S{1,5}|.{1,16}(?:の|サポートの)[^\s。]{1,6}です)[。！!]?$"
    r"|^(?:hello|hi|dear|thank you|thanks|many thanks|best regards|kind regards|regards|this is|my name is)\b.{0,80}$",
    re.I,
)
LONGEST = 700


@dataclass(frozen=True)
class Unit:
    """A stretch of one passage that can stand in an answer. `shown` is what the reader sees; every word of it stands
    in the passage."""

    passage: Passage
    place: int
    shown: str
    kind: str = "text"
    item: bool = False
    asks: bool = False
    leads_on: bool = False
    voice: str = ""
    """In a ticket: customer, support, note or resolution. In Slack: asker or reply."""
    terms: frozenset[str] = field(default_factory=frozenset)


def units(passage: Passage) -> list[Unit]:
    """The units of a passage in order."""
    made = []
    voice = opener = ""
    for place, (kind, text) in enumerate(_stretches(passage.text)):
        shown = text.strip()
        if speaks := _voice(shown, passage.source, opener):
            voice, opener = speaks, opener or shown
            continue
        if not shown or len(shown) > LONGEST or (kind == "text" and _says_nothing(shown, passage)):
            continue
        made.append(
            Unit(
                passage=passage,
                place=place,
                shown=shown if kind != "text" else _plain(shown),
                kind=kind,
                item=kind == "text" and bool(_LIST.match(shown)),
                asks=kind == "text" and bool(_ASKS.search(shown)),
                leads_on=kind == "text" and bool(_LEADS_ON.search(shown)),
                voice=voice,
                terms=term_set(shown),
            )
        )
    return made


def _voice(line: str, source: str, opener: str) -> str:
    """Who speaks from this line on; empty when it only says something. `opener` is the line of the first speaker."""
    if source == "slack":
        return ("asker" if line == (opener or line) else "reply") if _NAME.match(line) else ""
    if source != "ticket":
        return ""
    match = _SPEAKS.match(line)
    return next((name for name, words in _VOICES.items() if match and match.group(1) in words), "")


def _says_nothing(shown: str, passage: Passage) -> bool:
    """Headings, greetings, and the title over again."""
    return bool(_HEADING.match(shown) or _CHATTER.search(shown)) or _plain(shown) == passage.title


def _stretches(text: str) -> Iterator[tuple[str, str]]:
    position = 0
    found = sorted([*_FENCE.finditer(text), *_TABLE.finditer(text)], key=lambda match: match.start())
    for match in found:
        if match.start() < position:
            continue
        yield from _prose(text[position : match.start()])
        if match.re is _FENCE:
            yield "code", match.group().strip("\n")
        else:
            yield from _rows(match.group())
        position = match.end()
    yield from _prose(text[position:])


def _prose(text: str) -> Iterator[tuple[str, str]]:
    for start, end in sentences(text):
        yield "text", text[start:end]


def _rows(table: str) -> Iterator[tuple[str, str]]:
    """Each row of a table with the header above it."""
    lines = [line.strip() for line in table.strip().splitlines()]
    if not _RULE.match(lines[1]):  # the passage begins inside a table: nobody knows what its columns are called
        for line in lines:
            yield "text", " / ".join(cell.strip() for cell in line.strip("|").split("|") if cell.strip())
        return
    header, body = lines[0], [line for line in lines[1:] if not _RULE.match(line)]
    rule = "|" + "---|" * (header.count("|") - 1)
    for row in body:
        yield "table", "\n".join((header, rule, row))


def _plain(sentence: str) -> str:
    return re.sub(r"\s*\n\s*", " ", _LIST.sub("", sentence)).replace("**", "").strip()
