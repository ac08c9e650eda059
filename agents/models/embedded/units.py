"""Passages cut into the units an answer is made of: sentences, list items, table rows with their header, code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from agents.models.embedded.reading import Passage
from agents.wording import language_of
from banso.knowledge.orders import is_order
from banso.knowledge.sentences import sentences
from banso.knowledge.vocabulary import term_set

_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[^\n]*\n.*?^[ \t]*(?:```|~~~)[ \t]*$", re.S | re.M)
_TABLE = re.compile(r"(?:^[ \t]*\|[^\n]*\|[ \t]*(?:\n|$)){2,}", re.M)
_RULE = re.compile(r"^[\s|:\-]+$")
_LIST = re.compile(r"^\s*(?:[-*+•・●○■]\s?|\(?\d{1,2}[.)]\s|[①-⑳])")
_HEADING = re.compile(r"^\s*#{1,6}\s")
_LEADS_ON = re.compile(
    r"(?:次の(?:とおり|通り|手順|表|いずれか)|以下の?|下記|as follows|following|these steps).{0,20}[。.:：]?$|[:：]$"
)
_ASKS = re.compile(r"[?？]\s*$|(?:でしょうか|ますか|ですか|ませんか|よね|でしょうね|かも|かな)[。！]?$")
_REQUESTS = re.compile(r"(?:教えて|ください(?:ませ)?|お願い(?:いた)?します)[。！]?$")
"""What a customer asks for; in a manual or from support the same words are an instruction."""
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
    r"(?:と申します|お世話になって(?:おり)?ます|お世話になります|ありがとうございま(?:す|した)|よろしくお願い(?:いた)?します"
    r"|助かりました|失礼いたします|お詫び(?:いた|申し上げ)?(?:します|ます)|ご迷惑をおかけ\S{0,12}|最終更新[:：].{4,40}"
    r"|サポート[ 　]\S{1,5}|.{1,16}(?:の|サポートの)[^\s。]{1,6}です)[。！!]?$"
    r"|^.{0,30}\b(?:support|team|customer success)$|^this is \w+ (?:from|of|at)\b.{0,60}$"
    r"|^(?:hello|hi|dear|thank you|thanks|many thanks|best regards|kind regards|regards|my name is)\b.{0,80}$",
    re.I,
)
_ENDED = re.compile(r"[。．.!！?？:：;；,、|」』]$|[:：]|\d")
_MACHINE = re.compile(r"[^\s\u3000-\u9fff\uff00-\uff60]{60,}|[A-Za-z0-9+]{40,}|(?:\"[\w.]+\":[^,]{0,60},\s*){3}")
"""Encoded data, stack dumps, JSON in prose: nobody wrote it to be read."""
_PATH = re.compile(r"[\w.\-]*(?:/[\w.\-]+){2,}|\b[\w\-]+\.(?:mdx?|csv|json|html?|ya?ml|png|jpe?g|svg|pdf|docx|xlsx)\b")
_ADDRESS = re.compile(r"https?://[^\s\u3000-\u9fff]+")
LONGEST = 700
LONGEST_HEADING = {"ja": 30, "en": 60}
MOST_HEADING_TERMS = 9


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
    heading: str = ""
    """The heading that stands nearest above it in the passage itself; empty: none does."""
    voice: str = ""
    """In a ticket: customer, support, note or resolution. In Slack: asker or reply."""
    terms: frozenset[str] = field(default_factory=frozenset)


def units(passage: Passage) -> list[Unit]:
    """The units of a passage in order."""
    made = []
    voice = opener = heading = ""
    for place, (kind, text) in enumerate(_stretches(passage.text, passage.table_head)):
        shown = text.strip()
        if speaks := _voice(shown, passage.source, opener):
            voice, opener = speaks, opener or shown
            continue
        if kind == "text" and (above := _heading(shown, passage)):
            heading = above
            continue
        if not shown or len(shown) > LONGEST or (kind != "code" and _says_nothing(shown, passage)):
            continue
        if is_order(shown):  # nobody should hear it from us, not even with its source
            continue
        made.append(
            Unit(
                passage=passage,
                place=place,
                shown=shown if kind in ("table", "code") else _plain(shown),
                kind=kind,
                item=kind == "text" and bool(_LIST.match(shown)),
                asks=kind == "text" and _asks(shown, voice),
                leads_on=kind == "text" and bool(_LEADS_ON.search(shown)),
                heading=heading,
                voice=voice,
                terms=term_set(shown),
            )
        )
    asked = any(unit.asks for unit in made if unit.voice == "asker")
    return made if asked or passage.source != "slack" else [replace(unit, voice="reply") for unit in made]


def _asks(shown: str, voice: str) -> bool:
    return bool(_ASKS.search(shown)) or (voice in ("customer", "asker") and bool(_REQUESTS.search(shown)))


def _voice(line: str, source: str, opener: str) -> str:
    """Who speaks from this line on; empty when it only says something. `opener` is the line of the first speaker."""
    if source == "slack":
        return ("asker" if line == (opener or line) else "reply") if _NAME.match(line) else ""
    if source != "ticket":
        return ""
    match = _SPEAKS.match(line)
    return next((name for name, words in _VOICES.items() if match and match.group(1) in words), "")


def _heading(shown: str, passage: Passage) -> str:
    """The words of a heading. A chunk keeps headings as lines of their own: short, no list item, no full stop."""
    line = _plain(shown)
    if _HEADING.match(shown) or {line, shown} & {passage.title, *passage.heading, *map(_plain, passage.heading)}:
        return line.lstrip("# ")
    short = len(line) <= LONGEST_HEADING[language_of(line)] and "\n" not in shown
    bare = short and not _LIST.match(shown) and not _ENDED.search(line) and "://" not in line
    return line if passage.source == "manual" and bare and len(term_set(line)) <= MOST_HEADING_TERMS else ""


def _says_nothing(shown: str, passage: Passage) -> bool:
    """Greetings and signatures, lines that hold an address and nothing else, what machines wrote for machines."""
    line = _plain(shown)
    bare = _ADDRESS.sub("", line)
    if _MACHINE.search(bare) or 2 * sum(len(path) for path in _PATH.findall(bare)) > len(bare):
        return True
    return bool(_CHATTER.search(line)) or len(_ADDRESS.sub("", line).strip(" \"':：,、。")) < 3


def _stretches(text: str, head: str) -> Iterator[tuple[str, str]]:
    position = 0
    found = sorted([*_FENCE.finditer(text), *_TABLE.finditer(text)], key=lambda match: match.start())
    for match in found:
        if match.start() < position:
            continue
        yield from _prose(text[position : match.start()])
        if match.re is _FENCE:
            yield "code", match.group().strip("\n")
        else:
            yield from _rows(match.group(), "" if text[: match.start()].strip() else head)
        position = match.end()
    yield from _prose(text[position:])


def _prose(text: str) -> Iterator[tuple[str, str]]:
    for start, end in sentences(text):
        yield "text", text[start:end]


def _rows(table: str, head: str) -> Iterator[tuple[str, str]]:
    """Each row of a table with the header above it. `head`: the header, where the passage begins inside the table."""
    lines = [line.strip() for line in table.strip().splitlines()]
    if not _RULE.match(lines[1]) and head:
        lines = [head, "|---|", *lines]
    if not _RULE.match(lines[1]):  # nobody knows what its columns are called
        for line in lines:
            yield "row", " / ".join(cell.strip() for cell in line.strip("|").split("|") if cell.strip())
        return
    header, body = lines[0], [line for line in lines[1:] if not _RULE.match(line)]
    rule = "|" + "---|" * (header.count("|") - 1)
    for row in body:
        yield "table", "\n".join((header, rule, row))


def _plain(sentence: str) -> str:
    return re.sub(r"\s*\n\s*", " ", _LIST.sub("", sentence)).replace("**", "").strip()
