"""Subject lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from banso.writing.checks.found import Found
from banso.writing.types import Context

_MARK = r"(?:re|fwd?|aw|wg|返信|転送)\s*[:：]\s*"
_CHAIN = re.compile(rf"^\s*(?P<chain>(?:{_MARK}){{2,}})", re.I)
_ONLY = re.compile(rf"^\s*(?:{_MARK})*$", re.I)
_CAPS = re.compile(r"[A-Z]{2,}(?:[ ,]+[A-Z]{2,}){2,}")


def subject(text: str, context: Context) -> Iterator[Found]:
    """Empty, chains of Re:, too long, unbalanced or half-width brackets, all in capitals."""
    if _ONLY.match(text):
        yield Found(0, len(text), "subject_empty")
        return
    if match := _CHAIN.match(text):
        yield Found(match.start("chain"), match.end("chain"), "subject_chain", "Re: ")
    if len(text) > context.longest_subject:
        params = {"length": str(len(text)), "longest": str(context.longest_subject)}
        yield Found(0, len(text), "subject_length", params=params)
    if text.count("【") != text.count("】") or text.count("【") > 1:
        yield Found(0, len(text), "subject_bracket", key="subject_brackets")
    if match := re.match(r"\s*[\[［](?P<word>[^\[\]［］]*[ぁ-んァ-ヶ一-龥][^\[\]［］]*)[\]］]\s*", text):
        yield Found(match.start(), match.end(), "subject_bracket", f"【{match['word']}】")
    if match := _CAPS.fullmatch(text.strip()):
        yield Found(0, len(text), "subject_caps")


CHECKS = {"subject": subject}
