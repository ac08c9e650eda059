"""Greetings, thanks and talk about the copilot itself: the only things it answers without a source."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Smalltalk = Literal["greeting", "thanks", "farewell", "abilities"]

_POLITE = r"(?:ございます|ございました|です|ね|よ|なさい)*"
_PATTERNS: tuple[tuple[Smalltalk, str], ...] = (
    (
        "greeting",
        rf"(?:こんにちは|こんばんは|おはよう{_POLITE}|はじめまして|お疲れ様{_POLITE}|おつかれさま{_POLITE}"
        r"|hi|hello|hey|good (?:morning|afternoon|evening))(?: there| all)?",
    ),
    (
        "thanks",
        rf"(?:(?:どうも|本当に)?(?:ありがとう{_POLITE}|有難う{_POLITE}|助かりました|助かる|了解{_POLITE}|承知しました|わかりました|分かりました)"
        r"|(?:many )?thanks?(?: you)?(?: so much| very much| a lot)?|ok|okay|great|perfect|got it|i see)",
    ),
    ("farewell", r"(?:さようなら|失礼します|またね|bye|goodbye|see you)"),
    (
        "abilities",
        r"(?:あなたは)?(?:何ができ(?:ますか|る|るの)|なにができ(?:ますか|る)|使い方(?:を教えて(?:ください)?)?|ヘルプ|誰ですか|あなたは誰(?:ですか)?"
        r"|what can you (?:do|help(?: me)? with)|who are you|how (?:do|can) i use you|help)",
    ),
)
_EDGE = re.compile(r"^[\s!！。.、,〜~?？]+|[\s!！。.、,〜~?？]+$")


def smalltalk(text: str) -> Smalltalk | None:
    """Which kind of small talk the whole text is; None when it asks or says anything else."""
    plain = _EDGE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    for kind, pattern in _PATTERNS:
        if re.fullmatch(pattern, plain):
            return kind
    parts = [part for part in re.split(r"[。、!！,.\s]+", plain) if part]
    kinds = [kind for part in parts for kind, pattern in _PATTERNS if re.fullmatch(pattern, part)]
    return kinds[-1] if parts and len(kinds) == len(parts) else None
