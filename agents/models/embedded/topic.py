"""What an earlier question is about, as words to carry along or to exchange."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from agents.wording import language_of
from banso.knowledge.vocabulary import content_terms, fold

Kind = Literal["code", "name", "latin", "katakana", "kanji"]
MOST_CARRIED = 5
"""Words of earlier questions that a follow-up carries: more of them drown its own."""
LEAST_WEIGHT = 1.0
"""Weight of content terms from which a word says what a question is about."""
SAME_END = 2
"""Characters: 年契約 and 月契約 end alike, and name things of one kind."""
_WORD = re.compile(
    r"[A-Za-z]{1,6}-?\d{2,}(?:[-.]\d+)*"
    r"|(?!(?:What|Where|When|Which|Why|How|Is|Are|Was|Do|Does|Did|Can|Could|Will|May|Has|If|The|An?) )"
    r"[A-Z][A-Za-z]*(?: [A-Z0-9][A-Za-z0-9]*)+(?![a-z])"  # Data Link, API v1 stay apart: the second is no name
    r"|[A-Za-z][A-Za-z0-9_.+\-]*[A-Za-z0-9]"
    r"|[ァ-ヺー\u3400-\u4dbf\u4e00-\u9fff々]*[ァ-ヺー\u3400-\u4dbf\u4e00-\u9fff々]{2,}"
)
_ASKING = re.compile(
    r"^(?:what|where|when|who|whose|which|why|how|is|are|was|were|do|does|did|can|could|will|would|should|may|must|has"
    r"|have|had|please|tell|the|an?|if|often|fast|soon|far|after|before|within|instead|once|well|back|up|off|out|thanks"
    r"|what's|mean|means|cause[ds]?|何.*|一度|一回|以上|以下|対処|原因|理由)$",
    re.I,
)
"""How something is asked, not what about."""
_PER = r"(?:一|\d+)(?:度|回|日|分|時間|週間|か?月|年|人|社)"
_PREPOSITION = r"(?:per|in|on|for|with|at|by|from|to|under|without)"
_CODE = re.compile(r"([A-Za-z]{1,6})-?\d{2,}(?:[-.]\d+)*")


class Word(NamedTuple):
    """A word of a question and where it stands."""

    text: str
    kind: Kind
    start: int
    end: int


def words_of(question: str) -> list[Word]:
    """The words that say what a question is about, in order: codes, names, compounds; not how it asks."""
    found, japanese = [], language_of(question) == "ja"
    for match in _WORD.finditer(question):
        text = match.group()
        if max(content_terms(text).values(), default=0.0) < LEAST_WEIGHT or _ASKING.match(text):
            continue
        found.append(Word(text, _kind(text, japanese), match.start(), match.end()))
    return found


def carried(question: str, before: str) -> str:
    """The question, with the words of the one before it that it does not hold itself."""
    own = set(content_terms(question))
    left = [word for word in words_of(before) if not own & set(content_terms(word.text))]
    things = [word for word in left if not re.fullmatch(r"[a-z]+ed", word.text)]  # stopped, switched: what was done
    best = sorted(things if len(things) > 1 else left, key=lambda word: (_RANK[word.kind], word.start))[:MOST_CARRIED]
    kept = dict.fromkeys(word.text for word in sorted(best, key=lambda word: word.start))
    return " ".join([question, *kept])


def exchanged(before: str, instead: str) -> str | None:
    """The question before, about something else of the same kind: Business becomes Enterprise, HR-1015 HR-1016, 年契約
    月契約. None where it names nothing of the kind."""
    wanted = words_of(instead)
    if not wanted:
        return _quantity(before, instead)
    new = wanted[-1]._replace(text=instead[wanted[0].start : wanted[-1].end])
    kind = new if wanted[-1].kind != "latin" else wanted[0]
    alike = [word for word in words_of(before) if _alike(word, kind)]
    if not alike:
        return _phrase(before, instead)
    old = max(alike, key=lambda word: (_likeness(word, kind), -word.start))
    named, rest = new.text, before[old.end :]
    tail = named[len(wanted[0].text) :]  # "on the Enterprise plan": the plan is there already
    return before[: old.start] + (wanted[0].text if tail and rest.startswith(tail) else named) + rest


def _quantity(before: str, instead: str) -> str | None:
    """「一度に」 becomes 「1日に」."""
    if not re.fullmatch(_PER, instead):
        return None
    changed, times = re.subn(rf"{_PER}(?=に|あたり|間に)(?:あたり|間に|に)", f"{instead}に", before, count=1)
    return changed if times else None


def _phrase(before: str, instead: str) -> str | None:
    """ "by card" becomes "by bank transfer", "the audit log" "the sign-in log"."""
    found = re.match(rf"({_PREPOSITION})\s", instead, re.I)
    if found:
        same = rf"\b{found[1]}\s(?:(?!{_PREPOSITION}\s)[^\s?.]+\s?){{1,4}}?(?=\s{_PREPOSITION}\s|[?.]*$)"
        changed, times = re.subn(same, instead, before, count=1, flags=re.I)
        return changed if times else None
    bare = re.sub(r"^(?:the|an?)\s", "", instead, flags=re.I)
    head = re.escape(bare.split()[-1]) if " " in bare else ""
    changed, times = re.subn(rf"\b(?!the\b|an?\b)[\w\-]+ {head}\b", bare, before, count=1) if head else ("", 0)
    return changed if times else None


_RANK: dict[Kind, int] = {"code": 0, "name": 1, "katakana": 1, "kanji": 2, "latin": 2}


def _kind(text: str, japanese: bool) -> Kind:
    if _CODE.fullmatch(text):
        return "code"
    if text.isascii():
        return "name" if japanese or text[0].isupper() else "latin"
    return "katakana" if re.fullmatch(r"[ァ-ヺー]+", text) else "kanji"


def _alike(old: Word, new: Word) -> bool:
    """Whether both name things of one kind, as far as letters tell."""
    if fold(old.text) == fold(new.text) or old.kind != new.kind:
        return False
    if new.kind == "code":
        ours, theirs = _CODE.fullmatch(new.text), _CODE.fullmatch(old.text)
        return bool(ours and theirs and fold(ours[1]) == fold(theirs[1]))
    if new.kind == "kanji":
        return old.text[-SAME_END:] == new.text[-SAME_END:]
    return new.kind in ("name", "katakana")


def _likeness(old: Word, new: Word) -> tuple[bool, bool]:
    """Abbreviations stand for abbreviations, and one word for one."""
    return old.text.isupper() == new.text.isupper(), (" " in old.text) == (" " in new.text)
