"""Plain text and its encodings."""

from __future__ import annotations

import codecs
import re

from ingest.parse.model import Parsed, Part

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
         (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
_LIST = re.compile(r"[ \t]*(?:[-*•・●○■]\s|\d{1,3}[.)]\s|[①-⑳])")


def decode(data: bytes, declared: str = "") -> str:
    """The text of `data`: by its byte-order mark, as UTF-8, as declared, or as the likeliest of UTF-16, Shift_JIS,
    EUC-JP and Windows-1252. Never raises; undecodable bytes become U+FFFD.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data.decode(name, errors="replace")
    if b"\x00" in data[:4000]:
        return data.decode(_wide(data), errors="replace")
    if b"\x1b$" in data and (text := _try(data, "iso2022_jp")) is not None:
        return text
    for name in ("utf-8", declared):
        text = _try(data, name)
        if text is not None:
            return text
    candidates = [text for name in ("cp932", "euc_jp") if (text := _try(data, name)) is not None]
    best = max(candidates, key=_japanese, default="")
    if best and _japanese(best) > 0:
        return best
    western = _try(data, "cp1252")
    return western if western is not None else _guess(data)


def _wide(data: bytes) -> str:
    head = data[:4000]
    return "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"


def _try(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name) if name else None
    except (UnicodeDecodeError, LookupError):
        return None


def _japanese(text: str) -> int:
    """Kana and common kanji count for, half-width kana and private characters (a sign of the wrong table) against."""
    sample = text[:20_000]
    kana = sum(1 for c in sample if "\u3041" <= c <= "\u30fe")
    wrong = sum(1 for c in sample if "\uff61" <= c <= "\uff9f" or "\ue000" <= c <= "\uf8ff")
    return 2 * kana - 3 * wrong


def _guess(data: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    return str(best) if best else data.decode("utf-8", errors="replace")


def paragraphs(text: str, page: int | None = None) -> list[Part]:
    """Blocks separated by blank lines; list lines are kept as list items."""
    parts = []
    for block in re.split(r"\n[ \t　]*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = [line for line in block.split("\n") if line.strip()]
        if not lines:
            continue
        kind = "list" if all(_LIST.match(line) for line in lines) else "text"
        parts.append(Part(kind=kind, text="\n".join(lines), page=page))
    return parts


def read_text(data: bytes) -> Parsed:
    """A .txt file; its title is left to the file name."""
    return Parsed(parts=tuple(paragraphs(decode(data))))
