from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banso.core.errors import ConfigError
from banso.core.language import language_of
from banso.knowledge.documents import Document
from ingest.slack.conversations import conversations
from ingest.slack.messages import Message
from ingest.slack.text import message_text, readable
from ingest.slack.workspace import Channel, Workspace
from ingest.sources.base import Failure, Item
from ingest.sources.slack import open_slack
from tests.conftest import SHARED

USERS = [
    {"id": "U1", "name": "tanaka", "profile": {"display_name": "田中", "real_name": "田中 太郎"}},
    {"id": "U2", "name": "smith", "profile": {"display_name": "", "real_name": "Ann Smith"}},
    {"id": "U9", "name": "helper", "is_bot": True},
]


def said(ts: str, text: str, user: str = "U1", **more: object) -> dict[str, Any]:
    return {"type": "message", "user": user, "ts": ts, "text": text, **more}


def export(root: Path, days: dict[str, list[dict[str, Any]]], **lists: list[dict[str, Any]]) -> Path:
    root.mkdir(exist_ok=True)
    for name, entries in {"users": USERS, "channels": [{"id": "C1", "name": "general"}], **lists}.items():
        (root / f"{name}.json").write_text(json.dumps(entries), "utf-8")
    for day, messages in days.items():
        (root / day).parent.mkdir(exist_ok=True)
        (root / day).write_text(json.dumps(messages), "utf-8")
    return root


def read(path: Path, **options: str) -> list[Document]:
    return [item.load() for item in open_slack(path, **options).items() if isinstance(item, Item)]


WORKSPACE = Workspace(
    people={"U1": "田中", "U2": "Ann Smith"}, channels=[Channel("C1", "general", "general", private=False)]
)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("<@U1> と <@U7|guest> へ", "@田中 と @guest へ"),
        ("<#C1> <#C2|random> <#C3>", "#general #random #C3"),
        ("<!here> <!channel> <!subteam^S1|@sales> <!subteam^S2>", "@here @channel @sales @S2"),
        ("<!date^1392734382^{date}|Feb 18, 2014>", "Feb 18, 2014"),
        ("<https://a.example/x?a=1&amp;b=2|手順書>", "手順書 (https://a.example/x?a=1&b=2)"),
        (
            "<https://a.example|a.example> <https://b.example/|https://b.example/>",
            "https://a.example https://b.example/",
        ),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        (":+1::tada: :our_logo: :wave::skin-tone-3: :flag-jp:", "👍🎉 :our_logo: 👋 🇯🇵"),
        ("10:30:45 `a:smile:b` x &lt;= y &amp;&amp; z", "10:30:45 `a:smile:b` x <= y && z"),
        ("<!DOCTYPE html>", "<!DOCTYPE html>"),
    ],
)
def test_markup_becomes_readable(raw: str, shown: str) -> None:
    assert readable(raw, WORKSPACE) == shown


def test_blocks_speak_where_text_is_empty() -> None:
    section = {
        "type": "rich_text_section",
        "elements": [{"type": "text", "text": "確認: "}, {"type": "user", "user_id": "U1"}],
    }
    items = [{"type": "rich_text_section", "elements": [{"type": "text", "text": text}]} for text in ("一", "二")]
    blocks = [
        {"type": "rich_text", "elements": [section, {"type": "rich_text_list", "style": "ordered", "elements": items}]}
    ]
    assert message_text({"text": "", "blocks": blocks}, WORKSPACE) == "確認: @田中\n1. 一\n2. 二"
    plain = [{"type": "section", "text": {"type": "mrkdwn", "text": "see <#C1>"}}, {"type": "actions", "elements": []}]
    assert message_text({"text": "", "blocks": plain}, WORKSPACE) == "see #general"


def test_previews_are_short_and_files_are_named() -> None:
    raw = {"text": "見て", "attachments": [{"title": "T", "text": "x" * 900}], "files": [{"name": "a.png"}]}
    first, preview, file = message_text(raw, WORKSPACE).split("\n")
    assert (first, file) == ("見て", "📎 a.png")
    assert preview.startswith("> T: xxx") and len(preview) < 210


def test_the_schema_of_2016() -> None:
    share = {
        "subtype": "file_share",
        "text": "<@U1> uploaded a file: <https://x.slack.com/files/t/F1/a.png|Plan> and commented: good?",
        "file": {"title": "Plan"},
    }
    assert message_text(share, WORKSPACE) == "good?\n📎 Plan"
    comment = {
        "subtype": "file_comment",
        "text": "<@U2> commented on U1's file <https://x.slack.com/files/t/F1|Plan>: fine",
        "comment": {"user": "U2", "comment": "fine"},
        "file": {"title": "Plan"},
    }
    assert message_text(comment, WORKSPACE) == "fine\n📎 Plan"


def test_a_thread_is_one_document_across_days(tmp_path: Path) -> None:
    root = "1775000000.000100"
    days = {
        "general/2026-04-01.json": [
            said(root, "エラー 504 が出ます", thread_ts=root, reply_count=1),
            said("1775000060.000000", "別件です"),
        ],
        "general/2026-04-03.json": [said("1775170000.000000", "直りました", "U2", thread_ts=root)],
    }
    thread, flat = read(export(tmp_path, days), workspace_url="https://acme.slack.com/")
    assert thread.ref == f"general/{root}"
    assert thread.title == "#general 2026-04-01: エラー 504 が出ます"
    assert [thread.text[s.start : s.end] for s in thread.spans] == ["エラー 504 が出ます", "直りました"]
    assert [s.speaker for s in thread.spans] == ["田中", "Ann Smith"]
    assert thread.url == "https://acme.slack.com/archives/C1/p1775000000000100"
    assert (thread.language, thread.visibility, thread.people) == ("ja", "internal", ("田中", "Ann Smith"))
    assert thread.created_at and thread.updated_at and (thread.updated_at - thread.created_at).days == 1
    assert flat.ref == "general/1775000060.000000"


def test_old_threads_are_known_from_the_roots_list_of_replies(tmp_path: Path) -> None:
    days = {
        "general/2016-01-01.json": [
            said("1451606400.000001", "root", replies=[{"user": "U2", "ts": "1451606500.000001"}]),
            said("1451606450.000001", "between"),
            said("1451606500.000001", "reply", "U2"),
        ]
    }
    thread, flat = read(export(tmp_path, days))
    assert [s.speaker for s in thread.spans] == ["田中", "Ann Smith"]
    assert "between" in flat.text and "between" not in thread.text


def test_edits_and_deletions_are_respected(tmp_path: Path) -> None:
    days = {
        "general/2026-04-01.json": [
            said("1775000000.000000", "price is 100"),
            said("1775000001.000000", "secret"),
            said("1775000002.000000", "This message was deleted.", subtype="tombstone"),
            said("1775000003.000000", "old words"),
            said("1775000003.000000", "new words", edited={"user": "U1", "ts": "1775000900.000000"}),
        ],
        "general/2026-04-02.json": [
            {
                "type": "message",
                "subtype": "message_changed",
                "ts": "1775090000.000000",
                "message": said("1775000000.000000", "price is 120"),
                "previous_message": said("1775000000.000000", "price is 100"),
            },
            {"type": "message", "subtype": "message_deleted", "ts": "1775090001.0", "deleted_ts": "1775000001.000000"},
        ],
    }
    (document,) = read(export(tmp_path, days))
    assert [document.text[s.start : s.end] for s in document.spans] == ["price is 120", "new words"]
    assert document.updated_at and document.updated_at.timestamp() == 1775090000


def test_machines_and_notices_stay_out(tmp_path: Path) -> None:
    days = {
        "general/2026-04-01.json": [
            said("1775000000.000000", "<@U1> has joined the channel", subtype="channel_join"),
            said("1775000001.000000", "set the topic", subtype="channel_topic"),
            said("1775000002.000000", "build passed", subtype="bot_message", bot_id="B1"),
            said("1775000003.000000", "I am a bot", "U9"),
            said("1775000004.000000", "posted by an app", bot_id="B2", app_id="A1"),
            said("1775000005.000000", "reminder", "USLACKBOT"),
            said("1775000006.000000", "図です", bot_id="B3", upload=True, files=[{"name": "a.png"}]),
            said("1775000007.000000", ":tada:", "U2"),
        ]
    }
    (document,) = read(export(tmp_path, days))
    assert document.text == "田中:\n図です\n📎 a.png\n\nAnn Smith:\n🎉"


def test_private_places_are_marked(tmp_path: Path) -> None:
    message = [said("1775000000.000000", "hello there")]
    days = {f"{name}/2026-04-01.json": message for name in ("general", "deals", "D1", "mpdm-a--b-1", "unlisted")}
    root = export(
        tmp_path,
        days,
        groups=[{"id": "G1", "name": "deals"}],
        dms=[{"id": "D1", "members": ["U1", "U2"]}],
        mpims=[{"id": "G2", "name": "mpdm-a--b-1"}],
    )
    found = {document.ref.partition("/")[0]: document for document in read(root)}
    assert {name: document.visibility for name, document in found.items()} == {
        "general": "internal",
        "deals": "private",
        "D1": "private",
        "mpdm-a--b-1": "private",
        "unlisted": "private",
    }
    assert found["D1"].title.startswith("DM 田中, Ann Smith 2026-")


def test_a_damaged_day_is_reported_and_the_rest_read(tmp_path: Path) -> None:
    root = export(tmp_path, {"general/2026-04-01.json": [said("1775000000.000000", "fine")]})
    (root / "general/2026-04-02.json").write_text('[\n{"ts": 1,,}]', "utf-8")
    (root / "general/2026-04-03.json").write_text('{"not": "an array"}', "utf-8")
    (root / "groups.json").write_text("[", "utf-8")
    entries = list(open_slack(root).items())
    failures = [entry for entry in entries if isinstance(entry, Failure)]
    assert {f.path for f in failures} == {"general/2026-04-02.json", "general/2026-04-03.json", "groups.json"}
    assert any("line 2" in f.error for f in failures)
    assert sum(isinstance(entry, Item) for entry in entries) == 1


def test_odd_records_do_not_stop_it(tmp_path: Path) -> None:
    odd: list[Any] = [1, None, {"ts": "abc", "text": "x"}, {"text": None, "ts": "1775000000.000000", "user": None}]
    odd += [said("1775000001.000000", "ok", edited="yes", replies="no", attachments={}, files=[None], blocks="x")]
    (document,) = read(export(tmp_path, {"general/2026-04-01.json": odd}))
    assert document.text == "田中:\nok"


_ODD = st.one_of(
    st.sampled_from([None, "", 0, -1, True, [], {}, [None], [{}], {"a": 1}, "x", "<@U1>", "<!>", "<|x>", "<", "1e999"]),
    st.text(max_size=8),
)
_FIELDS = (
    "user", "text", "thread_ts", "edited", "replies", "files", "file", "attachments", "blocks", "subtype", "comment",
    "user_profile", "message", "bot_id", "permalink", "deleted_ts",
)  # fmt: skip


@given(
    st.lists(st.dictionaries(st.sampled_from(_FIELDS), _ODD), max_size=3),
    st.fixed_dictionaries({"id": _ODD, "profile": _ODD, "name": _ODD}),
    st.fixed_dictionaries({"id": _ODD, "members": _ODD}),
)
def test_no_odd_record_stops_it(
    tmp_path_factory: pytest.TempPathFactory,
    odd: list[dict[str, Any]],
    user: dict[str, Any],
    channel: dict[str, Any],
) -> None:
    messages = [{"type": "message", "ts": f"177500000{n}.000000", **entry} for n, entry in enumerate(odd)]
    messages.append(said("1775000009.000000", "still here"))
    days = {"general/2026-04-01.json": messages}
    root = export(tmp_path_factory.mktemp("odd"), days, users=[*USERS, user], channels=[channel | {"name": "general"}])
    assert any("still here" in document.text for document in read(root))


def test_half_an_emoji_does_not_stop_it(tmp_path: Path) -> None:
    (document,) = read(export(tmp_path, {"general/2026-04-01.json": [said("1775000000.000000", "cut \ud83d")]}))
    assert document.text == "田中:\ncut \ufffd"


def test_a_title_shows_the_words_of_a_link_only(tmp_path: Path) -> None:
    message = said("1775000000.000000", "see <https://a.example/b|the guide> and <https://a.example/c> :tada:")
    (document,) = read(export(tmp_path, {"general/2026-04-01.json": [message]}))
    assert document.title.endswith(": see the guide and 🎉")
    assert "https://a.example/b" in document.text


def test_the_path_may_be_text_and_the_zip_is_closed(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("general/2026-04-01.json", json.dumps([said("1775000000.000000", "ok")]))
    source = open_slack(str(tmp_path / "a.zip"))
    (talk,) = [entry for entry in source.items() if isinstance(entry, Item)]
    assert talk.ref == "general/1775000000.000000"
    source.close()
    with pytest.raises(ValueError, match="closed"):
        talk.load()


def test_zip_folder_and_wrapped_zip_are_the_same(tmp_path: Path) -> None:
    days = {"一般/2026-04-01.json": [said("1775000000.000000", "こんにちは、皆さん")]}
    root = export(tmp_path / "export", days, channels=[{"id": "C1", "name": "一般"}])
    for prefix in ("", "acme export/"):
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
            for path in sorted(root.rglob("*.json")):
                file.write(path, prefix + path.relative_to(root).as_posix())
        assert read(tmp_path / "a.zip", collection="x") == read(root, collection="x")


def test_what_is_no_export_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not a Slack export"):
        open_slack(tmp_path)
    with pytest.raises(ConfigError, match="time zone"):
        open_slack(tmp_path, timezone="Mars/Base")


@given(st.lists(st.tuples(st.integers(1, 4000), st.sampled_from("abc"), st.sampled_from(["", "5"])), max_size=40))
def test_later_messages_change_only_the_last_flat_conversation(steps: list[tuple[int, str, str]]) -> None:
    clock, messages = 1000, []
    for step, speaker, thread in steps:
        clock += step
        messages.append(Message(ts=str(clock), speaker=speaker, text=f"says {speaker}", thread=thread))
    whole = conversations(messages)
    assert sorted(m.ts for c in whole for m in c.messages) == sorted(m.ts for m in messages)
    before = [c for c in conversations(messages[:-1]) if not c.thread]
    after = {c.start: c for c in whole if not c.thread}
    assert all(after[c.start] == c for c in before[:-1])
    assert all(c.start in after for c in before)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("設定を変えてください", "ja"),
        ("了解", "ja"),
        ("I don't know ¯\\_(ツ)_/¯ sorry", "en"),
        ("API の timeout を直した https://github.com/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "ja"),
        ("👍 123", "und"),
    ],
)
def test_language(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("folder", "documents"), [("houston_datavis_slack_en", 390), ("dd2030_slack_ja", 1221)], ids=["2016", "today"]
)
def test_real_exports_read_whole_and_twice_the_same(folder: str, documents: int) -> None:
    path = SHARED / folder / "export"
    if not path.is_dir():
        pytest.skip(f"{folder} is not beside this checkout")
    first, second = list(open_slack(path).items()), list(open_slack(path).items())
    items = [entry for entry in first if isinstance(entry, Item)]
    assert len(items) == len(first) == documents
    assert len({item.ref for item in items}) == documents
    assert [i.fingerprint for i in items] == [i.fingerprint for i in second if isinstance(i, Item)]
    for item in items:
        document = item.load()
        assert all("<@U" not in document.text[s.start : s.end] and s.end <= len(document.text) for s in document.spans)
