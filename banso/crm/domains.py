"""Whether a customer's domain is its own: CRMs also hold the mail provider of a customer who has none."""

from __future__ import annotations

SHARED = frozenset([
    "gmail.com", "googlemail.com", "yahoo.co.jp", "yahoo.com", "yahoo.ne.jp", "ymail.ne.jp", "outlook.com",
    "outlook.jp", "hotmail.com", "hotmail.co.jp", "live.jp", "live.com", "msn.com", "icloud.com", "me.com",
    "aol.com", "proton.me", "protonmail.com", "gmx.com", "docomo.ne.jp", "ezweb.ne.jp", "au.com", "softbank.ne.jp",
    "i.softbank.jp", "nifty.com", "biglobe.ne.jp", "so-net.ne.jp", "ocn.ne.jp", "plala.or.jp",
])  # fmt: skip
"""Domains at which anyone may have an address."""


def own_domain(domain: str) -> str:
    """The domain in lower case; empty when anyone may have an address there."""
    plain = domain.strip().casefold()
    return "" if plain in SHARED else plain
