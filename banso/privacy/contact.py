"""E-mail addresses, phone numbers and postal codes, in Japanese and English forms. Text is folded (see fold.py)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

Range = tuple[int, int]

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9][A-Za-z0-9._%+\-']{0,63}(?:@| ?[\[(](?:at|AT)[\])] ?)"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9])"
)
_FILE_ENDINGS = frozenset(
    (
        *("png", "jpg", "jpeg", "gif", "svg", "webp", "js", "json", "yml", "yaml", "css", "html", "gz", "tgz"),
        *("service", "timer", "socket"),
    )
)
"""`icon@2x.png` and `getty@tty1.service` are names of files."""
_EXAMPLE = re.compile(r"(?:^|\.)(?:example(?:\.(?:com|net|org|co\.jp|jp))?|test|invalid|localhost)$", re.IGNORECASE)
"""Domains that RFC 2606, RFC 6761 and JPRS reserve for documentation."""
_REMOTE = re.compile(r"://[^/?#\s]*$")


def emails(text: str, *, keep_examples: bool = False) -> Iterator[Range]:
    """Addresses. With `keep_examples`, those at reserved example domains are documentation and stay."""
    if "@" not in text and "at]" not in text.lower() and "at)" not in text.lower():
        return
    for match in _EMAIL.finditer(text):
        domain = re.split(r"@|\W(?:at|AT)\W ?", match[0])[-1]
        if domain.rpartition(".")[2].lower() in _FILE_ENDINGS or (keep_examples and _EXAMPLE.search(domain)):
            continue
        remote = match[0].startswith("git@") and text[match.end() : match.end() + 1] in (":", "/")
        if not remote and not _REMOTE.search(text, max(0, match.start() - 80), match.start()):
            yield match.span()


_BEFORE = r"(?:(?<=[Tt][Ee][Ll])|(?<=[Tt][Ee][Ll]\.)|(?<=[Ff][Aa][Xx])|(?<=[Ff][Aa][Xx]\.)|(?<![A-Za-z0-9_.\-/=#@+,]))"
_AFTER = r"(?![A-Za-z0-9_]|[\-./:]\d|[\-_][A-Za-z])"
_JAPAN = re.compile(
    _BEFORE
    + r"(?P<n>0\d{1,4}-\d{1,4}-\d{3,4}|\(0\d{1,4}\) ?\d{1,4}[- ]?\d{4}|0\d{1,4} ?\(\d{1,4}\) ?\d{4}"
    + r"|0[5-9]0[- ]?\d{4}[- ]?\d{4}"
    + r"|(?P<weak>0\d{1,4} \d{2,4} \d{3,4}|0\d{4} \d{6}|0\d{1,4}\.\d{1,4}\.\d{4}))"
    + _AFTER
)
_AMERICA = re.compile(
    _BEFORE
    + r"(?P<n>(?:1[-. ])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}-)\d{3}-\d{4}|(?P<weak>(?:1[. ])?[2-9]\d{2}[. ]\d{3}[. ]\d{4}))"
    + _AFTER
)
_ABROAD = re.compile(r"(?<![A-Za-z0-9_+.\-/=])\+\d{1,3}[-. (]{0,2}\d[\d\-. ()]{5,18}\d")
_NAMED = re.compile(
    r"(?:電話|携帯|ケータイ|連絡先|ファックス|ファクス|内線|\b(?:tel|fax|phone|telephone|mobile|cell)\b)"
    r"(?: ?(?:番号|number|no\.?))?[ :=は()・]{0,4}(?P<n>[+(]?\d[\d\-. ()]{5,18}\d)" + _AFTER,
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{4}[-.]\d{1,2}[-.]\d{1,2}")
_NOT_CONTACT = re.compile(
    r"(?:注文|受注|発注|伝票|請求書?|型番|品番|シリアル|エラー|チケット|問い?合わ?せ|管理|追跡|受付|会員|商品|製品|バージョン"
    r"|\b(?:order|invoice|ticket|case|bug|issue|serial|error|build|version|ver|sku|isbn|tracking|part|id|ref))"
    r"\s*(?:番号|コード|number|no|id|code|#|№)?[.:#=は\s(\[]{0,4}$",
    re.IGNORECASE,
)


def phones(text: str) -> Iterator[Range]:
    """Phone and fax numbers. The patterns propose; phonenumbers decides where the form alone is weak."""
    for pattern, regions in ((_JAPAN, ("JP", "GB")), (_AMERICA, ("US",))):
        for match in pattern.finditer(text):
            judge = phonenumbers.is_valid_number if match["weak"] else phonenumbers.is_possible_number
            if _is_phone(match["n"], regions, judge) and not labelled_otherwise(text, match.start("n")):
                yield match.span("n")
    for match in _ABROAD.finditer(text):
        for found in phonenumbers.PhoneNumberMatcher(match[0], None):
            yield match.start() + found.start, match.start() + found.end
    for match in _NAMED.finditer(text):
        number = match["n"]
        if not _DATE.match(number) and _is_phone(number, ("JP", "US", "GB"), phonenumbers.is_possible_number):
            yield match.span("n")


def labelled_otherwise(text: str, start: int) -> bool:
    """Whether the words just before `start` name something else: an order, a ticket, an error, a version."""
    return bool(_NOT_CONTACT.search(text, max(0, start - 24), start))


def _is_phone(number: str, regions: tuple[str, ...], judge: object) -> bool:
    digits = sum(character.isdigit() for character in number)
    if not 8 <= digits <= 15 or (regions[0] == "JP" and number[0] in "0(" and digits not in (10, 11)):
        return False
    for region in regions:
        try:
            if callable(judge) and judge(phonenumbers.parse(number, region)):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False


_PREFECTURE = (
    r"(?:東京都|北海道|京都府|大阪府|(?:青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|神奈川|新潟|富山|石川|福井"
    r"|山梨|長野|岐阜|静岡|愛知|三重|滋賀|兵庫|奈良|和歌山|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎"
    r"|熊本|大分|宮崎|鹿児島|沖縄)県)"
)
_STATE = (
    r"(?:AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR"
    r"|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC)"
)
_BRITISH = r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}"
_POSTAL = (
    re.compile(r"(?P<n>〒 ?\d{3}-? ?\d{4})(?!\d)"),
    re.compile(r"郵便番号[ :=は()]{0,4}(?P<n>\d{3}-?\d{4})(?!\d)"),
    re.compile(rf"(?<![\w.\-])(?P<n>\d{{3}}-\d{{4}})(?=[\s,、]{{0,3}}{_PREFECTURE})"),
    re.compile(
        r"\b(?:zip|postal|post) ?-?(?:code)?[ :=#]{1,4}(?:is )?"
        rf"(?P<n>\d{{5}}(?:-\d{{4}})?|\d{{3}}-\d{{4}}|{_BRITISH})(?![\w\-])",
        re.IGNORECASE,
    ),
    re.compile(rf"\b[A-Z][A-Za-z.]+,? {_STATE},? (?P<n>\d{{5}}(?:-\d{{4}})?)(?![\w\-])"),
    re.compile(rf"(?<=, )(?P<n>{_BRITISH})(?![\w\-])"),
)


def postal_codes(text: str) -> Iterator[Range]:
    """Postal codes with their mark, a word that names them, or an address beside them; bare digits are none."""
    for pattern in _POSTAL:
        for match in pattern.finditer(text):
            yield match.span("n")
