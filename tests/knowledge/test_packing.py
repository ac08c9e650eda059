"""What is packed comes back; rows written once stay readable."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banso.core.errors import ConfigError
from banso.knowledge.packing import packed, packed_json, unpacked, unpacked_json

_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip

_WRITTEN = "c)Rsp!bC$Pn-{CQpKWY<HhTvaRRA{l4{-"


@given(_JSON)
def test_any_json_comes_back(value: object) -> None:
    assert unpacked(packed(value)) == value
    assert json.loads(unpacked_json(packed_json(json.dumps(value)))) == value


@pytest.mark.parametrize("data", [b"", b"\0", packed("whole")[:-3], packed("whole") + b"more", "text"])
def test_what_is_not_whole_is_named(data: bytes) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        unpacked(data)


def test_a_short_row_is_smaller_than_its_text() -> None:
    row = {
        "title": "請求書",
        "text": "請求書は設定から発行します。",
        "source": "manual",
        "language": "ja",
        "hidden": False,
    }
    assert len(packed(row)) < 0.7 * len(json.dumps(row, ensure_ascii=False).encode())


def test_a_row_that_this_version_wrote_is_readable_in_the_next() -> None:
    assert unpacked(base64.b85decode(_WRITTEN)) == {"text": "請求書", "hidden": False}
