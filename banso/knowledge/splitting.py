"""Several questions in one message: 「Aの上限は？あとBはいつですか」, "Where is X, and how much is Y?".

Only questions that stand alone are parted. One that leans on its neighbour (「超えたらどうなりますか」, "and
whose fault was it?") says too little to be searched for by itself, and then the message stays whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from banso.core.language import language_of
from banso.knowledge.documents import Hit
from banso.knowledge.vocabulary import GENERAL, content_terms

MOST = 4
"""Questions that are searched one by one; what follows stays with the last."""
ANNOUNCED, UNANNOUNCED = 2.0, 4.0
"""Weight of content terms from which a further question says what it is about: after 「あと」 a name or two words of
kanji, else twice that. 「設定場所は？」 and "how long may one get?" after another question are still about that one."""
_WH = r"(?:what|where|when|who|whom|whose|which|why|how)\b"
_AUX = r"(?:is|are|do|does|did|can|could|will|would|should|may|was|were|has|have)\b"
_END = re.compile(
    r"(?P<q>[?？]+)\s*|(?<=か)。\s*|(?<=ください)。\s*|(?<=か)、\s*(?=また|あと|それと|それから|加えて|ついでに)"
    rf"|,\s+(?:and|also|and also|plus)\s+(?={_WH}|{_AUX})|;\s+(?={_WH}|{_AUX})",
    re.I,
)
_STATEMENT = re.compile(r"(?<=[。!！\n])\s*|(?<=\.)\s+(?=[A-Z])")
_JOINED = re.compile(
    r"^(?:また|あと(?:は)?|それと|それから|加えて|ついでに|もう(?:一|ひと)つ|そして|さらに|最後に)[、,]?\s*"
    r"|^(?:and also|and|also|plus|besides|secondly|finally|one more thing)\b[,:]?\s*",
    re.I,
)
_ASKS = re.compile(
    rf"[?？]\s*$|(?:か|ください|でしょう)[。]?\s*$|(?:は|とは)\s*$|^(?:.{{0,60}},\s*)?(?:{_WH}|{_AUX})",
    re.I,
)
_LEANS = re.compile(
    r"^(?:それ|その|これ|この|そこ|そちら|こちら|同じ|では|じゃあ|逆に|だとしたら|なら)|(?:それ|その|そちら)(?:は|を|が|に|で|の)"
    r"|\b(?:it|its|they|them|their|those|these|same|there|that|this|else|instead|otherwise|then|so)\b",
    re.I,
)
_TOPIC = re.compile(r"(?P<topic>[^、]+)の[^の、]{1,12}は[?？]?\s*$")
_OPEN = re.compile(rf"(?:.{{0,60}},\s*)?(?:(?:by|until|since|for|from|in|at|to|on)\s+)?{_WH}", re.I)
_SETTING = re.compile(rf"^(?P<setting>(?:in|on|with|for|under|at)\b[^,?]{{2,60}},\s*)(?={_WH}|{_AUX})", re.I)
_BLOCKED = re.compile(
    r"「[^「」]*」|『[^『』]*』|“[^“”]*”|\"[^\"\n]*\"|`[^`]*`|（[^（）]*）|\([^()]*\)|(?:https?://|www\.)\S+"
)


def questions_in(text: str) -> tuple[str, ...]:
    """The questions of a message, each whole by itself; the message alone when it asks one thing or cannot be parted.

    A sentence that asks nothing goes with the question after it, or before it at the end; "In Dify," goes with each.
    """
    parts = _with_statements(_pieces(text.strip()))
    if len(parts) < 2:
        return (text.strip(),)
    setting = _SETTING.match(parts[0])
    bare = [_JOINED.sub("", part).strip() for part in parts]
    if _weight(bare[0]) < ANNOUNCED or not all(map(_alone, parts[1:], bare[1:], bare)):
        return (text.strip(),)
    if setting:
        bare = [bare[0], *(setting["setting"] + part for part in bare[1:])]
    joint = " " if re.search(r"[A-Za-z]$", bare[-1]) else ""
    return (*bare[: MOST - 1], joint.join(bare[MOST - 1 :])) if len(bare) > MOST else tuple(bare)


def merged(found: Sequence[Sequence[Hit]], k: int) -> list[Hit]:
    """At most `k` hits, each chunk once: first the best of every question, then the second of every question …"""
    turns: Iterator[Iterable[Hit | None]] = zip_longest(*found)
    taken: dict[str, Hit] = {}
    for turn in turns:
        for hit in turn:
            if hit is not None and len(taken) < k:
                taken.setdefault(hit.chunk_id, hit)
    return list(taken.values())


def _pieces(text: str) -> list[str]:
    """The text cut where a question ends; never inside quotes and brackets."""
    hidden = _BLOCKED.sub(lambda quoted: "\0" * len(quoted.group()), text)
    pieces, start = [], 0
    for match in _END.finditer(hidden):
        pieces.append(text[start : match.start()] + (match["q"] or ""))
        start = match.end()
    return [piece.strip() for piece in (*pieces, text[start:]) if piece.strip()]


def _with_statements(pieces: Sequence[str]) -> list[str]:
    """Pieces that ask, each with what was said before it; what is said last goes with the last question."""
    parts: list[str] = []
    said = ""
    for piece in pieces:
        if _ASKS.search(_STATEMENT.split(piece)[-1].strip() or piece):
            parts.append(f"{said}{piece}")
            said = ""
        else:
            said += piece + ("" if piece.endswith(("。", "！")) else " ")
    if said and parts:
        parts[-1] += f" {said.strip()}"
    return parts


def _alone(part: str, bare: str, before: str) -> bool:
    """Whether a further question can be understood without the one before it."""
    if _LEANS.search(unicodedata.normalize("NFKC", bare)):
        return False
    if language_of(bare) != "ja":
        return bool(_OPEN.match(bare)) and _weight(bare) >= UNANNOUNCED
    announced = part != bare or (_has_topic(before) and _has_topic(bare))
    return _weight(bare) >= (ANNOUNCED if announced else UNANNOUNCED)


def _has_topic(question: str) -> bool:
    """Whether a question without a verb says of what it asks: 「証明書の期限は？」. Two kanji (「追加の料金は？」) and
    a general word (「ユーザーの上限は？」) say too little: those are about the question before."""
    asked = _TOPIC.match(_STATEMENT.split(question)[-1])
    topic = unicodedata.normalize("NFKC", asked["topic"]).strip() if asked else ""
    return topic not in GENERAL and _weight(topic) >= ANNOUNCED


def _weight(question: str) -> float:
    return sum(content_terms(question).values())
