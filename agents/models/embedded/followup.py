"""Follow-up questions: 「それはいつまで？」, "and on the Pro plan?" made whole from the conversation."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.models.embedded.reading import Passage
from agents.wording import language_of
from banso.knowledge.vocabulary import content_terms, fold, same_as, term_set

_POINTS_BACK = re.compile(
    r"^(?:では|じゃあ|それでは|それなら|ちなみに|また|あと|逆に)|それ(?:は|を|が|に|で|って|の|ら|$)|(?:その|この|そちら|こちら|これ|同じ|先ほどの|さっきの)"
    r"|^(?:and|but|so|then|also|or|what about|how about|what if|why|since when|until when)\b"
    r"|\b(?:it|that|this|they|them|those|these|its|their|same|there)\b"
)
_TOPIC_END = re.compile(r"(?:は|の場合(?:は)?|だと|なら|については?|版は)[?？]?$")


def whole_question(question: str, earlier: Sequence[tuple[str, str]]) -> str:
    """The question as one would ask it without the conversation; itself when it needs nothing from before."""
    if not earlier or not leans_back(question):
        return question
    before = whole_question(earlier[-1][0], earlier[:-1])
    carried = before.rstrip("?？。 ")
    return f"{carried} {question}"


def leans_back(question: str) -> bool:
    """Whether the question points to what was said before, or is too short to stand alone."""
    folded = fold(question).strip()
    terms = content_terms(question)
    if _POINTS_BACK.search(folded):
        return len(terms) <= 6 or bool(re.match(r"^(?:では|じゃあ|それ|その|and\b|what about|how about)", folded))
    return 0 < len(terms) <= 2 and (len(folded) <= 16 or bool(_TOPIC_END.search(folded))) and "-" not in folded


TELLING = 1.0
"""Weight from which a term of a follow-up says what it is about."""


def still_about(question: str, passage: Passage) -> bool:
    """Whether a passage that fits the whole question also has a word of the follow-up itself.

    「今日の天気は？」 after a question about an error code is no question about that code. A follow-up that brings no
    word of its own (「それはなぜ？」), or a passage in the other language, cannot be judged so.
    """
    own = [term for term, weight in content_terms(question).items() if weight >= TELLING]
    if not own or passage.language not in (language_of(question), "und"):
        return True
    there = term_set(f"{passage.title} {' '.join(passage.heading)} {passage.text}")
    return any(same_as(term) & there for term in own)
