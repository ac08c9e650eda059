from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banso.core.errors import ConfigError
from banso.knowledge.documents import Document, Language, SourceName, Span
from banso.privacy.fold import fold
from ingest.redact import KINDS, MASKS, Redactor, redactor_for
from tests.conftest import SHARED


def document(text: str, source: SourceName = "ticket", language: Language = "ja", **more: object) -> Document:
    fields = {"source": source, "collection": "c", "ref": "r", "title": "t", "text": text, "language": language, **more}
    return Document.model_validate(fields)


def masked(text: str, source: SourceName = "ticket", language: Language = "ja") -> str:
    return Redactor().redact(document(text, source, language)).text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("連絡先はtaro.yamada@acme.co.jpまで", "連絡先は[メール]まで"),
        ("ｔａｒｏ＠ａｃｍｅ．ｃｏ．ｊｐ", "[メール]"),
        ("<taro+test@acme.io>, taro [at] acme.io", "<[メール]>, [メール]"),
        ("mailto:taro@acme.io?subject=x", "mailto:[メール]?subject=x"),
        ("https://a.jp/u?mail=taro@acme.io&x=1", "https://a.jp/u?mail=[メール]&x=1"),
        ("電話03-1234-5678です", "電話[電話番号]です"),
        ("TEL:０３−１２３４−５６７８ FAX03ー1234ー5679", "TEL:[電話番号] FAX[電話番号]"),
        ("携帯 09012345678 / 090-1234-5678 / 080 1234 5678", "携帯 [電話番号] / [電話番号] / [電話番号]"),
        ("(03)1234-5678、03(1234)5678、0120-123-456", "[電話番号]、[電話番号]、[電話番号]"),
        ("+81-90-1234-5678 or +81 (0)3-1234-5678", "[電話番号] or [電話番号]"),
        ("電話番号は0312345678", "電話番号は[電話番号]"),
        ("お電話は 0312345678 へ、Tel.03(1234)5678", "お電話は [電話番号] へ、Tel.[電話番号]"),
        ("〒123-4567 東京都", "[郵便番号] 東京都"),
        ("郵便番号：１２３－４５６７", "郵便番号：[郵便番号]"),
        ("100-0001 東京都千代田区", "[郵便番号] 東京都千代田区"),
        ("カード 4111 1111 1111 1111 と 3782-822463-10005", "カード [カード番号] と [カード番号]"),
        ("４１１１１１１１１１１１１１１１", "[カード番号]"),
        ("マイナンバーは 6214 9832 0257 です", "マイナンバーは [マイナンバー] です"),
        ("個人番号：621498320257", "個人番号：[マイナンバー]"),
        ("みずほ銀行 渋谷支店 普通 1234567", "みずほ銀行 渋谷支店 普通 [口座番号]"),
        ("新宿支店（普通）１２３４５６７", "新宿支店（普通）[口座番号]"),
        ("口座番号は7654321、当座預金 口座番号 0123456", "口座番号は[口座番号]、当座預金 口座番号 [口座番号]"),
        ("楽天銀行 (普) 7654321、ゆうちょ銀行 14100-12345671", "楽天銀行 (普) [口座番号]、ゆうちょ銀行 [口座番号]"),
        ("ゆうちょ 記号 10120 番号 12345671", "ゆうちょ 記号 [口座番号]"),
    ],
)
def test_japanese_forms_are_masked(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Mail ann@acme.com.", "Mail [email]."),
        ("call (415) 555-2671 or 415-555-2671 or +44 20 7946 0958", "call [phone] or [phone] or [phone]"),
        ("Tel: 020 7946 0958, mobile 07700 900123", "Tel: [phone], mobile [phone]"),
        ("Springfield, IL 62704", "Springfield, IL [postal code]"),
        ("zip code: 94105-1234, postcode SW1A 1AA", "zip code: [postal code], postcode [postal code]"),
        ("10 Downing St, London, SW1A 2AA", "10 Downing St, London, [postal code]"),
        ("card 5555-5555-5555-4444", "card [card number]"),
        ("My Number: 6214-9832-0257", "My Number: [My Number]"),
        ("IBAN GB82 WEST 1234 5698 7654 32 today", "IBAN [bank account] today"),
        (
            "bank account number 12345678, sort code: 12-34-56",
            "bank account number [bank account], sort code: [bank account]",
        ),
        ("routing number: 021000021", "routing number: [bank account]"),
        ("Acct #: 12345678, A/C no. 87654321", "Acct #: [bank account], A/C no. [bank account]"),
    ],
)
def test_english_forms_are_masked(text: str, shown: str) -> None:
    assert masked(text, language="en") == shown


@pytest.mark.parametrize(
    "text",
    [
        "v0.12.3-rc.1、Chrome 120.0.6099.109、iOS 17.4.1、Node 18.20.4",
        "エラーコード 0x80070005、E-1234-5678、HTTP 504、ERR-0120-123-456",
        "注文番号 0123-456-789、order no. 555-123-4567、チケット #1234567",
        "2026-04-01 10:30:45.123456、2026/04/01、20260401103045、1745738513.236269、1712345678901",
        "¥1,234,567、$1,299.00、12,345,678円、1234567円",
        "https://a.example/t/03-1234-5678/4111111111111111?x=090-1234-5678",
        "192.168.100.200、10.0.0.1:8080、0.0.0.0/0、2001:db8::1",
        "550e8400-e29b-41d4-a716-446655440000、deadbeef1234567890123456",
        "普通に1234567件を処理、普通の設定",
        "621498320257",
        "マイナンバーは 6214 9832 0258",
        "4111 1111 1111 1112",
        "git@github.com:acme/repo.git、icon@2x.png、pkg@1.2.3、postgres://me:pw@db.acme.io/x",
        "第123-4567号、123-4567",
        "範囲 0-100-2000、09:00-18:00、1-2-3",
        "UTC+0900、+1234、@@ -1,7 +81,9 @@",
        "ISBN 978-4-87311-565-8、T1234567890123",
        "account 12、口座の開設、記号と番号",
    ],
)
def test_what_is_no_personal_data_stays(text: str) -> None:
    assert masked(text) == text


def test_reserved_domains_stay_in_manuals_only() -> None:
    text = "user@example.com、a@mail.example.co.jp、b@x.test、real@acme.com"
    assert masked(text, "manual") == "user@example.com、a@mail.example.co.jp、b@x.test、[メール]"
    assert masked(text) == "[メール]、[メール]、[メール]、[メール]"
    assert masked(text, "slack") == masked(text)


def test_title_people_and_url_are_masked_and_everything_counted() -> None:
    source = document(
        "a@acme.com と 03-1234-5678",
        title="Re: a@acme.com",
        people=("a@acme.com", "田中"),
        url="https://x.example/u?m=a@acme.com",
        masked={"email": 1},
    )
    found = Redactor().redact(source)
    assert (found.title, found.people, found.url) == (
        "Re: [メール]",
        ("[メール]", "田中"),
        "https://x.example/u?m=[メール]",
    )
    assert found.masked == {"email": 2, "phone": 1}
    assert Redactor().redact(document("x", title="a@acme.com")).masked == {"email": 1}
    assert found.id == source.id


def test_each_kind_can_be_kept() -> None:
    text = "a@acme.com 03-1234-5678"
    kept = redactor_for(["emails"])
    assert kept.redact(document(text)).text == "a@acme.com [電話番号]"
    assert redactor_for(["phone", "email"]).redact(document(text)) == document(text)
    assert redactor_for(mask_nothing=True).redact(document(text)) == document(text)
    assert len({Redactor().version, kept.version, redactor_for(mask_nothing=True).version}) == 3
    with pytest.raises(ConfigError, match="colour"):
        redactor_for(["colour"])


PIECES = st.sampled_from(
    [
        "a@acme.com",
        "03-1234-5678",
        "０９０１２３４５６７８",
        "〒123-4567",
        "4111111111111111",
        "普通 1234567",
        "設定",
        "ok ",
        "\n",
        "、",
        "12",
        "🎉",
    ]
)


@given(st.lists(PIECES, max_size=14), st.lists(st.integers(0, 120), max_size=8), st.sampled_from(["ja", "en"]))
def test_spans_and_resolution_cover_the_same_unmasked_words(
    pieces: list[str], cuts: list[int], language: Language
) -> None:
    text = "".join(pieces)
    bounds = sorted({0, len(text), *(min(cut, len(text)) for cut in cuts)})
    spans = [Span(kind="text", start=a, end=b) for a, b in pairwise(bounds)]
    source = document(text, language=language, spans=tuple(spans), resolution=(bounds[0], bounds[-1]))
    matches = Redactor().find(text)
    found = Redactor().redact(source)
    hidden = {index for match in matches for index in range(match.start, match.end)}
    masks = [MASKS[kind][language != "ja"] for kind in KINDS]
    for before, after in zip(source.spans, found.spans, strict=True):
        words = found.text[after.start : after.end]
        for shown in masks:
            words = words.replace(shown, "")
        assert words == "".join(text[i] for i in range(before.start, before.end) if i not in hidden)
    assert found.resolution == (0, len(found.text))
    assert all(a.end <= b.start for a, b in pairwise(found.spans))
    assert sum(found.masked.values()) == len(matches)


@given(st.text())
def test_any_text_keeps_its_length_when_folded_and_never_fails(text: str) -> None:
    assert len(fold(text)) == len(text)
    found = Redactor().find(text)
    assert all(0 <= match.start < match.end <= len(text) for match in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@pytest.mark.parametrize("text", ["0" * 50_000, "1-" * 20_000, "a." * 20_000 + "@", "+1 " * 20_000, "(0" * 20_000])
@pytest.mark.timeout(10)
def test_hostile_text_takes_no_time(text: str) -> None:
    assert isinstance(Redactor().find(text), list)


def test_manuals_of_a_real_product_lose_nothing() -> None:
    folder = SHARED / "growi_docs_ja_en"
    if not folder.is_dir():
        pytest.skip("growi_docs_ja_en is not beside this checkout")
    found = [
        text[match.start : match.end]
        for path in sorted(Path(folder).rglob("*.md"))
        if (text := path.read_text("utf-8"))
        for match in Redactor().find(text, keep_examples=True)
    ]
    assert set(found) <= {"trigger@applet.ifttt.com"}
