"""Sentences that speak to a machine instead of a reader: an order planted in a page, a ticket or a message.

Found by what they say, in both languages, so a page about prompts is met too: such sentences are left out of answers by
the embedded model and nothing else happens to them. This is no wall. What keeps an order harmless is that neither
model nor graph can send (docs/review.md); this keeps it from being read out to a person who may follow it.
"""

from __future__ import annotations

import re
import unicodedata

_EN = (
    r"\b(?:ignore|disregard|forget|override)\b.{0,30}\b(?:previous|prior|earlier|above|preceding)\b",
    r"\b(?:previous|prior|earlier|above) (?:instruction|prompt|rule|order)s?\b.{0,40}\b(?:void|invalid|revoked)",
    r"\b(?:ai|language) (?:model|assistant|agent)s?\b.{0,80}"
    r"\b(?:must|shall|always|never|whenever|recommend|reply)\b",
    r"\b(?:the|all|every|any) (?:assistant|chatbot|bot|llm|copilot)s?\b.{0,60}"
    r"\b(?:must|shall|is to|are to|has to|have to)\b",
    r"\b(?:note|message|order|directive|instruction)s? (?:to|for) (?:the |all )?(?:ai|assistant|llm|bot)",
    r"\b(?:assistant|system|ai) (?:directive|override|order)\b",
    r"^\W*(?:system|assistant|ai|developer)\s*[:：>]",
    r"\bfrom now on\b.{0,40}\b(?:answer|reply|respond|act|speak|you)\b",
    r"\b(?:then )?obey (?:it|this|them|me)\b",
    r"\bdo not (?:tell|inform|mention|warn)\b.{0,30}\b(?:user|reader|customer|human)",
    r"\b(?:draft_reply|lookup_account|search_knowledge)\b",
    r"\"citations\"\s*:|\"marker\"\s*:",
)
_JA = (
    r"(?:これまで|今まで|以前|以上|上記|前述|従来|元)の(?:すべての|全ての|全)?(?:指示|命令|ルール|プロンプト|設定).{0,20}(?:無視|忘れ|無効|破棄)",
    r"(?:アシスタント|aiモデル|言語モデル|llm|チャットボット|生成ai|aiエージェント)(?:は|へ|に).{0,80}(?:こと|ください|せよ|しろ|なさい)[。:]?",
    r"[(（【\[]?\s*ai\s*(?:向け|への指示|へ指示|宛)",
    r"(?:利用者|ユーザー|お客様|読み手|担当者)に(?:は)?(?:伝え|知らせ|教え|見せ)(?:ない|ず)",
    r"(?:回答|返答|応答)(?:の|文の)?(?:冒頭|最後|末尾|文末)?に(?:は)?必ず.{0,40}(?:こと|ください|せよ)",
    r"(?:要約|回答|翻訳)するときは.{0,60}(?:こと|ください)[。:]?$",
    r"(?:書き添え|付け加え|追記し)て(?:ください|回答)",
    r"(?:他|ほか)の(?:資料|文書|情報源)(?:を|は)(?:引用|参照|使用)し(?:ない|ては)",
    r"(?:回答を出す前|回答する前|答える前)に",
    r"隠された(?:命令|指示)|この文書を読んだ",
    r"(?:send|ツール)\s*を(?:呼び出し|実行し)て(?:ください|から)",
    r"出典として.{0,60}(?:示し|書き|挙げ)",
)
_ORDER = re.compile("|".join((*_EN, *_JA)), re.I)
_FORMAT = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)


def is_order(text: str) -> bool:
    """Whether a sentence gives an order to a machine. Width, case and invisible characters do not hide one."""
    return bool(_ORDER.search(_FORMAT.sub("", unicodedata.normalize("NFKC", text))))
