"""Sentences that claim nothing: greetings, closings, names, requests, questions, thanks."""

# ruff: noqa: E501 - one pattern a line reads as a table
from __future__ import annotations

import re
import unicodedata

_FORM = re.compile(
    r"(?:様|御中|さま|殿|さん)(?:[、，,]|\s*$)|^(?:株式会社|合同会社|有限会社)?[\w・]{1,20}(?:株式会社)?$"
    r"|お世話になって|お世話になり|平素|ご愛顧|ありがとうございま|感謝|恐れ入り|恐縮|失礼いたします|失礼しま|よろしくお願い|宜しくお願い|お願い(?:いた|申|し|でき)|幸いです|幸いに存じ"
    r"|ご(?:確認|連絡|検討|相談|返信|返答|共有|参照|覧|教示|査収|安心|用命|了承|容赦|留意|注意|承知おき|協力|質問|不明|活用|利用)(?:を)?(?:ください|くださいませ|いただけます|のほど|いただきたく|の点)"
    r"|してください|ください[。]?$|くださいませ[。]?$|お(?:試し|知らせ|申し付け|申しつけ|気軽|問い合わせ|手数|待ち|送り)(?:ください|に|を|いただ)|ご不明|お詫び申し上げ|申し訳(?:ござい|あり)ません"
    r"|(?:添付|同封)(?:いたし|し|の(?:資料|ファイル|とおり))|確認(?:の(?:うえ|上))?(?:いたします|しております|して(?:おり|い)ます|し(?:だい|次第))|調査(?:いたします|しております|中です)|折り返し|改めて(?:ご)?(?:連絡|案内)"
    r"|ご(?:不便|迷惑|心配|面倒)をおかけ"
    r"|(?:です|でしょう|ます)か[?？。]|[?？]$|^以上|^敬具|^拝啓|^(?:TEL|Tel|Email|E-mail|電話|メール)\b|カスタマーサクセス|サポート(?:窓口|担当|チーム)?(?:です|でございます|の\S{1,8}です)|と申します|担当の\S{1,10}(?:です|でございます)"
    r"|ご案内(?:いたします|します|申し上げます)。?$|(?:下記|以下|次)のとおり|回答いたします。?$|お(?:問い合わせ|尋ね)の件|承知いたしました|かしこまりました|お問い合わせは|ご返信|お待ちして|お慶び|ご清祥|^[^はがを\d]{1,18}の[^はがを\d]{1,6}(?:です|でございます)。?$"
)
_FORM_EN = re.compile(
    r"^(?:dear|hi|hello|good (?:morning|afternoon|day)|thanks?\b|thank you|many thanks|best|kind|warm|sincerely|regards|yours|cheers|re:|subject:)"
    r"|^(?:(?:other|several|some|many) customers (?:have )?(?:asked|raised|reported) (?:us )?(?:the same|this|about the same|something similar)"
    r"|i am attaching|i have attached|attached (?:is|are|you)|please find|(?:we|i)(?:['’]ll| will| shall)? (?:get back|come back|look into|check|follow up|keep you)"
    r"|never |do not |don['’]t |make sure |remember )"
    r"|^(?:please|kindly|could you|can you|would you|do you|let us know|feel free|if you have|i hope|hope (?:this|you)|looking forward|we look forward|"
    r"just let|sorry|we apologi[sz]e|our apologies|apologies|here (?:is|are)|below (?:is|are)|to (?:confirm|answer|summari[sz]e)\b.*:$|regarding your [ei]nquiry, please find the details below)"
    r"|\b(?:let (?:us|me) know|get in touch|happy to help|feel free|contact us|reach us)\b|\?$|^the \w+ (?:customer success|support) team$"
    r"|\bthank you\b|\bthanks for\b"
    r"|^(?:pick|press|click|choose|select|open|go to|scroll|type|tap|try|see|ask|call|sign (?:in|out)|log (?:in|out)|reload|refresh)\b(?!.*\d)"
    r"|^(?:[A-Z][\w.'-]*+,?+\s?+){1,4}$|customer success (?:manager|team)|\bfrom [A-Z]\w+ (?:here|support)\b",
    re.IGNORECASE,
)
SHORTEST = {"ja": 9, "en": 18}


def claims_nothing(sentence: str) -> bool:
    """Whether the sentence needs no source."""
    plain = unicodedata.normalize("NFKC", sentence).strip(" \t-*・•>#")
    if re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", plain):
        return len(plain) < SHORTEST["ja"] or bool(_FORM.search(plain))
    return len(plain) < SHORTEST["en"] or bool(_FORM_EN.search(plain))
