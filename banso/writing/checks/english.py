"""English mail: salutation, closing, apology, signature, quotation marks, sentences that apologise too often."""

from __future__ import annotations

import re
from collections.abc import Iterator

from banso.writing.checks.found import Found
from banso.writing.checks.japanese import signature
from banso.writing.checks.letter import Letter, Line
from banso.writing.types import Context

_OPENS = re.compile(
    r"^(?P<word>Dear|Hello|Hi there|Hi|Hey|Good (?:morning|afternoon|evening)|Greetings)\b"
    r"(?P<to>(?:[ \t]+[^\s,:;!]+){0,6})(?P<end>[,:;!]?)"
    r"[ \t]*$", re.I,
)  # fmt: skip
_GENERIC = re.compile(r"^\s*+(?:sir|madam|sirs|sir or madam|sir/madam|customer|all|team|everyone|there)?\s*$", re.I)
_CONCERN = re.compile(r"^To whom it may concern[,:]?[ \t]*$", re.I)
_TITLES = {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor"}
_CLOSES = re.compile(
    r"^(?P<words>(?:(?:kind|kindest|best|warm|warmest)(?: (?:regards|wishes))?|(?:many )?thanks(?: again)?|thank you"
    r"|(?:yours )?(?:sincerely|faithfully|truly)(?: yours)?|regards|all the best|respectfully"
    r"|talk soon|cheers|best|take care|bye),?)[ \t]*$",
    re.I | re.M,
)
_LOOSE = re.compile(r"cheers|talk soon|take care|bye|best(?! (?:regards|wishes))", re.I)
_SORRY = re.compile(r"\b(?:sorry|apolog(?:y|ies|ise|ize|ised|ized|ising|izing))\b", re.I)
_OPENING = {"formal": "Dear", "standard": "Hello", "friendly": "Hi"}
_CLOSING = {"formal": "Yours sincerely,", "standard": "Kind regards,", "friendly": "Best wishes,"}


def frame(text: str, context: Context) -> Iterator[Found]:
    """Salutation, closing, apology and signature."""
    letter = Letter(text, context)
    first = next((line for line in letter.lines if line.words.strip()), Line(0, ""))
    yield from _salutation(first, context)
    yield from _closing(letter)
    if context.apology and not _SORRY.search(text):
        yield Found(letter.begin, letter.begin, "apology_missing")
    yield from signature(letter)


def _salutation(first: Line, context: Context) -> Iterator[Found]:
    right = _greeting(context)
    if _CONCERN.match(first.words):
        yield Found(first.start, first.end, "salutation_generic", right if context.person else None)
    elif (match := _OPENS.match(first.words)) is None:
        yield Found(first.start, first.start, "salutation_missing", right and right + "\n\n")
    else:
        yield from _opened(match, first, context, right)


def _opened(match: re.Match[str], first: Line, context: Context, right: str | None) -> Iterator[Found]:
    words = [word.strip(".") for word in match["to"].split()]
    names = {part.casefold() for part in context.person.split()}
    called = [word for word in words if word.casefold() not in _TITLES]
    unknown = [word for word in called if word.casefold() not in names]
    generic = _GENERIC.match(match["to"]) is not None
    wrong = bool(names) and not generic and bool(unknown)
    if wrong:
        yield Found(first.start, first.end, "salutation_name", params={"right": context.person})
    elif generic and names and match["word"].casefold() in ("dear", "greetings"):
        yield Found(first.start, first.end, "salutation_generic", right)
    if _too_loose(match["word"], context.level):
        yield Found(first.start, first.end, "salutation_level", None if wrong else right)
    elif match["end"] not in (",", ":"):
        at = first.start + match.start("end"), first.start + match.end("end")
        yield Found(*at, "salutation_comma", "," if match["to"].strip() else None)


def _too_loose(word: str, level: str) -> bool:
    word = word.casefold()
    return word == "hey" or (level == "formal" and word in ("hi", "hi there", "hello"))


def _greeting(context: Context) -> str | None:
    """No title: the CRM does not know whether Mr or Ms is right, and the full name is never wrong."""
    if not context.person:
        return None
    name = context.person if context.level == "formal" else context.person.split()[0]
    return f"{_OPENING[context.level]} {name},"


def _closing(letter: Letter) -> Iterator[Found]:
    start = max(letter.begin, letter.end - 160)
    found = [match for match in _CLOSES.finditer(letter.text, start) if match.start() < letter.end]
    right = _CLOSING[letter.context.level]
    if not found:
        yield Found(letter.end, letter.end, "closing_missing", letter.below(right))
        return
    last = found[-1]
    if letter.context.level == "formal" and _LOOSE.match(last["words"]):
        yield Found(last.start(), last.end(), "closing_level", right)
    elif not last["words"].endswith(","):
        yield Found(last.end("words"), last.end("words"), "closing_comma", ",")


def apologies(text: str, context: Context) -> Iterator[Found]:
    """The second apology from the third on: one is heard, three sound helpless."""
    found = list(_SORRY.finditer(text))
    if len(found) >= 3:
        yield Found(found[0].start(), found[0].end(), "over_apology", params={"count": str(len(found))})


def quotes(text: str, context: Context) -> Iterator[Found]:
    """Curly marks where straight ones are used too."""
    if not re.search(r"[\"']", text):
        return
    for match in re.finditer(r"[“”‘’]", text):
        yield Found(match.start(), match.end(), "quotes", '"' if match.group() in "“”" else "'")


CHECKS = {"en_frame": frame, "en_apologies": apologies, "en_quotes": quotes}
