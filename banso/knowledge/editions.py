"""Editions of a product: run by the vendor (cloud, クラウド版), by the customer (self-hosted, オンプレミス版), or of a
name that the CRM knows. A kind has many names, which all mean the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from banso.knowledge.plans import named_in

CLOUD, SELF_HOSTED = "cloud", "self_hosted"
_IN_WORDS = {
    CLOUD: re.compile(
        r"(?:クラウド|SaaS|ホスティング)\s*(?:版|エディション)|\b(?:cloud|saas|hosted)[- ](?:edition|version)s?\b"
        r"|[(\[【](?:cloud|クラウド|saas)[)\]】]",
        re.IGNORECASE,
    ),
    SELF_HOSTED: re.compile(
        r"オンプレ(?:ミス)?|セルフホスト|(?:パッケージ|サーバー|インストール)版"
        r"|\bself[-_ ]?(?:host(?:ed|ing)?|managed)\b|\bon[-_ ]?prem(?:ises?)?\b",
        re.IGNORECASE,
    ),
}
"""In sentences and headings a cloud alone is no edition: Google Cloud, クラウド会計."""
_BESIDE = re.compile(r"[\W_]|版|edition|version|docs?|manuals?|マニュアル", re.IGNORECASE)
"""What may stand beside an edition in the name of its folder."""
_AS_NAME = {
    CLOUD: re.compile(r"クラウド|(?<![a-z])(?:cloud|saas)(?![a-z])", re.IGNORECASE),
    SELF_HOSTED: _IN_WORDS[SELF_HOSTED],
}
"""Where only the edition is named: a field of the CRM, a folder, the name of a product."""


def kind_of(edition: str) -> str:
    """What the name of an edition means: `CLOUD`, `SELF_HOSTED`, or the name itself."""
    return next(iter(_kinds(edition, _AS_NAME)), edition.strip())


def said_in(text: str, known: Iterable[str] = ()) -> frozenset[str]:
    """The editions that a sentence or a heading names. `known`: names in the CRM that are of no kind."""
    own = tuple(dict.fromkeys(one for one in map(kind_of, known) if one and one not in _AS_NAME))
    return _kinds(text, _IN_WORDS) | (named_in(text, own) if own else frozenset())


def of_product(name: str, known: Iterable[str] = ()) -> frozenset[str]:
    """The editions that the name of a product names, such as GROWI.cloud."""
    return _kinds(name, _AS_NAME) | said_in(name, known)


@lru_cache(maxsize=4096)
def of_folder(name: str) -> str:
    """The kind of edition whose pages are in a folder of this name alone: cloud, self-host; cloud-storage is none."""
    return kind_of(name) if _kinds(name, _AS_NAME) and not _BESIDE.sub("", without(name)) else ""


@lru_cache(maxsize=4096)
def without(name: str) -> str:
    """A name without the edition in it: docs of two editions of one product have the same then."""
    plain = unicodedata.normalize("NFKC", name)
    for pattern in (*_IN_WORDS.values(), *_AS_NAME.values()):
        plain = pattern.sub("", plain)
    return plain


def _kinds(text: str, patterns: dict[str, re.Pattern[str]]) -> frozenset[str]:
    plain = unicodedata.normalize("NFKC", text)
    return frozenset(kind for kind, pattern in patterns.items() if pattern.search(plain))
