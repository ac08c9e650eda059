"""A text as a reader understands it, whatever it is written with: width, kana, case, look-alikes and spaces folded.

Names and keys are compared by their skeletons, so that zero-width characters, half-width kana, Cyrillic letters or a
space between each two letters hide nothing. Every character knows where it stood.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import jaconv

from banso.review.flags import flags

_CLUSTER = re.compile(r".[\u0300-\u036f\u3099\u309a\uff9e\uff9f]*", re.S)
_ALIKE = str.maketrans(
    "аɑαвсԁеҽһіıɩјкκӏмոоοσрρԛѕтτυվνѵԝԜхχуүγʏһεηгι口囗力工二八夕卜一―ʀɴɢʜʟɪøłđ",
    "aaabcdeehiiijkklmnooopPqsttuvvvwwxxyyyyhenriロロカエニハタトーーrnghliold".replace("P", "p"),
) | str.maketrans("髙﨑齋齊斎邊邉澤濱廣國眞惠櫻嶋嶌冨鐵", "高崎斉斉斉辺辺沢浜広国真恵桜島島富鉄")
"""Letters that look like another one; a text and a name lose the difference alike (Unicode TR 39, the usual
part), and the old forms of characters in names."""
_CAPITALS = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧАВЕЅІЈКМНОРСТУХԚԜ", "ABEZHIKMNOPTYXABESIJKMHOPCTYXQW")
"""Capitals go before case is folded: a Greek Η looks like H, its small η like n."""
LOOK_ALIKES = {code: like for code, like in _ALIKE.items() if 0x0250 <= code < 0x0530} | _CAPITALS
"""Those of them that are no Chinese or Japanese characters: phonetic, Greek and Cyrillic letters."""


@dataclass(frozen=True)
class Skeleton:
    """`text` holds letters and digits only; `at[i]` is where its i-th character stood in the original."""

    text: str
    at: tuple[int, ...]
    original: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The range of the original behind `[start, end)` of the skeleton."""
        last = self.at[end - 1] + 1
        while last < len(self.original) and unicodedata.combining(self.original[last]):
            last += 1
        return self.at[start], last


def skeleton(text: str) -> Skeleton:
    """The skeleton of a text."""
    odd = {flag.position for flag in flags(text)}
    seen, at = [], []
    for cluster in _CLUSTER.finditer(_without(text, odd)):
        for character in _plain(cluster[0]):
            seen.append(character)
            at.append(cluster.start())
    return Skeleton("".join(seen), tuple(at), text)


def bones(text: str) -> str:
    """Only the skeleton's text: the form in which names are kept."""
    return skeleton(text).text


def _without(text: str, odd: set[int]) -> str:
    # A space keeps the place: offsets stay what they are, and the skeleton drops it.
    return "".join(" " if place in odd else character for place, character in enumerate(text))


def _plain(cluster: str) -> str:
    folded = jaconv.hira2kata(unicodedata.normalize("NFKC", cluster).translate(_CAPITALS)).casefold()
    kept = (_bare(character) for character in folded if character.isalnum())
    return "".join(kept).translate(_ALIKE)


def _bare(character: str) -> str:
    """A Latin letter without its accent."""
    if "\u00c0" <= character <= "\u024f":
        return unicodedata.normalize("NFD", character)[0]
    return character
