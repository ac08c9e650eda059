"""What a turn may do: it follows from what a person asked, never from what a model read.

A model that obeys a sentence of a ticket asks for the same tools as one that obeys its user. So the tools look at the
person's own words: a draft is filed where a draft was asked for, a customer is looked up who is the conversation's or
was named, and a turn runs only so many calls. Nothing here is a question of how well a model behaves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from langchain.messages import AnyMessage, HumanMessage, ToolMessage

from agents.models.embedded.planning import asks_for_text
from agents.wording import Spoken, say
from banso.crm.accounts import Account
from banso.crm.base import Crm
from banso.crm.names import company_key, strip_forms
from banso.knowledge.vocabulary import fold

if TYPE_CHECKING:
    from agents.state import State

MOST_CALLS = 12
"""Calls that one turn runs: a message of four questions needs a search for each, a look-up and a second try."""
OFF_PLAN = "off_plan"
"""Under this key a tool message says that its call was not run, and of which kind it was."""
EVERYBODY = 1000
"""Customers that a message may name."""
_TEXT_JA = r"(?:返信|返事|返答|メール|文面|文案|案内文|お礼状|お詫び状|下書き|ドラフト|手紙|メッセージ)"
_TO_JA = r"(?:お客様|お客さま|客先|先方|顧客|相手|あちら|[^、。\s]{1,12}(?:様|さん|さま))(?:に|へ|宛てに|あてに)"
_END_JA = r"(?!も|い[るたな]|しま[うっ]|き[たま]|あ[るっ]|から|ない)"
_DOING_JA = (
    rf"(?:(?:送って|出して|書いて|作って|用意して|準備して|考えて|まとめて|作成して|送信して|しておいて){_END_JA}"
    r"|(?:送り|出し|書き|作り|作成し|送信し)たい|を?(?:作成|送信)?(?:お願い|頼[みむ])|が?(?:ほしい|欲しい))"
)
_ASKS = re.compile(
    rf"{_TEXT_JA}(?:の?案)?[をの文、 ]{{0,4}}[^。、?!]{{0,8}}?{_DOING_JA}"
    rf"|{_TO_JA}[^。?!]{{0,40}}?(?:送って|伝えて|知らせて|連絡して|返して|返信して|案内して|説明して|回答して|通知して"
    rf"|書いて){_END_JA}"
    rf"|{_TO_JA}[^。?!]{{0,40}}?(?:送り|伝え|知らせ|連絡し|返信し|案内し|説明し|回答し|通知し)たい"
    r"|(?:書き|作り)直し(?:て|たい)|(?:もっと|もう少し)(?:丁寧|短|やわらか|簡潔|詳し)[^。]{0,4}(?:書|して)"
    r"|(?:^|[.!?,:]\s*|\b(?:please|and|then|can you|could you|would you|let's|help me|want (?:you )?to|need (?:you )?to"
    r"|like (?:you )?to|have to)\s+)(?:write (?:to|back|them|him|her|me|an?|the)"
    r"|(?:compose|prepare) (?:an?|the)|e-?mail (?:it|them|him|her|the|this)"
    r"|(?:reply|respond)(?=\s*[:.,!]|\s+(?:to|that|with|in|saying)\b)|tell (?!me\b)"
    r"|send (?:it|them|him|her|this|the (?:customer|client)|a (?:reply|mail|message|note|e-?mail|response))"
    r"|inform (?!me\b)|notify (?!me\b)|rewrite|(?:let|answer) (?:them|him|her|the customer))\b",
    re.M,
)

_AGAIN = re.compile(
    r"\W*(?:はい|ええ|うん|それで|では|もう一度|再度|もう一回|続けて|やり直して|yes|ok(?:ay)?|sure|again|once more"
    r"|try again|retry|go (?:on|ahead)|continue|please(?: do)?)"
    r"[、,\s]*(?:それで|お願い(?:します|いたします)?|ください|please|do)?\W*"
)
"""Words that only say yes to what was asked before."""


@dataclass(frozen=True)
class Plan:
    """The bounds of one turn. `words`: everything that the person wrote in this conversation."""

    draft: bool
    words: str
    done: int = 0
    """Calls that this turn has run already."""

    def names(self, query: str, account: Account, crm: Crm) -> bool:
        """Whether the person named this customer: the very words that are looked up, its id or domain, its name, or
        the beginning of its name, as people shorten names."""
        key = company_key(query)
        if _stands(key, company_key(self.words)) or (key.isascii() and _written(query, self.words)):
            return True
        if any(account.id == one.id for one in crm.mentioned(self.words, EVERYBODY)):
            return True
        return shortened(account.name, self.words)


def _stands(key: str, words: str) -> bool:
    """Whether the words hold the key: two characters of Japanese say a name, "on" does not."""
    if key.isascii():
        return len(key) > 2 and bool(re.search(rf"(?<![a-z0-9]){re.escape(key)}(?![a-z0-9])", words))
    return len(key) > 1 and key in words


def _written(query: str, words: str) -> bool:
    """Whether the words hold a Latin name, with or without its legal form and whatever stands between its parts."""
    parts = re.findall(r"[a-z0-9]+", fold(strip_forms(query)))
    name = r"[\W_]*".join(parts)
    return len("".join(parts)) > 2 and bool(re.search(rf"(?<![a-z0-9]){name}(?![a-z0-9])", fold(words)))


def plan_of(state: State) -> Plan:
    """The plan of the turn in this state."""
    turns = state.get("turns", [])
    asked = state["question"]
    chatted = bool(turns) and turns[-1].answer.grounded == "chat" and not turns[-1].answer.draft
    if chatted or (turns and _AGAIN.fullmatch(fold(asked))):
        asked = f"{turns[-1].question}\n{asked}"  # it was asked back, or is asked again: one request
    draft = state["task"] == "draft" or bool(state.get("redraft")) or asks_for_draft(asked)
    words = "\n".join([*(turn.question for turn in turns), state["question"]])
    return Plan(draft, words, done=_done(state["messages"]))


def asks_for_draft(text: str) -> bool:
    """Whether a person asks, in their own words, for a text to a customer."""
    return asks_for_text(text) or bool(_ASKS.search(fold(text)))


def off_plan(messages: Sequence[AnyMessage], language: Spoken, said: str) -> list[str]:
    """A sentence for each kind of call that was stopped in this turn, unless the answer `said` it already."""
    kinds = dict.fromkeys(str(one.additional_kwargs[OFF_PLAN]) for one in messages if OFF_PLAN in one.additional_kwargs)
    sentences = [say(language, f"off_plan_{kind}") for kind in kinds]
    return [sentence for sentence in sentences if sentence not in said]


def _done(messages: Sequence[AnyMessage]) -> int:
    """Calls since a person spoke last."""
    last = max((place for place, one in enumerate(messages) if isinstance(one, HumanMessage)), default=0)
    return sum(isinstance(message, ToolMessage) for message in messages[last:])


def shortened(name: str, words: str) -> bool:
    """Whether the words hold the beginning of the name: two characters of a Japanese one, the first word of another."""
    key = company_key(name)
    if not key.isascii():
        return len(key) > 1 and key[:2] in company_key(words)
    first = re.match(r"[a-z0-9]{3,}", fold(name))
    return bool(first and re.search(rf"\b{re.escape(first[0])}\b", fold(words)))
