"""Words as values: which ones nobody says, and which phrases stand for a password instead of describing one."""

# ruff: noqa: E501 - one pattern a line reads as a table
from __future__ import annotations

import re

from banso.gate.ordinary import listed

Range = tuple[int, int]
_WORDS = re.compile(r"[A-Za-z][A-Za-z'-]*(?: [A-Za-z][A-Za-z'-]*){0,8}")
COUNTED = re.compile(
    r"\s?(?:文字|桁|日|回|件|分|時間|個|秒|か月|ヶ月|カ月|年|月|種|世代|以上|以下|%|[- ]?(?:char|digit|letter|day|hour|minute|month|week|year|time|word|bit|step|attempt))",
    re.IGNORECASE,
)
PLACEHOLDER = re.compile(
    r"(?i)[<\[{(（【].*|.*[>\]}]|\*+|x{3,}|[•●○■□◆._…-]{2,}|your[-_ ].*|example.*|changeme|[$%].*|.*\*\*.*|[A-Za-z_.]+\d*\(.*|(?:https?|mailto):.*|/.*|[\w.+-]+@[\w.-]+\.\w+"
)
TERM = re.compile(
    r"[A-Z]{2,5}-\d{1,5}(?:-\d+)*|(?i:sha-?\d+|aes-?\d+|rsa-?\d+|utf-?\d+|tlsv?[\d.]*|oauth[\d.]*|saml[\d.]*|base\d+|md5|hmac-sha\d+|[123]fa|mfa\d?|v?\d+(?:[.,:/~x-]\d+)*|\d+-[a-z-]+|\d+[a-z]{1,7}|iso-?[\d-]+|rfc-?\d+|1password|ipv?\d|x\.?509|shift_jis|http/?[\d.]*|ios\d*|android\d*|windows\d*|win\d+|[a-z]+-api-v\d+|api-?v\d)"
)
_ADJECTIVE = re.compile(r"(?i).{2,}(?:able|ible|al|ic|ical|ive|ous|ful|less|ed|ing|ly|ary|ory|ent|ant|ate|sensitive)")


def opaque(value: str) -> bool:
    """Whether a word is nothing that one could say: letters with digits or with odd signs, and no technical term."""
    if len(value) < 4 or PLACEHOLDER.fullmatch(value) or TERM.fullmatch(value):
        return False
    letters, digits = any(c.isalpha() for c in value), any(c.isdigit() for c in value)
    odd = any(c in "!#$%&@^+~" for c in value.rstrip("!"))
    return (letters and (digits or odd)) or (digits and odd) or value.count("-") > 3


def phrase(text: str, start: int) -> Range | None:
    """Plain words that stand for the password itself ("is correct horse"), not for what it is like ("is required")."""
    run = _WORDS.match(text, start)
    if run is None or text[run.end() : run.end() + 1] in tuple(":/@(>"):
        return None
    words = run[0].split(" ")
    skipped = len(words)
    while words and words[0].casefold() in listed("adverbs"):
        words.pop(0)
    skipped -= len(words)
    kept = next((i for i, word in enumerate(words) if word.casefold() in listed("ends_phrase")), len(words))
    said = words[:kept]
    if not said or describes(said[-1]) or any(word.casefold().endswith(("ed", "ing")) for word in said):
        return None
    begin = start + sum(len(word) + 1 for word in run[0].split(" ")[:skipped])
    end = begin + len(" ".join(said))
    long_enough = len(said) > 1 or len(said[0]) >= 4
    return (begin, end) if long_enough and len(said) <= 6 and not COUNTED.match(text, end) else None


def describes(word: str) -> bool:
    """Whether the word says what a password is like: an adjective, or one of those that people write about passwords."""
    plain = word.casefold()
    return plain in listed("describes") or plain in listed("ends_phrase") or bool(_ADJECTIVE.fullmatch(plain))


def trimmed(value: str) -> str:
    """The value without the punctuation of its sentence."""
    value = value.rstrip("\"'`")
    return re.sub(r"[.,;:()\[\]]+$", "", value).rstrip("\"'`")
