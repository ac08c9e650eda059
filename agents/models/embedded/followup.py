"""Follow-up questions: 「それはいつまで？」, "and on the Pro plan?" made whole from the conversation."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.models.embedded.reading import Passage
from agents.models.embedded.topic import carried, exchanged, words_of
from agents.wording import language_of
from banso.knowledge.vocabulary import content_terms, fold, same_as, term_set

Earlier = Sequence[tuple[str, str]]
"""(question, answer), oldest first."""

_POINTS_BACK = re.compile(
    r"^(?:では|じゃあ|それでは|それなら|ちなみに|また|あと|逆に)|それ(?:は|を|が|に|で|って|の|ら|より|$)"
    r"|(?:その|この|そちら|こちら|これ|同じ|先ほどの|さっきの)"
    r"|^(?:and|but|so|then|also|or|what about|how about|what if|why|since when|until when)\b"
    r"|\b(?:it|that|this|they|them|those|these|its|their|same|there)\b"
)
_ONE = re.compile(r"\bones?[?.!]*$")
_TOPIC_END = re.compile(r"(?:は|の場合(?:は)?|だと|なら|については?|版は)[?？]?$")
_WITHOUT_TOPIC = re.compile(r"^[^はがをのもにで、。 ]{1,10}(?:たら|れば|ると|場合は)")
"""「切れたらどんなエラーになりますか」: what happens to something, and what that is was said before."""
_FRAGMENT = re.compile(
    r"^(?:(?:for|in|on|at|by|to|from|with|since|until) )?(?:how (?:many|much|long|often)|which|what)\b"
    r"(?!.*\b(?:is|are|was|were|do|does|did|can|could|will|would|should|may|must|has|have|had|means?)\b)"
)
""""For how many users?": a question without a verb goes on with the one before."""
_ANEW = re.compile(
    r"^(?:ところで|話は変わ(?:り|って|る)[^、]*|別(?:件|の話)で?すが|別件で)[、,\s]*"
    r"|^(?:by the way|(?:a )?different (?:topic|subject|question)|another (?:topic|subject|thing)|on another note"
    r"|changing the subject)\s*[,:;.\-–]*\s*",
    re.I,
)
_BACK = re.compile(
    r"^(?:(?:さっき|先ほど|先程|最初|前)の)?(?P<ja>[^、。?？]{1,30}?)(?:の(?:件|話|こと)?)?"
    r"(?:に戻(?:り|る|って)[^、]{0,6}|に関して(?:です)?が?|の(?:件|話)です[がけ]ど?)[、,\s]+"
    r"|^(?:さっき|先ほど|先程|最初|前)の(?P<said>[^、。?？]{1,30}?)(?:です[がけ]ど?|については?)[、,\s]+"
    r"|^(?:(?:going |coming )?back to|returning to|regarding|as for)\s+(?P<en>[^:,?]{1,60})\s*[:,\-–]\s*",
    re.I,
)
_LEAD = re.compile(
    r"^(?:では|じゃあ|それでは|それなら|ちなみに|また|あと|逆に|でも)[、,\s]*|^(?:and|but|so|then|also|or)\b[,\s]*",
    re.I,
)
_SAME_FOR_JA = re.compile(
    r"^(?P<other>[^、。はがをかの]{1,24}?)"
    r"(?:の(?:場合|とき|方)(?:は|だと|では)?|だと|なら(?:ば)?|では|については?|は|も|です|でお願いします)"
    r"(?:どう(?:です|でしょう|なります)か|いかがですか|どう)?[?？。]*$"
)
_SAME_FOR_EN = re.compile(r"^(?:what about|how about)\b", re.I)
_ASKS_EN = re.compile(
    r"\b(?:what|where|when|who|whose|which|why|how|is|are|was|were|do|does|did|can|could|will|would|should|may|must|has"
    r"|have|had|it|its|that|this|they|them|their|those|these|there)\b",
    re.I,
)
FEW_WORDS, OWN_WORDS = 6, 4
_STANDS_FOR = re.compile(
    r"^(?:それ(?:ら)?|これ(?:ら)?|そちら|(?:その|この)(?:人|方|もの|機能|設定))(?=[はがをにでのもより])"
)


def whole_question(question: str, earlier: Earlier) -> str:
    """The question as one would ask it without the conversation; itself when it needs nothing from before."""
    if not earlier:
        return question
    if anew := _ANEW.match(question):
        return question[anew.end() :] or question
    if back := _BACK.match(question):
        return _returned(question[back.end() :], next(filter(None, back.groups())), earlier)
    return _joined(question, whole_question(*_last(earlier))) if leans_back(question) else question


def leans_back(question: str) -> bool:
    """Whether the question points to what was said before, or is too short to stand alone."""
    folded = fold(question).strip()
    terms = content_terms(question)
    if _POINTS_BACK.search(folded):
        if not _POINTS_BACK.search(_LEAD.sub("", folded)) and len(words_of(question)) >= OWN_WORDS:
            return False  # "And ...", then a question that says itself what it is about
        return len(terms) <= 6 or bool(re.match(r"^(?:では|じゃあ|それ|その|and\b|what about|how about)", folded))
    fragment = bool(_FRAGMENT.match(folded)) and len(folded.split()) < FEW_WORDS
    if fragment or _WITHOUT_TOPIC.match(folded) or _ONE.search(folded) or same_for(question) is not None:
        return True
    return 0 < len(terms) <= 2 and (len(folded) <= 16 or bool(_TOPIC_END.search(folded))) and "-" not in folded


def _last(earlier: Earlier) -> tuple[str, Earlier]:
    return earlier[-1][0], earlier[:-1]


def _joined(question: str, before: str) -> str:
    """A follow-up with what it leaves unsaid: the whole question before, or the words that say what that was about."""
    bare = _LEAD.sub("", question).strip() or question
    if (other := same_for(bare)) is not None:
        return exchanged(before, other) or f"{before.rstrip('?？。 ')} {question}"
    if not content_terms(bare):
        return f"{before.rstrip('?？。 ')} {question}"  # それはなぜ？
    return carried(_named(bare, before), before)


def same_for(question: str) -> str | None:
    """What 「Enterprise の場合は？」 or "And in Teams?" asks the same question about; None where it asks its own."""
    if _POINTS_BACK.search(fold(question)) and not _SAME_FOR_EN.match(question):
        return None
    if language_of(question) == "ja":
        asks = _SAME_FOR_JA.match(question)
        return asks["other"] if asks and content_terms(asks["other"]) else None
    rest = _SAME_FOR_EN.sub("", question).strip(" ?.")
    short = len(rest.split()) <= FEW_WORDS and not _ASKS_EN.search(rest)
    return rest if short and content_terms(rest) else None


def _named(question: str, before: str) -> str:
    """「その人が…」 with the thing that was asked about in its place: what stands before the first は."""
    topic = re.match(r"^[^、。?？]{1,24}?(?=は)", before)
    return _STANDS_FOR.sub(topic[0], question) if topic and words_of(topic[0]) else question


def _returned(rest: str, named: str, earlier: Earlier) -> str:
    """A question that goes back to something it names, with the latest earlier question about that."""
    wanted = set(content_terms(named))
    for at in range(len(earlier) - 1, -1, -1):
        whole = whole_question(earlier[at][0], earlier[:at])
        if wanted & set(content_terms(whole)):
            return _joined(rest, whole) if leans_back(rest) else carried(rest, named)
    return carried(rest, named)


_PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|those|these|that|this|one|ones|there)\b|それ|これ|そこ|そちら|こちら|その|この"
)


def stands_for_something(question: str) -> bool:
    """Whether a pronoun says that the question is about what was spoken of."""
    return bool(_PRONOUN.search(fold(question)))


TELLING = 1.0
"""Weight from which a term of a follow-up says what it is about."""


def has_own_words(question: str) -> bool:
    """Whether a follow-up says a word about what it asks; 「それはなぜ？」 does not."""
    return any(weight >= TELLING for weight in content_terms(question).values())


def still_about(question: str, passage: Passage) -> bool:
    """Whether a passage that fits the whole question also has a word of the follow-up itself.

    「今日の天気は？」 after a question about an error code is no question about that code.
    """
    own = [term for term, weight in content_terms(question).items() if weight >= TELLING]
    there = term_set(f"{passage.title} {' '.join(passage.heading)} {passage.text}")
    return any(same_as(term) & there for term in own)
