"""Which lines of an account overview a question asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.models.embedded.reading import Passage
from agents.models.embedded.units import Unit
from banso.knowledge.vocabulary import fold

MOST_LINES = 5
IN_USE = (
    r"(?:ご?利用中の|お?使いの|使っている|お客様の|先方の)(?:バージョン|エディション)"
    r"|(?:どの|何の)(?:バージョン|エディション)を(?:ご?利用|お?使)"
    r"|(?:what|which) (?:version|edition)(?: of \w+)? (?:are|is|do|does) (?:they|this customer|the customer)\b"
)
"""What a customer runs; 「どのバージョンから使えますか」 is about the product."""
_ASKED: tuple[tuple[str, str], ...] = (
    (r"更新(?:日|時期|月|は?いつ|まで)|いつ更新|renewal|renews?\b", r"^契約更新日|^contract renewal"),
    (
        r"プランは|どのプラン|何プラン|契約(?:内容|状況|プラン)|which plan|what plan|their plan",
        r"^契約(?:プラン)?:|^contract(?: plan)?:",
    ),
    (
        IN_USE,
        r"^ご利用のバージョン|^version in use",
    ),
    (r"席数|シート数|ライセンス数|何席|\bseats?\b|licen[cs]es", r"契約席数|\bseats:"),
    (r"担当csm|担当は誰|誰が担当|担当者は誰|社内の担当|\bowner\b|\bcsm\b|who looks after", r"^担当csm|^owner"),
    (r"連絡先|窓口|主担当|キーパーソン|contacts?\b|who should (?:i|we) (?:write|talk)", r"^連絡先|^contacts"),
    (
        r"利用状況|利用率|ログイン(?:数|状況|回数)|アクティブ|usage|log-?ins?\b|active users",
        r"^利用|^usage|^weeks without",
    ),
    (r"nps|csat|満足度|アンケート|surveys?\b|satisfaction", r"^アンケート|^surveys"),
    (r"未解決|オープン|対応中|open (?:tickets?|cases?|issues?)", r"^未解決|^open tickets"),
    (r"mrr|arr\b|月額はいくら|契約金額", r"mrr"),
    (r"最終(?:接触|連絡)|最後に(?:連絡|話)|last (?:contact|spoke|talked)", r"^最終接触|^last contact"),
    (
        r"(?:どんな|どのような)(?:会社|お客様|状況|取引先)|状況を(?:教え|まとめ)|概要|overview|tell me about|status of",
        r".",
    ),
)


def asks_for_record(question: str) -> bool:
    """Whether the question is about the record of a customer: contract, contacts, usage."""
    asked = fold(question)
    return any(re.search(pattern, asked) for pattern, _ in _ASKED)


def facts(question: str, passages: Sequence[Passage]) -> list[Unit]:
    """The lines asked for, in their order; none when the question is not about the account's record."""
    asked = fold(question)
    wanted = [re.compile(line) for pattern, line in _ASKED if re.search(pattern, asked)]
    found = []
    for passage in passages:
        if passage.source == "crm":
            lines = [line for line in passage.text.splitlines() if line.strip()]
            found += [
                Unit(passage=passage, place=place, shown=line)
                for place, line in enumerate(lines)
                if any(pattern.search(fold(line)) for pattern in wanted)
            ]
    return found[:MOST_LINES]
