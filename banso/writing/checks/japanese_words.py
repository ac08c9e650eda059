"""Japanese words that depend on the customer, and quotation marks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from banso.writing.checks.found import Found
from banso.writing.types import Context

_OTHER_BODY = re.compile(
    r"(?:学校|医療|社団|財団|税理士|弁護士|監査)法人|財団|病院|銀行|信用金庫|大学|協会|組合|市役所|[省庁市]$"
)
_MARKS = re.compile(r"\"([^\"\n「」]*[ぁ-んァ-ヶ一-龥][^\"\n「」]*)\"|“([^”\n「」]*[ぁ-んァ-ヶ一-龥][^”\n「」]*)”")
_PAIRS = {"「": "」", "『": "』"}


def your_company(text: str, context: Context) -> Iterator[Found]:
    """御社 is for talking, 貴社 for writing; a school or a hospital is neither, so there a person chooses."""
    fix = None if _OTHER_BODY.search(context.company) else "貴社"
    for match in re.finditer("御社", text):
        yield Found(match.start(), match.end(), "your_company", fix)


def quotes(text: str, context: Context) -> Iterator[Found]:
    """Western marks around Japanese words, each mark by itself since the words stay; marks without a partner."""
    for match in _MARKS.finditer(text):
        yield Found(match.start(), match.start() + 1, "quotes", "「")
        yield Found(match.end() - 1, match.end(), "quotes", "」")
    for opening, closing in _PAIRS.items():
        yield from _unpaired(text, opening, closing)


def _unpaired(text: str, opening: str, closing: str) -> Iterator[Found]:
    for paragraph in re.finditer(r"(?:.|\n(?!\n))+", text):
        waiting: list[int] = []
        for match in re.finditer(f"[{opening}{closing}]", paragraph.group()):
            at = paragraph.start() + match.start()
            if match.group() == opening:
                waiting.append(at)
            elif waiting:
                waiting.pop()
            else:
                yield Found(at, at + 1, "quote_open")
        yield from (Found(at, at + 1, "quote_open") for at in waiting)


CHECKS = {"ja_your_company": your_company, "ja_quotes": quotes}
