"""The hash, what a draft may contain, and the characters that are pointed out."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banso.knowledge.documents import Citation
from banso.review.drafts import canonical_hash, check_content, evidence_json
from banso.review.flags import flags, visible
from banso.review.recipients import is_address
from banso.review.refusal import Refused
from banso.review.texts import en, ja

TEXTS = st.fixed_dictionaries(
    {name: st.text(max_size=8) for name in ("draft", "account", "recipient", "subject", "body", "evidence", "author")}
)


def cited(account: str) -> Citation:
    return Citation(
        marker=1, chunk_id="d:0", document_id="d", source="ticket", ref="T-1", title="件", quote="引用", start=0, end=2,
        account=account,
    )  # fmt: skip


@given(TEXTS, TEXTS, st.integers(1, 3), st.integers(1, 3))
def test_equal_hash_means_equal_in_every_field(a: dict[str, str], b: dict[str, str], m: int, n: int) -> None:
    assert (canonical_hash(version=m, **a) == canonical_hash(version=n, **b)) == ((a, m) == (b, n))


@given(TEXTS)
def test_text_cannot_move_between_fields(fields: dict[str, str]) -> None:
    moved = {**fields, "subject": fields["subject"] + fields["body"], "body": ""}
    assert fields == moved or canonical_hash(version=1, **fields) != canonical_hash(version=1, **moved)


def test_the_documented_form_is_the_one_hashed() -> None:
    form = (
        '{"account":"A","author":"u","body":"\\u672c\\n","draft":"dr_1","evidence":"[]","format":"banso-draft-1",'
        '"recipient":"a@b.jp","subject":"s","version":2}'
    )
    made = canonical_hash(
        draft="dr_1", version=2, account="A", recipient="a@b.jp", subject="s", body="本\n", evidence=evidence_json(()),
        author="u",
    )  # fmt: skip
    assert made == hashlib.sha256(form.encode()).hexdigest()


@pytest.mark.parametrize("pair", [("が", "か\u3099"), ("Ａ", "A"), ("a\n", "a\r\n"), ("a", "a\u200b"), ("a ", "a")])
def test_nothing_is_normalised(pair: tuple[str, str]) -> None:
    rest = {"draft": "d", "version": 1, "account": "A", "recipient": "r", "subject": "s", "evidence": "", "author": "u"}
    assert len({canonical_hash(body=body, **rest) for body in pair}) == 2  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "address",
    [
        "", "a", "a@b", "@b.jp", "a@", "a@b.jp, c@d.jp", "a@b.jp;c@d.jp", "A <a@b.jp>", "a@b.jp\n",
        "a@b.jp\r\nBcc: x@y.jp",
               "a@b.jp\0", "a b@c.jp", '"a b"@c.jp', "a@[127.0.0.1]",
        "a@b..jp", ".a@b.jp", "a@-b.jp", "あ@b.jp", "a@例.jp",
        "a@b.jp\u2028", "ａ@b.jp", "a" * 65 + "@b.jp", "a@" + "b" * 64 + ".jp", "a@" + "b.c" * 90 + ".jp",
    ],
)  # fmt: skip
def test_what_is_not_one_plain_address(address: str) -> None:
    assert not is_address(address)
    with pytest.raises(Refused) as caught:
        check_content("A-1", address, "s", "b", ())
    assert caught.value.rule == "content_recipient"


@pytest.mark.parametrize("address", ["a@b.jp", "taro.yamada+x@mail.example.co.jp", "o'neil_1@a-b.example"])
def test_ordinary_addresses(address: str) -> None:
    assert is_address(address)


@pytest.mark.parametrize(
    ("subject", "body", "account", "rule"),
    [
        ("", "b", "A-1", "content_subject"),
        ("  ", "b", "A-1", "content_subject"),
        ("s\r\nBcc: x@y.jp", "b", "A-1", "content_subject"),
        ("s\u2028t", "b", "A-1", "content_subject"),
        ("s\x85", "b", "A-1", "content_subject"),
        ("s" * 251, "b", "A-1", "content_subject"),
        ("s", " \n", "A-1", "content_body"),
        ("s", "b\0", "A-1", "content_body"),
        ("s", "b\ud800", "A-1", "content_body"),
        ("s", "b" * 50_001, "A-1", "content_body"),
        ("s", "b。\n" * 301, "A-1", "content_sentences"),
        ("s", "b", "", "content_account"),
        ("s", "b", "A-2", "content_evidence"),
    ],
)
def test_what_can_be_no_message(subject: str, body: str, account: str, rule: str) -> None:
    with pytest.raises(Refused) as caught:
        check_content(account, "a@b.jp", subject, body, (cited("A-1"),))
    assert caught.value.rule == rule


def test_evidence_of_this_account_or_of_none() -> None:
    check_content("A-1", "a@b.jp", "s", "b", (cited("A-1"), cited("")))


def test_odd_characters_are_pointed_out_where_they_stand() -> None:
    text = "支払\u202e先\u200b:\U000e0041\x1b[2J 全角　も\r\n普通\r"
    assert [(flag.kind, text[flag.position], flag.code) for flag in flags(text)] == [
        ("bidi", "\u202e", "U+202E"),
        ("invisible", "\u200b", "U+200B"),
        ("tag", "\U000e0041", "U+E0041"),
        ("control", "\x1b", "U+001B"),
        ("control", "\r", "U+000D"),
    ]
    assert visible("a\u202eb\x1b") == "a[U+202E]b[U+001B]"


@given(st.text())
def test_visible_text_has_nothing_left_to_point_out(text: str) -> None:
    assert flags(visible(text).replace("\r\n", "\n")) == ()


def test_both_languages_say_the_same_things() -> None:
    assert ja.SENTENCES.keys() == en.SENTENCES.keys()
    assert Refused("decision_role").said_in("ja").message == ja.SENTENCES["decision_role"]
