"""What a question is made of: its content terms with weights, its codes and names, what kind of answer it wants."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from banso.knowledge.synonyms import Synonyms

Wanted = Literal["number", "price", "date", "how", "any"]

_GLUE_EN = (
    "a an the of to in on at is are be and or for from by with it this that these those as you your can could if not "
    "do does did was were has have had will would should shall no so we our they their its than then also there "
    "which who whom what when how where why i my me us many much any some about tell please let may might must "
    "get need want happen happens one long know use using customer"
)
_GLUE = frozenset(_GLUE_EN.split())
_THESAURUS = (
    "まとめて=一括 スマホ=モバイル=携帯 値段=価格=料金 サインイン=ログイン 退職=離職 返金=クレジット=減額 "
    "お試し=トライアル=試用 値引=割引=ディスカウント 止ま=停止 "
    "消え=削除 消し=削除 増や=追加 減ら=削減 やめ=解約 ひな形=テンプレート "
    "price=cost=fee login=signin cancel=terminat delete=remov mobile=phone discount=rebate"
)
_SAME: dict[str, frozenset[str]] = {
    word: frozenset(group.split("=")) for group in _THESAURUS.split() for word in group.split("=")
}
"""Words that people use for what manuals call otherwise; verbs by the part that stands before their ending."""
_SPOKEN = "|".join(word for word in _SAME if re.search(r"[ぁ-ん]", word))
_RUNS = re.compile(
    rf"(?P<spoken>{_SPOKEN})|"
    r"(?P<code>[A-Za-z]{1,6}-?\d{2,}(?:[-.]\d+)*)|(?P<number>\d+(?:[.,:/]\d+)*)|(?P<latin>[A-Za-z][A-Za-z0-9_.+\-]*[A-Za-z0-9]|[A-Za-z])"
    r"|(?P<katakana>[ァ-ヺー]{2,})|(?P<kanji>[\u3400-\u4dbf\u4e00-\u9fff々]+)"
)
_ASKING_WORDS = (
    "何 何時 何故 方法 教 場合 必要 可能 時 時間 理由 原因 対処 手順 確認 使 見 出 行 知 言 次 以上 以下 内容 件 "
    "際 後 前 中 的 用 顧客 お客様 客様"
)
_ASKING_JA = frozenset(_ASKING_WORDS.split())
_GENERAL_WORDS = (
    "プラン ユーザー ファイル データ メール サービス エラー コード アプリ ページ システム サーバー テナント "
    "グループ トークン ログ"
)
GENERAL = tuple(_GENERAL_WORDS.split())
_PATTERNS: tuple[tuple[Wanted, str], ...] = (
    ("price", r"いくら|料金|価格|費用|金額|単価|how much|price|cost|fee"),
    ("date", r"いつ|何日|何月|日付|期限|まで(?:に)?(?:です|でしょう)?か|\bwhen\b|\bdate\b|\bdeadline\b|until"),
    ("number", r"何(?:分|件|人|個|回|名|段|行|時間|年|か月|ヶ月|桁|文字|週|枚|営業日)|どのくらい|どれくらい|上限"),
    ("number", r"how (?:many|long|often|large|big)|limit|maximum"),
    (
        "how",
        r"方法|手順|どうすれば|どうしたら|どうやって|やり方|対処|直し方|how (?:do|can|to|should)|what should|fix|steps",
    ),
)


def fold(text: str) -> str:
    """NFKC, case folded."""
    return unicodedata.normalize("NFKC", text).casefold()


def plain(text: str) -> str:
    """The text as patterns see it: NFKC, case folded, without thousands separators and the marks of Markdown."""
    return re.sub(r"(?<=\d),(?=\d{3})|\*\*", "", fold(text))


def content_terms(text: str) -> dict[str, float]:
    """Terms that carry meaning, each with a weight by how much it says: codes and numbers most, single kanji least."""
    found: dict[str, float] = {}
    for match in _RUNS.finditer(unicodedata.normalize("NFKC", text)):
        run = match.group().casefold()
        if match["spoken"]:
            found[run] = 1.2
        elif match["code"]:
            found[run.replace("-", "")] = 4.0
        elif match["number"]:
            found[run.replace(",", "")] = 2.0 if len(run) > 1 else 0.5
        elif match["latin"]:
            if run not in _GLUE:
                found[stem(run)] = 2.0
        elif match["katakana"]:
            found |= _katakana(run)
        else:
            found |= _kanji(run)
    found.pop("", None)  # ーーー
    return found


def same_as(term: str) -> frozenset[str]:
    """The term and those that mean the same."""
    return _SAME.get(term, frozenset((term,)))


def equal_terms(question: str, synonyms: Synonyms) -> list[tuple[frozenset[str], frozenset[str]]]:
    """For each word of the question for which the team has an equal one: its terms, and those of the equal one."""
    return [(term_set(word), term_set(other)) for word, other in synonyms.swaps(question)]


def term_set(text: str) -> frozenset[str]:
    """The terms of a text that `content_terms` of a question can meet."""
    return frozenset(content_terms(text))


def stem(word: str) -> str:
    """A light English stem: plural, -ing, -ed."""
    for ending, least in (("ies", 5), ("ing", 6), ("ed", 5), ("es", 5), ("s", 4)):
        if word.endswith(ending) and len(word) >= least and not word.endswith("ss"):
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word.removesuffix("e") if len(word) > 4 else word


def wanted(question: str) -> Wanted:
    """What kind of answer the question asks for."""
    folded = fold(question)
    return next((kind for kind, pattern in _PATTERNS if re.search(pattern, folded)), "any")


def codes_in(text: str) -> frozenset[str]:
    """Error codes and the like, as `HR-1016`, without the hyphen."""
    found = re.findall(r"[A-Za-z]{1,6}-?\d{2,}(?:-\d+)*", unicodedata.normalize("NFKC", text))
    return frozenset(code.casefold().replace("-", "") for code in found)


def decisive(question: str) -> tuple[list[str], list[str]]:
    """What a source must mention to answer: an answer about HR-1015 is no answer about HR-1016.

    First codes, versions, abbreviations, long katakana words and, in Japanese, Latin names: each must be there. Then
    the names inside an English sentence, of which more than half must be there.
    """
    plain = unicodedata.normalize("NFKC", question)
    must = re.findall(r"[A-Za-z]{1,6}-?\d{2,}(?:-\d+)*|(?<![\d.])\d+\.\d+(?![\d.])|[ァ-ヺー]{6,}", plain)
    must += re.findall(r"(?<![A-Za-z])(?:[A-Z]{3,}|[A-Z][a-z]+[A-Z]\w*)(?![A-Za-z])", plain)
    if re.search(r"[ぁ-ん]", plain):
        return [*must, *re.findall(r"(?<![A-Za-z])[A-Z][A-Za-z]{2,}", plain)], []
    return must, re.findall(r"(?<=[a-z,] )[A-Z][A-Za-z]+", plain)


def _katakana(run: str) -> dict[str, float]:
    """A compound such as ビジネスプラン is its parts: half of all texts say ビジネス and mean the same."""
    general = next((word for word in GENERAL if run.endswith(word) and len(run) >= len(word) + 3), "")
    parts = {run.removesuffix(general).rstrip("ー"): 2.0}
    return parts | {general.rstrip("ー"): 1.0} if general else parts


def _kanji(run: str) -> dict[str, float]:
    if len(run) == 1:
        return {} if run in _ASKING_JA else {run: 0.5}
    if run in _ASKING_JA:
        return {run: 0.3}
    return {run[i : i + 2]: 0.3 if run[i : i + 2] in _ASKING_JA else 1.2 for i in range(len(run) - 1)}
