"""Dates and words out of front matter and document properties."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Any

_ISO = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?(?!\d)")
_NO_TITLES = {"PowerPoint Presentation", "Word Document", "Presentation", "PowerPoint プレゼンテーション"}
"""Written by the programs, not by people."""
_TEMPLATES = {
    datetime(2013, 12, 23, 23, 15, tzinfo=UTC),  # python-docx
    datetime(2013, 12, 24, 4, 15, tzinfo=UTC),  # the same, taken for New York time by Word and saved as .doc
    datetime(2013, 1, 27, 9, 14, 16, tzinfo=UTC),  # python-pptx
}
"""When the template of a library was made: says nothing about a document made with it."""
LONGEST_NAME, MOST_NAMES = 60, 5


def as_datetime(value: object) -> datetime | None:
    """A moment in UTC out of a date, an ISO text, `2024/4/1`, `2024年4月1日` or an RFC 2822 date; None when unclear."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if not isinstance(value, str) or not value.strip():
        return None
    text = value.strip()
    try:
        return as_datetime(datetime.fromisoformat(text.replace("Z", "+00:00")))
    except (ValueError, OverflowError):
        return _loose(text)


def _loose(text: str) -> datetime | None:
    try:
        if found := _ISO.match(text):
            year, month, day = (int(group or 1) for group in found.groups())
            return datetime(year, month, day, tzinfo=UTC)
        return as_datetime(parsedate_to_datetime(text))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def as_text(value: object) -> str:
    """A scalar as text; lists, maps and nothing as the empty text."""
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def as_names(value: object) -> tuple[str, ...] | None:
    """The names in a list, or in a text with commas or 、 between them, five at most; None where there are none."""
    listed = value if isinstance(value, list) else re.split(r"[,、]", as_text(value))
    names = dict.fromkeys(name for one in listed if 0 < len(name := as_text(one)) <= LONGEST_NAME)
    return tuple(names)[:MOST_NAMES] or None


def core_properties(data: bytes) -> dict[str, Any]:
    """Title, created_at and updated_at of an Office file, read from the file itself: the libraries put the present
    moment where a file says nothing.
    """
    from lxml import etree

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            root = etree.fromstring(archive.read("docProps/core.xml"), etree.XMLParser(resolve_entities=False))
    except (KeyError, zipfile.BadZipFile, etree.XMLSyntaxError, OSError, EOFError):
        return {}
    found = {etree.QName(element).localname: (element.text or "").strip() for element in root.iter("{*}*")}
    title = found.get("title", "")
    return {
        "title": "" if title in _NO_TITLES else title,
        "created_at": _own_date(found.get("created")),
        "updated_at": _own_date(found.get("modified")),
    }


def _own_date(stated: str | None) -> datetime | None:
    moment = as_datetime(stated)
    return None if moment in _TEMPLATES else moment
