"""Applies the safe fixes. Whatever a rule proposes, quoted text and numbers stay: this file refuses other fixes."""

from __future__ import annotations

from collections.abc import Iterable

from banso.writing.check import check, check_subject
from banso.writing.numbers import numbers
from banso.writing.shield import shielded, touches
from banso.writing.types import Context, Finding

ROUNDS = 12
"""One mend can open the way for the next (width, then date). The examples need three; far more means a circle."""
_AROUND = 24
"""Characters on each side that a number could run into."""


def mend(text: str, findings: Iterable[Finding]) -> str:
    """The text with every safe fix that fits it, first come first served where two overlap.

    A fix is left out when it has no replacement, when the text there is no longer the one that was found, when it
    touches what is shielded, or when the numbers stated would change.
    """
    kept, out, done = shielded(text), [], 0
    inserted = -1  # two insertions at one place would stand in a random order: the second waits for the next round
    for finding in sorted(findings, key=lambda f: (f.start, f.end)):
        start, end = finding.start, finding.end
        twice = start == end == inserted
        if finding.fix is None or start < done or twice or text[start:end] != finding.found:
            continue
        if touches(start, end, kept) or not _same_numbers(text, finding):
            continue
        out += [text[done:start], finding.fix]
        done, inserted = end, start if start == end else inserted
    return "".join([*out, text[done:]])


def mended(text: str, context: Context) -> str:
    """The text as one click leaves it: mended until nothing safe is left. Mending it again changes nothing."""
    for _ in range(ROUNDS):
        after = mend(text, check(text, context))
        if after == text:
            break
        text = after
    return text


def mended_subject(subject: str, context: Context) -> str:
    """The same for a subject line."""
    for _ in range(ROUNDS):
        after = mend(subject, check_subject(subject, context))
        if after == subject:
            break
        subject = after
    return subject


def _same_numbers(text: str, finding: Finding) -> bool:
    """An insertion may bring numbers (a signature's telephone); a replacement may neither add, lose nor join any."""
    before = text[max(0, finding.start - _AROUND) : finding.start]
    after = text[finding.end : finding.end + _AROUND]
    old, new = numbers(before + finding.found + after), numbers(before + (finding.fix or "") + after)
    return old == new if finding.found else not old - new
