"""Card numbers, My Numbers and bank accounts: check digits where there are some, words beside them where needed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import iban, luhn
from stdnum.jp import in_ as my_number

from banso.privacy.contact import Range, labelled_otherwise

_CARD = re.compile(
    r"(?<![A-Za-z0-9_.\-/=#])"
    r"(?P<n>\d{4}(?P<s>[- ])\d{4}(?P=s)\d{4}(?P=s)\d{4}|\d{4}(?P<t>[- ])\d{6}(?P=t)\d{4,5}|\d{14,16})"
    r"(?![A-Za-z0-9_]|[\-.]\d)"
)
_ISSUERS = (
    (re.compile(r"4|5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)|35(?:2[89]|[3-8])|6011|65|64[4-9]|62"), 16),
    (re.compile(r"3[47]"), 15),
    (re.compile(r"3(?:0[0-5]|[689])"), 14),
)
"""First digits of Visa, Mastercard, JCB, Discover, UnionPay; American Express; Diners Club, and their lengths."""


def cards(text: str) -> Iterator[Range]:
    """Payment cards: an issuer's first digits, its length, and the Luhn check digit."""
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match["n"])
        issued = any(first.match(digits) and len(digits) == length for first, length in _ISSUERS)
        if issued and luhn.is_valid(digits) and not labelled_otherwise(text, match.start()):
            yield match.span("n")


_TWELVE = re.compile(r"(?<![A-Za-z0-9_.\-])\d{4}[- ]?\d{4}[- ]?\d{4}(?![A-Za-z0-9_]|[\-.]\d)")
_MY_NUMBER = re.compile(r"マイナンバー|個人番号|my ?number|individual number", re.IGNORECASE)
_NEAR = 60
"""Characters before a number in which a word may name it."""


def my_numbers(text: str) -> Iterator[Range]:
    """My Numbers: a right check digit is not enough (one random number in ten has it), so a word must name it."""
    if not _MY_NUMBER.search(text):
        return
    for match in _TWELVE.finditer(text):
        named = _MY_NUMBER.search(text, max(0, match.start() - _NEAR), match.start())
        if named and my_number.is_valid(match[0].replace("-", "").replace(" ", "")):
            yield match.span()


_ACCOUNTS = (
    re.compile(
        r"口座番号?(?:は|が)?[ :=()\s]{0,4}(?:(?:普通|当座|貯蓄)(?:預金)?[ :]{0,2})?(?P<n>\d[\d\-]{4,8}\d)(?![\d\-])"
    ),
    re.compile(
        r"(?:普通|当座|貯蓄|\((?:普|当|貯))(?:預金|口座)*[)\]】]?[ :=\s]{0,4}"
        r"(?:口座番号|番号|No\.?)?[ :]{0,3}(?P<n>\d{6,8})(?!\d)"
    ),
    re.compile(r"ゆうちょ(?:銀行)?[ :は]{0,3}(?P<n>\d{5}-\d{6,8})(?!\d)"),
    re.compile(r"記号[ :は]{0,3}(?P<n>\d{5}(?:-\d)?[ 、,/]{0,3}(?:番号)?[ :は]{0,3}\d{6,8})(?!\d)"),
    re.compile(
        r"\b(?:bank )?(?:account|acct\.?|a/c) ?(?:number|no\.?|#)(?: is)?[ :#=]{1,4}(?P<n>\d[\d\- ]{4,18}\d)(?![\w\-])",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?:routing|aba) (?:number|no\.?)(?: is)?[ :#=]{1,4}(?P<n>\d{9})(?!\d)", re.IGNORECASE),
    re.compile(r"\bsort code(?: is)?[ :#=]{1,4}(?P<n>\d{2}-?\d{2}-?\d{2})(?![\d\-])", re.IGNORECASE),
)
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?![A-Za-z0-9])")


def bank_accounts(text: str) -> Iterator[Range]:
    """Account numbers that a word such as 口座, 普通 or `account number` names, and IBANs by their check digits."""
    for pattern in _ACCOUNTS:
        for match in pattern.finditer(text):
            yield match.span("n")
    for match in _IBAN.finditer(text):
        words = match[0].split(" ")
        for count in range(len(words), 0, -1):  # a word after the IBAN may look like one more group
            candidate = " ".join(words[:count])
            if iban.is_valid(candidate):
                yield match.start(), match.start() + len(candidate)
                break
