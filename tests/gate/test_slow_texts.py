"""Texts made to keep the gate busy: each cost minutes, or never ended, before its pattern was mended."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from banso.gate.agreement import measures
from banso.gate.bilingual import told
from banso.gate.form import claims_nothing
from banso.gate.retold import suspect
from banso.gate.secrets import secrets
from banso.knowledge.documents import Hit
from banso.knowledge.support import supported
from tests.gate.conftest import PAGES, Desk, _hit

LONG = 50_000
MOST = 15.0
"""Seconds on a busy machine; most take 0.1, and took more than this at a tenth of the length."""
HIT: Hit = _hit(*PAGES[0])


@pytest.mark.parametrize(
    ("attack", "text"),
    [
        (claims_nothing, "a" * LONG + "!"),
        (claims_nothing, "Aa, " * (LONG // 4) + "!"),
        (measures, "1" * LONG),
        (measures, "1," * (LONG // 2)),
        (measures, "1.5-" * (LONG // 4)),
        (secrets, "-eyJ" * (LONG // 4)),
        (secrets, "eyJ\n" * (LONG // 4)),
        (secrets, "ghp_a1 " * (LONG // 7)),
        (secrets, "aB3dE5fG7h " * (LONG // 11)),
        (secrets, "pass" + "\n" * LONG),
        (secrets, "password is " + "blue " * (LONG // 5)),
        (secrets, "password for " + "of a " * (LONG // 5)),
        (secrets, "パスワード「" * (LONG // 6)),
        (secrets, "set password " * (LONG // 13)),
        (secrets, "id," * (LONG // 3)),
        (suspect, "was " * (LONG // 4)),
        (suspect, "ある" * (LONG // 2)),
        (suspect, "another a " * (LONG // 10)),
        (lambda text: told(text, HIT.text + "seat"), "Seats can be added. " * (LONG // 20)),
        (lambda text: told(text, "seat"), "席の追加アカウント" * (LONG // 9)),
        (lambda text: supported(text, [HIT] * 64), "「" * LONG),
    ],
)
def test_no_text_keeps_a_rule_busy(attack: Callable[[str], object], text: str) -> None:
    began = time.process_time()
    attack(text)
    assert time.process_time() - began < MOST


def test_what_the_mended_patterns_find_is_what_they_found() -> None:
    found = {("minute", "30"), ("yen", "1200"), ("day", "2"), ("hour", "1.5"), ("person", "5")}
    assert measures("30分、1,200円、,,2日、1.5時間、12-5名") == found
    assert all(claims_nothing(said) for said in ("Kestrel Robotics Support, Tokyo", "Mary-Ann O'Neil, Aoba"))
    assert not claims_nothing("Alpha bravo charlie delta echo")


def test_a_whole_draft_of_one_long_word_is_checked(desk: Desk) -> None:
    began = time.process_time()
    desk("ご確認ください。\n" + "a" * 20_000 + "!\n" + "7" * 20_000)
    assert time.process_time() - began < MOST


@pytest.mark.parametrize("text", ["みなと商事", "kestrel ", "K. ", "M商事 ", "Br1ghtwater ", "北"])
def test_a_name_over_and_over_is_found_in_time(desk: Desk, text: str) -> None:
    began = time.process_time()
    desk("ご確認ください。", subject=(text * LONG)[:LONG])
    assert time.process_time() - began < MOST
