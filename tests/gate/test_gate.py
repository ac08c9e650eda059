"""What the gate marks, what it blocks, and what disguises do not help."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
import yaml

from banso.gate.wording import explain, kind_name
from banso.review.gate_report import BLOCKING, WARNING
from tests.gate.conftest import Desk

ROOT = Path(__file__).resolve().parents[2]
KEY = "AKIAIOSFODNN7EXAMPLE"


@pytest.mark.parametrize(
    "text",
    [
        "みなと商事様でも同じでした。",
        "㈱みなと商事でも同じでした。",
        "ﾐﾅﾄｼｮｳｼﾞ様でも同じでした。",
        "み な と 商 事 様でも同じでした。",
        "みな\u200bと商\u200b事様でも同じでした。",
        "Ｋｅｓｔｒｅｌ Ｒｏｂｏｔｉｃｓ saw the same.",
        "K\u0435strel R\u043eb\u043etics saw the same.",
        "K e s t r e l R o b o t i c s saw the same.",
        "They use kestrel-rb.example for it.",
        "They use kestrel-rb[.]example for it.",
        "黒川 真由美様に伺いました。",
        "kurokawa@minato-shoji.example に伺いました。",
        "チケット ＴＫ－１１５７ と同じです。",
        "契約 CN-0002-3 と同じ条件です。",
        "ほかのお客様の月額は612,000円です。",
        "株式会社ひかり様でも同じでした。",
        "As Target Inc. did, press resume.",
        "ミ・ナ・ト・ショウジの例です。",
        "みなと様でも同じでした。",
        "M商事様でも同じでした。",
        "クロカワ マユミ様に伺いました。",
        "K. Robotics saw the same.",
        "Kestrel R. saw the same.",
        "MINATO had the same.",
        "Kestre1 Robotics saw the same.",
        "Ke\u200bstrel saw the same.",
        "\u041aestrel saw the same.",
        "K e s t r e l saw the same.",
        "Kestrel’s team saw the same.",
        "O. Lane Clinics saw the same.",
        "Orchard-Lane saw the same.",
        "B&F had the same.",
        "黒川真由美様に伺いました。",
        "夜間バッチの失効確認が止まり、認証基盤の再起動で復旧した会社様がありました。",
        "以前、夜間バッチで失効確認が止まったときは、認証基盤を再起動しました。",
        "別のお客様では、夜間バッチで証明書の失効確認が止まり、認証基盤を再起動して復旧しました。",
    ],
)
def test_another_customer_blocks_in_every_disguise(desk: Desk, text: str) -> None:
    assert desk(text).blocking == ("other_customer",)
    assert desk("ご確認ください。", subject=text).blocking == ("other_customer",)


@pytest.mark.parametrize(
    "recipient",
    ["kurokawa@minato-shoji.example", "anyone@Kestrel-RB.example", "x@mail.kestrel-rb.example", "zendesk:TK-1157"],
)
def test_a_mail_to_another_customer_is_blocked(desk: Desk, recipient: str) -> None:
    assert desk("ご確認ください。", recipient=recipient).blocking == ("other_customer",)
    assert desk("ご確認ください。").blocking == desk("ご確認ください。", recipient="b@partner.example").blocking == ()


@pytest.mark.parametrize(
    "text",
    [
        KEY,
        " ".join(KEY),
        KEY[:6] + "\u200b" + KEY[6:],
        "ＡＫＩＡＩＯＳＦＯＤＮＮ７ＥＸＡＭＰＬＥ",
        base64.b64encode(f"key {KEY}".encode()).decode(),
        "パスワード：Hk92-pqLm です。",
        "postgresql://admin:Kx9vR2@db.vendor.example:5432/prod",
        "-----BEGIN RSA PRIVATE KEY-----",
    ],
)
def test_secrets_block_in_every_disguise(desk: Desk, text: str) -> None:
    assert "secret" in desk(f"次のとおりです。\n{text}").blocking


@pytest.mark.parametrize(
    "text",
    [
        "青葉工房 小野様\nお世話になっております。",
        "Press the target folder and the kestrel icon.",
        "ひかりの差す場所では画面が見えにくいことがあります。",
        "ほかのお客様からも同様のお問い合わせをいただいております。",
        "ほかのお客様でも、証明書の期限が切れると同じ現象が起きます。",
        "R&D and Q&A stay; A Foods fair. The orchard lane photograph, please.",
        "小野 様、みなとの近くのＭ様の席です。",
        "先日お知らせいただいた夜間バッチの件は、設定を見直していただきました。",
        "お電話は 03-5555-0101 へ、メールは ono@aoba.example へお送りします。",
        "パスワードは12文字以上です。トークンは発行時に一度だけ表示されます。",
        "https://vendor.example/docs/api/v2/authentication-and-tokens を参照してください。",
    ],
)
def test_ordinary_words_do_not_block(desk: Desk, text: str) -> None:
    assert desk(text).blocking == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("修正版は12月10日までにリリースいたします。", "promise"),
        ("来月分は無償とさせていただきます。", "promise"),
        ("We will release the fix by next Friday.", "promise"),
        ("We can offer you a 20 % discount.", "promise"),
        ("連絡先は yamada88@mail.example です。", "personal"),
        ("担当の携帯は 090-1234-5678 です。", "personal"),
        ("英語の電話窓口は2027年の春に試験的に始めると決まりました。", "internal"),
        ("承認は顔認証だけで完了する仕組みになっています。", "unsupported"),
        ("アカウントは10回続けて失敗するとロックされ、30時間後に解除されます。", "unsupported"),
    ],
)
def test_warnings(desk: Desk, text: str, kind: str) -> None:
    found = desk(text)
    assert found.blocking == ()
    assert kind in found.warnings


def test_a_supported_sentence_names_its_source_and_a_greeting_needs_none(desk: Desk) -> None:
    text = "お世話になっております。\nアカウントは10回続けて失敗するとロックされ、30分後に解除されます。"
    found = desk(text)
    assert (found.blocking, found.warnings) == ((), ())
    (mark,) = [mark for mark in found.marks if mark.kind == "supported"]
    assert text[mark.start : mark.end].startswith("アカウント")
    assert mark.source is not None and mark.source.ref == "lock.md"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_frame_of_the_agents_own_mails_needs_no_source(desk: Desk, language: str) -> None:
    phrases = yaml.safe_load((ROOT / f"agents/phrases/{language}.yaml").read_text(encoding="utf-8"))
    frame = (phrases[f"mail_{part}"] for part in ("no_person", "opening", "lead", "closing"))
    assert desk("\n".join(frame)).warnings == ()


def test_a_claim_after_the_lead_still_needs_a_source(desk: Desk) -> None:
    assert "unsupported" in desk("Regarding your enquiry, the moon unlocks every account after 30 hours.").warnings


def test_the_company_itself_may_be_written_to(desk: Desk) -> None:
    assert "personal" not in desk("Write to help@vendor.example.").warnings


def test_marks_stay_inside_their_text_and_speak_both_languages(desk: Desk) -> None:
    body = f"みなと商事様の件です。{KEY}\n12月1日までに返金いたします。"
    for mark in desk(body, subject="TK-1157").marks:
        text = "TK-1157" if mark.where == "subject" else body
        assert 0 <= mark.start < mark.end <= len(text)
        assert explain(mark, "ja") != explain(mark, "en")
        assert mark.blocks == (mark.kind in BLOCKING)
    assert {kind_name(kind, "ja") for kind in (*BLOCKING, *WARNING)}.isdisjoint(kind_name(k, "en") for k in BLOCKING)
