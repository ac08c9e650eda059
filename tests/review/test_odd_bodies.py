"""What is viewed is what is stored is what is sent: 1,000 bodies full of characters that deceive the eye."""

from __future__ import annotations

import random
import re
import unicodedata

import pytest

from banso.review.drafts import canonical_hash, evidence_json
from banso.review.flags import flags, visible
from tests.review.channel_contract import read
from tests.review.conftest import World

pytestmark = pytest.mark.slow

BODIES = 1_000
ODD = (
    "\u202a\u202b\u202d\u202e\u202c\u2066\u2067\u2068\u2069\u200e\u200f\u061c"  # bidirectional
    "\u200b\u200c\u200d\u2060\u00ad\ufeff\u180e\u3164\u2800"  # nothing to be seen
    "\u2065\u180b\ufff9\ufffb\U0001bca0\U0001d173"
    "\U000e0001\U000e0041\U000e0062\U000e007f"  # tags
    "\x07\x1b\x7f\u2028\u0085"  # control
)
ORDINARY = [
    "お世話になっております。",
    "が",
    "か\u3099",
    "ﾊﾝｶｸ",
    "１２３",
    "fi",
    "ﬁ",
    "A\n",
    "B\r\n",
    " \t",
    "👩\u200d💻",
    "<b>",
    "[U+202E]",
]
_SHOWN = re.compile(r"\[U\+([0-9A-F]{4,6})\]")


def odd_body(seed: int) -> str:
    dice = random.Random(seed)
    pieces = [dice.choice(ORDINARY) for _ in range(dice.randint(3, 60))]
    for _ in range(dice.randint(1, 20)):
        pieces.insert(dice.randint(0, len(pieces)), dice.choice(ODD))
    return "".join(pieces)


def test_a_thousand_odd_bodies_are_viewed_stored_and_sent_alike(sqlite_world: World) -> None:
    world, bodies = sqlite_world, [odd_body(seed) for seed in range(BODIES)]
    assert len(set(bodies)) == BODIES
    made = {world.file(body=body).draft: body for body in bodies}
    for draft, body in made.items():
        stored = world.ledger.latest(draft)
        assert stored.body == body
        assert stored.hash == canonical_hash(
            draft=draft, version=1, account=stored.account, recipient=stored.recipient, subject=stored.subject,
            body=body, evidence=evidence_json(()), author=stored.author,
        )  # fmt: skip
        the_reviewer_is_told(body)
        world.ledger.approve(draft, 1, stored.hash, reviewer=world.user("sato"))
    assert world.send().sent == BODIES
    arrived = {path.name.split(".")[0]: read(path.read_bytes())[2] for path in world.mails()}
    assert arrived == made


def the_reviewer_is_told(body: str) -> None:
    """Every odd character is flagged where it stands, and nothing else of the text is lost on the screen."""
    found = flags(body)
    wanted = {position for position, character in enumerate(body) if character in ODD}
    assert wanted <= {flag.position for flag in found}
    assert all(flag.code == f"U+{ord(body[flag.position]):04X}" for flag in found)
    rest = "".join(c for position, c in enumerate(body) if position not in {flag.position for flag in found})
    shown = visible(body)
    assert len(_SHOWN.findall(shown)) == len(found) + body.count("[U+202E]")
    assert _SHOWN.sub("", shown) == _SHOWN.sub("", rest)


def test_a_text_hidden_in_variation_selectors_is_pointed_out() -> None:
    """Sixteen of them can spell any text after a single letter, and no screen shows one."""
    hidden = "".join(chr(0xFE00 + half) for byte in b"secret" for half in divmod(byte, 16))
    assert [flag.position for flag in flags("ok" + hidden)] == list(range(2, 2 + len(hidden)))
    assert hidden not in visible("ok" + hidden)
    assert [flag.position for flag in flags("☎" + hidden)] == list(range(2, 1 + len(hidden)))


def test_a_selector_that_chooses_a_picture_is_ordinary() -> None:
    assert flags("☎\ufe0f 03-1234-5678 ⚠\ufe0f ご注意") == ()


def test_every_character_that_unicode_says_to_ignore_is_flagged() -> None:
    """Cf holds them, and a few signs of Arabic, Syriac and Kaithi that can be seen."""
    seen = {*map(chr, (0x6DD, 0x70F, 0x8E2, 0x110BD, 0x110CD)), *map(chr, range(0x600, 0x606)), "\u0890", "\u0891"}
    hidden = {chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Cf"}
    assert [c for c in hidden - seen if not flags("a" + c)] == []
