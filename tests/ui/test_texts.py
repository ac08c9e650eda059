"""Both languages say the same things."""

from __future__ import annotations

import re
import string
from pathlib import Path
from typing import get_args

import pytest

from banso.gate.wording import kind_name
from banso.review.drafts import DraftState
from banso.review.gate_report import Kind
from banso.ui.texts import FOLDER, text_of

UI = Path(FOLDER).parent


def places(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def test_both_languages_have_the_same_keys_and_places() -> None:
    ja, en = text_of("ja"), text_of("en")
    assert ja.known() == en.known()
    assert [key for key in ja.known() if places(ja(key)) != places(en(key))] == []


def test_japanese_is_japanese() -> None:
    ja = text_of("ja")
    same = {key for key in ja.known() if ja(key) == text_of("en")(key)}
    assert same <= {"app.title", "knowledge.source_slack", "knowledge.source_crm", "app.role_csm"}


def test_every_key_that_the_code_names_exists() -> None:
    known = text_of("ja").known()
    named = set()
    for path in [*UI.rglob("*.py"), *(UI / "pages").rglob("*.html")]:
        named |= set(re.findall(r"""\bt\(\s*["']([a-z]+\.[a-z_]*[a-z])["']""", path.read_text(encoding="utf-8")))
    assert named and named <= known


@pytest.mark.parametrize("kind", get_args(Kind))
def test_the_review_page_calls_a_kind_of_mark_as_the_screens_do(kind: Kind) -> None:
    page = (UI.parents[1] / "docs/review.md").read_text(encoding="utf-8")
    assert f"| {kind_name(kind, 'en').lower()} | {kind_name(kind, 'ja')} |" in page


@pytest.mark.parametrize("state", get_args(DraftState))
def test_every_state_of_a_draft_has_a_name(state: str) -> None:
    assert text_of("ja")(f"review.state_{state}")
