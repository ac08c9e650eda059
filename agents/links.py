"""Links that an answer or a draft may name: neither a model nor a text that it read leads a person or customer astray,
or carries off what it knows in an address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.wording import Spoken, say
from banso.core.errors import Unavailable
from banso.crm.base import Crm
from banso.crm.domains import own_domain
from banso.gate.links import links
from banso.gate.published import Searching, published

if TYPE_CHECKING:
    from agents.answers import Answer

_IMAGE = re.compile(r"!\[[^\]\n]{0,200}\]\([^)\n]{0,2000}\)")
"""An image fetches its address without a click."""


@dataclass(frozen=True)
class Links:
    """The links of one conversation. `listed`: the hosts that the team has named, which then are all; with none, those
    that public manuals name. `own`: the customer's domain."""

    knowledge: Searching
    listed: tuple[str, ...] = ()
    own: str = ""

    def clean(self, text: str, language: Spoken) -> tuple[str, int]:
        """The text with a word in place of each other link, and how many those were."""
        text, images = _IMAGE.subn(say(language, "image_removed"), text)
        parts, position, removed = [], 0, images
        for start, end, host in links(text):
            if not self.allows(host):
                parts += [text[position:start], say(language, "link_removed")]
                position, removed = end, removed + 1
        return "".join((*parts, text[position:])), removed

    def allows(self, host: str) -> bool:
        """Whether the host, or a domain above it, may be linked to."""
        known = (*self.listed, self.own)
        if any(one and f".{host}".endswith(f".{one.casefold()}") for one in known):
            return True
        if self.listed or not host:
            return False
        try:
            return published(self.knowledge, host)
        except Unavailable:  # nobody vouches for it at the moment
            return False


def links_for(knowledge: Searching, crm: Crm, account: str, hosts: str) -> Links:
    """The links of a conversation about this account; `hosts` as in the settings."""
    listed = tuple(host.strip() for host in hosts.split(",") if host.strip())
    return Links(knowledge, listed, _own(crm, account) if account else "")


def _own(crm: Crm, account: str) -> str:
    try:
        return own_domain(crm.get(account).domain)
    except Unavailable:  # an answer without links to the customer's own pages is better than none
        return ""


def checked(answer: Answer, allowed: Links, language: Spoken) -> Answer:
    """The answer without other links, and with a notice that counts them. Quotes of sources stay as they are: they are
    shown as text."""
    text, removed = allowed.clean(answer.text, language)
    taken_out = tuple(allowed.clean(one, language)[0] for one in answer.removed)
    if not removed:
        return answer if taken_out == answer.removed else answer.model_copy(update={"removed": taken_out})
    notice = say(language, "links_removed", count=removed)
    update = {"text": text, "removed": taken_out, "notices": (*answer.notices, notice)}
    return answer.model_copy(update=update)
