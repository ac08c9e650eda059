"""Links in a text: one to a place that the company never published is how phishing reaches a customer."""

from __future__ import annotations

import re

from banso.gate.legible import legible

_END = r"[^\s\0<>\"'`「」『』（）()\[\]、。，]"
_LINK = re.compile(
    rf"(?:[a-z][a-z0-9+]{{1,9}}://|\bwww\.){_END}+|(?<![\w@.-])(?:[a-z0-9-]{{1,63}}\.){{1,6}}[a-z]{{2,24}}/{_END}*",
    re.IGNORECASE,
)
_HOST = re.compile(r"^(?:[a-z][a-z0-9+]*://)?(?:[^/@]*@)?([^/:?#]+)", re.IGNORECASE)


def links(text: str) -> list[tuple[int, int, str]]:
    """`(start, end, host)` of every link, in order; the host in lower case, without `www.`."""
    plain, at = legible(text)
    found = []
    for match in _LINK.finditer(plain):
        host = _HOST.match(match[0])
        name = host[1].casefold().removeprefix("www.").rstrip(".") if host else ""
        found.append((at[match.start()], at[match.end() - 1] + 1, name))
    return found
