"""Which tool a question needs."""

from __future__ import annotations

import re
from typing import Any

from langchain.messages import ToolCall

from agents.models.embedded.accounts import IN_USE, asks_for_record
from agents.models.embedded.followup import whole_question
from agents.models.embedded.reading import Reading
from banso.knowledge.splitting import questions_in
from banso.knowledge.vocabulary import fold

_DRAFT = re.compile(
    r"下書き|ドラフト|返信して|返事して|\breply to\b"
    r"|\bdraft (?:me |us )?(?:an?|the|this|that|something|some|reply|response|answer|e-?mail|mail|message|text)\b"
    r"|^draft\s*:"
    r"|\b(?:write|make|prepare|need|want|create|give|file|leave)\b.{0,20}\bdraft\b|\b(?:as|into) a draft\b"
    r"|(?:返信|返事|文面|回答文|案内文|メール|お礼|お詫び)(?:文|案)?(?:の案)?を.{0,8}?(?:書い|書き|作っ|作成|用意|考え)"
    r"|\b(?:write|compose|prepare)\b.{0,30}\b(?:reply|replies|email|e-mail|mail|message|response|answer)\b"
)
_ACCOUNT = re.compile(
    r"契約|更新(?:日|時期|月|まで)|席数|シート数|利用状況|利用率|ログイン(?:数|状況|回数)|アクティブ|nps|csat|mrr|arr|連絡先|担当者|窓口"
    r"|担当csm|未解決|オープン|対応中|最終(?:接触|連絡)|どの(?:プラン|ような状況)|プランは|状況"
    r"|contract|renew|seats?\b|usage|log-?ins?\b|active users|contacts?\b|owner|open tickets?|which plan|what plan"
    r"|their plan|plan (?:is|are)|account|" + IN_USE
)
_COMMAND_JA = re.compile(
    r"(?:という|旨の|を|の|する|ための)?(?:ご?案内(?:する)?)?(?:返信|返事|メール|文面|案内文|回答文|お詫び文)?(?:の|を)?"
    r"(?:下書き|ドラフト|返信案|文案)?(?:を|の)?(?:書いて|書き|作って|作成して|用意して|考えて|お願いします|お願い)"
    r"(?:ください|下さい|ほしい|欲しい|です|いたします)?[。！!]*$"
)
_TELLING_JA = re.compile(
    r"(?:の?こと|旨)?(?:を|について)?(?:お客様に|先方に)?(?:ご?(?:案内|説明|連絡|回答|返答|お伝え|通知)|伝え|知らせ|教え)"
    r"(?:する|した|したい|して|る|たい|て)?(?:ください|下さい|ほしい)?[。]?$"
)
_COMMAND_EN = re.compile(
    r"^(?:please )?(?:can you |could you )?(?:write|draft|compose|prepare)(?: me)?(?: an?| the)?(?: polite| short)*"
    r"(?: draft)?(?: (?:reply|email|e-mail|mail|message|response|answer))?(?: to (?:the|this|our) customer)?"
    r"(?: (?:about|on|that|explaining|saying|telling them))?[:\s]+",
    re.I,
)


def wants_draft(reading: Reading) -> bool:
    """Whether the user asks for a text to a customer."""
    return reading.task == "draft" or asks_for_text(reading.question)


def asks_for_text(question: str) -> bool:
    """Whether the words ask for a text to a customer, in a form that the embedded model acts on."""
    return bool(_DRAFT.search(fold(question)))


def about_account(reading: Reading) -> bool:
    """Whether the question is about a customer rather than the product."""
    asked = bool(_ACCOUNT.search(fold(whole_question(reading.question, reading.earlier))))
    return bool(reading.hints.get("mentioned")) or (asked and bool(reading.hints.get("account")))


def about_another(reading: Reading) -> bool:
    """Whether the record of another customer than the conversation's is asked for: this one's would answer wrongly."""
    return bool(reading.hints.get("others")) and asks_for_record(reading.question)


def matter(reading: Reading) -> str:
    """What to search for: the question made whole, or what a draft is about, without the command itself."""
    if wants_draft(reading):
        about = _COMMAND_EN.sub("", _COMMAND_JA.sub("", reading.question)).strip(" 　、。")
        about = _TELLING_JA.sub("", about) or about or reading.question
        return f"{about} {reading.search_words}".strip()
    return whole_question(reading.question, reading.earlier)


def first_calls(reading: Reading, tools: frozenset[str]) -> list[ToolCall]:
    """The look-ups to begin with: a search for each question of the message."""
    calls: list[ToolCall] = []
    if "search_knowledge" in tools:
        calls += [_call("search_knowledge", {"query": part}, number) for number, part in enumerate(questions(reading))]
    if "lookup_account" in tools and not wants_draft(reading) and about_account(reading):
        named = [*reading.hints.get("mentioned", []), reading.hints.get("account", "")][:1]
        calls.append(_call("lookup_account", {"query": named[0]}))
    return calls


def questions(reading: Reading) -> tuple[str, ...]:
    """What to search for, one by one. A draft is about one thing, and what leans on the conversation stays whole."""
    whole = matter(reading)
    return questions_in(whole) if whole == reading.question and not wants_draft(reading) else (whole,)


def _call(name: str, args: dict[str, Any], number: int = 0) -> ToolCall:
    return ToolCall(name=name, args=args, id=f"call_{name}" + (f"_{number + 1}" if number else ""), type="tool_call")


def draft_call(args: dict[str, Any], round_: str = "") -> ToolCall:
    """The call that files a draft."""
    return ToolCall(name="draft_reply", args=args, id=f"call_draft_reply{round_}", type="tool_call")
