"""What a sentence commits the company to: a date, money, a remedy, or something on the roadmap."""

# ruff: noqa: E501 - one pattern a line reads as a table
from __future__ import annotations

import re
import unicodedata
from typing import Literal

Promise = Literal["date", "money", "remedy", "roadmap"]

_WHEN_JA = (
    r"(?:\d{1,4}[年月日/]|\d{1,2}[/:]\d{1,2}|本日|明日|明後日|今日|今週|来週|再来週|今月|来月|月末|週明け|週内|年内|年明け|年度内|月曜|火曜|水曜"
    r"|木曜|金曜|営業日|時間以内|日以内|上旬|中旬|下旬|四半期|春|夏|秋|冬|午前中|午後|夕方|近日|\d時|至急|ただちに)"
)
_ACT_JA = (
    r"(?:連絡|回答|返信|返答|報告|案内|お送り|送付|送信|送ら|お届け|対応|修正|改修|解消|復旧|提供|リリース|公開|実装|完了|実施|準備|用意|共有"
    r"|手配|設定|反映|お知らせ|提出|発行|調査|訪問|伺|開催|追加|お渡し|差し替え|仕上げ|移行|搭載)"
)
_WILL_JA = r"(?:いたします|致します|します(?!と|が、ご)|させていただきます|申し上げます|予定です|見込みです|予定でございます|えます|ります|つもりです|してまいります|できます|お約束)"
_WE_JA = re.compile(rf"{_WHEN_JA}.{{0,40}}?{_ACT_JA}.{{0,14}}?{_WILL_JA}")
_THEY_JA = re.compile(
    r"(?:ください|いただけます(?:か|でしょうか|と幸い)|お願い|いただきますよう|幸いです|でしょうか|ましたら|場合は)"
)
_PAST = re.compile(r"(?:しました|いたしました|でした|ております|ています|済みです|されました)[。.]?$")
_MONEY_JA = re.compile(
    r"(?:割引|値引|お値引|減額|返金|ご返金|返還|無償|無料|免除|据え置|キャッシュバック|クレジット(?!カード)|特別価格|半額|(?:\d|[一二三])割引"
    r"|いただきません|請求いたしません|ご請求しません|請求は発生しません|差し引)"
)
_GIVE_JA = re.compile(
    r"(?:いたします|致します|します|させていただ|提供|適用|できます|可能です|ご用意|ません|お約束|差し上げ|とさせて|予定)"
)
_REMEDY_JA = re.compile(
    r"(?:補償|賠償|弁償|代替(?:品|機|策を提供)|お詫び(?:として|の品|のしるし)|埋め合わせ|責任を(?:もって|持って)|損害|補填|穴埋め"
    r"|必ず(?:解決|修正|復旧|防|改善)|二度と(?:起|発生)|再発(?:しない|させ|は(?:あり|いたし)ません|防止を(?:お約束|保証))|保証いたします|保証します|お約束(?:いた|し)"
    r"|100 ?%|絶対に)"
)
_ROADMAP_JA = re.compile(
    r"(?:(?:次期|次回|次の|今後の|来期の|将来の)(?:バージョン|リリース|アップデート|版).{0,40}(?:対応|搭載|追加|改善|実装|提供|解消|入)"
    r"|(?:対応|搭載|追加|実装|提供|リリース|公開|サポート)(?:する|される)?(?:予定|見込み|計画)|ロードマップ|開発(?:中|を進めて|予定|に着手)"
    r"|実装(?:いたします|します|してまいります)|(?:バージョン|ver\.?) ?\d[\d.]*.{0,20}(?:で対応|に搭載|で改善|で追加|で解消)(?!済|しました|いたしました|されました)"
    r"|来(?:春|夏|秋|冬|年度|期).{0,30}(?:利用|使える|使えるよう|提供|対応))"
)
_WE = r"(?:we|i|our (?:team|engineers|developers|support|product team)|you|it|the (?:team|fix|feature|patch|refund|report|engineers?))"
_WILL = r"(?:['’]ll|will|shall|are going to|am going to|is going to|plan to|intend to|aim to|expect to|promise to|commit to)"
_WHEN_EN = (
    r"(?:\b(?:by|on|before|until|within|no later than|this|next|in|during|early|late|mid|end of|at the end of)\b[^.;]{0,20}?"
    r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|august"
    r"|september|october|november|december|\d{4}-\d{2}-\d{2}|\d{1,2}(?:st|nd|rd|th)|hours?|days?|weeks?|months?|quarter|q[1-4]"
    r"|year|eod|close of business|noon|the morning|\d{1,2} ?(?:am|pm))|\b(?:tomorrow|today|tonight|shortly|asap|q[1-4] 20\d\d|end of day)\b)"
)
_ANY_WILL = re.compile(
    rf"\b{_WE}\s?{_WILL}\b|\bwill be (?:fixed|released|delivered|sent|available|completed|resolved|shipped|ready|live|refunded|credited)\b",
    re.IGNORECASE,
)
_MONEY_EN = re.compile(
    r"\b(?:discount|refund|rebate|waive[ds]?|free of charge|at no (?:extra |additional )?(?:cost|charge)|for free|reimburse|price (?:lock|freeze|match)"
    r"|half price|credit (?:of|to|on|your|for|note)|service credit|(?:\d+ ?(?:%|percent)) off|complimentary|not (?:be )?charge|keep (?:your|the) (?:old|current) price)",
    re.IGNORECASE,
)
_GIVE_EN = re.compile(
    rf"{_ANY_WILL.pattern}|\b(?:we|i) (?:can|could|have|are happy to|am happy to|guarantee|offer|agree)\b|\b(?:happy|glad|pleased) to\b|\byou (?:get|receive|have)\b",
    re.IGNORECASE,
)
_REMEDY_EN = re.compile(
    r"\b(?:compensat\w+|indemnif\w+|make (?:it|this) up to you|make good|damages|guarantee[ds]?|will never happen again"
    r"|won['’]t happen again|take full (?:responsibility|liability)|liable for|replacement (?:unit|licen[cs]e)|promise|100 ?%)",
    re.IGNORECASE,
)
_ROADMAP_EN = re.compile(
    r"\b(?:roadmap|upcoming (?:release|version)|next (?:release|version|update)|future (?:release|version)|planned for|scheduled for (?:release|q)"
    r"|coming in (?:version|q|early|late|\d)|(?:we|engineers|the team|our team) (?:are|is) (?:building|developing|working on (?:a|an|support|native|adding))"
    r"|will (?:support|ship|release|launch|introduce|add)\b|ship(?:s|ping) (?:in|with) (?:version )?\d|will be (?:available|released|added|supported|live) (?:in|with|by|on|early|next|from))",
    re.IGNORECASE,
)


def promises(sentence: str) -> list[Promise]:
    """What the sentence promises, none where it asks, reports what is done, or states a condition."""
    plain = unicodedata.normalize("NFKC", sentence)
    plain = "".join(c for c in plain if unicodedata.category(c) != "Cf").strip()
    return _japanese(plain) if re.search(r"[\u3040-\u30ff]", plain) else _english(plain)


def _japanese(plain: str) -> list[Promise]:
    found: list[Promise] = []
    asks = bool(_THEY_JA.search(plain)) and not re.search(r"(?:いたします|致します|します)。?$", plain)
    past = bool(_PAST.search(plain))
    if _REMEDY_JA.search(plain) and not past and not asks:
        found.append("remedy")
    if _MONEY_JA.search(plain) and _GIVE_JA.search(plain) and not past and not asks:
        found.append("money")
    if _ROADMAP_JA.search(plain) and not re.search(
        r"(?:ありません|ございません|未定|お答えでき|しました|いたしました|(?:載って|入って|含まれて|対応して)(?:い|おり)ません)",
        plain,
    ):
        found.append("roadmap")
    if _WE_JA.search(plain) and not past and not asks:
        found.append("date")
    return found


def _english(plain: str) -> list[Promise]:
    found: list[Promise] = []
    asks = bool(re.search(r"^(?:please|could you|can you|would you|if you|kindly)\b|\?$", plain, re.IGNORECASE))
    if asks:
        return found
    if _REMEDY_EN.search(plain) and not re.search(
        r"\b(?:cannot|can't|do not|don't|unable to|no) (?:\w+ )?(?:guarantee|promise|compensat)", plain, re.IGNORECASE
    ):
        found.append("remedy")
    if _MONEY_EN.search(plain) and _GIVE_EN.search(plain):
        found.append("money")
    if _ROADMAP_EN.search(plain) and not re.search(
        r"\b(?:not|no|nothing)\b.{0,30}\b(?:roadmap|planned|date)", plain, re.IGNORECASE
    ):
        found.append("roadmap")
    if _ANY_WILL.search(plain) and re.search(_WHEN_EN, plain, re.IGNORECASE):
        found.append("date")
    return found
