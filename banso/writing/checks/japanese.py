"""Japanese mail: addressee, greeting, closing, apology, signature, prevailing style, emoji, long lines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from banso.writing.checks.addressee import addressee
from banso.writing.checks.found import Found
from banso.writing.checks.letter import Letter
from banso.writing.types import Context

_GREETING = re.compile(
    r"世話にな|世話様|平素(?:は|より)|突然の|初めて|はじめて|ありがとうござい|恐れ入ります|(?:ご無沙汰|お疲れ様|ご苦労様)"
    r"|このたびは|お問い合わせいただ|ご連絡いただ|失礼いたします|お詫び申し上げ"
)
_CLOSING = re.compile(
    r"(?:よろしく|宜しく|お願い)[^。\n]{0,12}(?:お願い|願い|いた|致|申し)|お願い(?:いたし|致し|申し上げ|し)ます|よろしくお願い"
    r"|失礼いたします|お詫び申し上げます|御礼申し上げます|取り急ぎ|幸いです|幸いに存じます|お待ち(?:して|申し上げて)おります"
)
_USED_TO = re.compile(r"(?:いつも|平素(?:より|は)?)?(?:大変)?お世話になっております")
_SORRY = re.compile(r"お?詫び|申し訳|ご迷惑をおかけ|すみません|すいません|ごめんなさい|陳謝")
_POLITE = re.compile(r"(?:です|ます|ました|ません|でした|ください|ましょう|でしょう)(?:か|ね|が)?[。！？!?\n]")
_PLAIN = re.compile(
    r"(?:(?P<dearu>である)|(?P<dearuta>であった)|(?<=[一-龥ァ-ヶー々])(?P<da>だ)|(?<=[一-龥ァ-ヶー々])(?P<datta>だった)"
    r"|(?:する|(?<![まで])した|れる|れた|られない|いない|なかった|いる|いた|ている|できる|できない|なる|なった|思う|考える|はない|がある))(?=。)"
)
_POLITE_FOR = {"dearu": "です", "dearuta": "でした", "da": "です", "datta": "でした"}
_CLOSINGS = {"formal": "何卒よろしくお願い申し上げます。"}
_GREETINGS = {"formal": "平素より大変お世話になっております。"}
_FACES = re.compile(
    r"[\U0001F000-\U0001FAFF\u2600-\u2604\u2639-\u263B\u2665\u2764\u2728\u2B50\u270B\u270C\u2757\u2753\u203C\u2049]"
    r"[\uFE0F\u200D\u2640\u2642\U0001F3FB-\U0001F3FF]*(?:[\U0001F000-\U0001FAFF][\uFE0F\U0001F3FB-\U0001F3FF]*)*"
)


def frame(text: str, context: Context) -> Iterator[Found]:
    """Addressee, greeting, closing, apology and signature."""
    letter = Letter(text, context)
    yield from addressee(letter)
    yield from _greeting(letter)
    if not _CLOSING.search(_last(letter)):
        words = _CLOSINGS.get(context.level, "何卒よろしくお願いいたします。")
        yield Found(letter.end, letter.end, "closing_missing", letter.below(words))
    if context.apology and not _SORRY.search(text[letter.begin : letter.end]):
        yield Found(letter.begin, letter.begin, "apology_missing")
    yield from signature(letter)


def _greeting(letter: Letter) -> Iterator[Found]:
    opening = letter.text[letter.begin : letter.end][:160]
    first = letter.context.first_contact
    if first and (match := _USED_TO.search(opening)):
        yield Found(letter.begin + match.start(), letter.begin + match.end(), "first_contact")
    elif not _GREETING.search(opening):
        usual = _GREETINGS.get(letter.context.level, "いつもお世話になっております。")
        words = "突然のご連絡失礼いたします。" if first else usual
        yield Found(letter.begin, letter.begin, "greeting_missing", words + "\n\n")


def signature(letter: Letter) -> Iterator[Found]:
    """Whether the house's signature stands below, with mail address and telephone."""
    own = letter.context.signature
    if not own.company:
        return
    below = letter.text[letter.signature :]
    end = len(letter.text.rstrip())
    if not below.strip():
        yield Found(end, end, "signature_missing", "\n\n" + own.block(letter.context.language))
        return
    lacking = [part for part in (own.company, own.name, own.mail, own.phone) if part and part not in below]
    if lacking:
        yield Found(end, end, "signature_incomplete", params={"lacking": ", ".join(lacking)})


def _last(letter: Letter) -> str:
    return letter.text[letter.begin : letter.end][-120:]


def style(text: str, context: Context) -> Iterator[Found]:
    """だ・である in a text that is です・ます otherwise; list items and headings may be short."""
    if not _POLITE.search(text + "\n"):
        return
    for match in _PLAIN.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        if re.match(r"\s*(?:[・\-*●■]|\d+[.)．）])", text[start : match.start() + 1]):
            continue
        fix = _POLITE_FOR.get(match.lastgroup or "")
        yield Found(match.start(), match.end(), "style_mix", fix)


def emoji(text: str, context: Context) -> Iterator[Found]:
    """Pictographs; a space before one goes with it, and a sentence that ended in one gets its full stop."""
    for match in _FACES.finditer(text):
        start, end = match.span()
        while start and text[start - 1] == " ":
            start -= 1
        ends = end == len(text) or text[end] == "\n"
        unended = context.language == "ja" and start and re.match(r"[ぁ-んァ-ヶ一-龥]", text[start - 1])
        yield Found(start, end, "emoji", "。" if ends and unended and not context.fragment else "")


def lines(text: str, context: Context) -> Iterator[Found]:
    """Lines that are too long to read: broken after 。, or pointed out where one sentence fills them."""
    for line in Letter(text, context).lines:
        if len(line.words) <= context.longest_line:
            continue
        breaks = list(re.finditer(r"。(?=[^\s。」』）)])", line.words))
        for match in breaks:
            yield Found(line.start + match.start(), line.start + match.end(), "line_length", "。\n")
        if not breaks:
            yield Found(line.start, line.end, "line_length", key="sentence_length")


def width(text: str, context: Context) -> Iterator[Found]:
    """Half-width kana, and full-width letters and digits."""
    for match in re.finditer(r"[\uff66-\uff9f]+", text):
        yield Found(match.start(), match.end(), "width_kana", unicodedata.normalize("NFKC", match.group()))
    for match in re.finditer(r"[０-９Ａ-Ｚａ-ｚ]+(?:[．，：＠／－](?=[０-９Ａ-Ｚａ-ｚ])[０-９Ａ-Ｚａ-ｚ]+)*", text):
        yield Found(match.start(), match.end(), "width_ascii", unicodedata.normalize("NFKC", match.group()))


CHECKS = {"ja_frame": frame, "ja_style": style, "emoji": emoji, "ja_lines": lines, "width": width}
