"""The review commands as scripts use them: shapes, exit codes, and refusals that say why."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import typer
from typer.testing import CliRunner, Result

from agents.cli.review import register
from banso.core.console import exit_code
from banso.core.database import Database
from banso.core.errors import BansoError, NotApproved
from banso.core.settings import load_settings
from banso.gate.gate import LazyGate
from banso.review.child import ROOT, start_sender_child, take_sender_environment
from banso.review.drafts import DraftVersion
from banso.review.ledger import open_ledger
from tests.review.conftest import populate


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setenv("BANSO_DATA", str(tmp_path))
    monkeypatch.setenv("BANSO_LANGUAGE", "en")
    url = load_settings().database
    populate(url)
    database = Database(url)
    yield database
    database.close()


@pytest.fixture
def draft(database: Database) -> DraftVersion:
    ledger = open_ledger(load_settings(), database)
    return ledger.file("A-1", "yamada@example.co.jp", "ご返信", "本文です。\n", (), "aoki")


def run(*arguments: str) -> Result:
    app = typer.Typer()
    register(app)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def ok(*arguments: str) -> Any:
    result = run(*arguments)
    assert result.exit_code == 0, result.output + repr(result.exception)
    return json.loads(result.stdout) if "--json" in arguments else result.stdout


def refused(*arguments: str) -> str:
    error = run(*arguments).exception
    assert isinstance(error, NotApproved)
    assert exit_code(error) == 4
    return error.message


def test_from_draft_to_eml(draft: DraftVersion, tmp_path: Path) -> None:
    (line,) = ok("drafts", "--json")
    assert (line["id"], line["version"], line["state"], line["account"]) == (draft.draft, 1, "waiting", "A-1")
    assert line.keys() >= {"hash", "recipient", "subject", "author", "created_at"}
    ok("approve", draft.draft, "--hash", line["hash"], "--as", "sato")
    assert ok("send", "--json") == {"sent": 1, "failed": 0, "unknown": 0}
    assert ok("send", "--json") == {"sent": 0, "failed": 0, "unknown": 0}
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == 1
    assert [item["id"] for item in ok("drafts", "--state", "sent", "--json")] == [draft.draft]
    assert ok("audit", "verify", "--json")["problems"] == []


def test_drafts_are_listed_with_the_time_of_the_team(draft: DraftVersion, monkeypatch: pytest.MonkeyPatch) -> None:
    (line,) = ok("drafts", "--json")
    made = datetime.fromisoformat(line["created_at"])
    for zone in ("Asia/Tokyo", "America/New_York"):
        monkeypatch.setenv("BANSO_TIMEZONE", zone)
        local = f"{made.astimezone(ZoneInfo(zone)):%H:%M}"
        assert local in ok("drafts") and local in ok("show", draft.draft)


def test_refusals_say_why(draft: DraftVersion) -> None:
    right = ("--hash", draft.hash)
    assert "Only a reviewer" in refused("approve", draft.draft, *right, "--as", "aoki")
    assert "Only a reviewer" in refused("approve", draft.draft, *right, "--as", "root")
    assert "Only a reviewer" in refused("approve", draft.draft, *right, "--as", "ghost")
    assert "not the one that was shown" in refused("approve", draft.draft, "--hash", "0" * 64, "--as", "sato")
    assert "reason" in refused("reject", draft.draft, "--reason", " ", "--as", "sato")
    assert "no approval" in refused("revoke", draft.draft, "--as", "sato")
    assert "admin" in refused("outbox", "pause", "--as", "sato")
    assert "not in a state" in refused("outbox", "resolve", draft.draft, "--sent", "--as", "sato")
    tried = [line for line in ok("audit", "export").splitlines() if json.loads(line)["action"] == "refused"]
    assert len(tried) == 8


def test_the_editor_cannot_approve(draft: DraftVersion, tmp_path: Path) -> None:
    text = tmp_path / "reply.txt"
    text.write_bytes("直しました。\r\n".encode())
    made = ok("edit", draft.draft, "--file", str(text), "--as", "sato", "--json")
    assert (made["id"], made["version"]) == (draft.draft, 2)
    shown = ok("show", draft.draft, "--json")
    assert (shown["body"], shown["subject"], shown["hash"]) == ("直しました。\r\n", "ご返信", made["hash"])
    assert "another reviewer" in refused("approve", draft.draft, "--hash", made["hash"], "--as", "sato")
    ok("approve", draft.draft, "--hash", made["hash"], "--as", "mori")


def test_a_stale_edit_is_refused(draft: DraftVersion, tmp_path: Path) -> None:
    text = tmp_path / "reply.txt"
    text.write_text("直しました。")
    ok("edit", draft.draft, "--file", str(text), "--version", "1", "--as", "aoki")
    assert "newer version" in refused("edit", draft.draft, "--file", str(text), "--version", "1", "--as", "sato")


@pytest.mark.parametrize(("command", "state"), [("return", "returned"), ("reject", "rejected")])
def test_send_back_and_reject(draft: DraftVersion, command: str, state: str) -> None:
    made = ok(command, draft.draft, "--reason", "短く", "--as", "sato", "--json")
    assert made["id"].startswith("de_")
    (line,) = ok("drafts", "--json")
    assert (line["state"], line["note"]) == (state, "短く")


def test_pause_revoke_and_resume(draft: DraftVersion) -> None:
    ok("approve", draft.draft, "--hash", draft.hash, "--as", "sato")
    ok("outbox", "pause", "--as", "root")
    assert ok("send", "--json")["sent"] == 0
    ok("revoke", draft.draft, "--as", "mori")
    ok("outbox", "resume", "--as", "root")
    assert ok("send", "--json")["sent"] == 0
    assert ok("drafts", "--json")[0]["state"] == "cancelled"


def test_warnings_are_acknowledged_by_name_and_secrets_never(database: Database) -> None:
    gate = LazyGate(load_settings(), database)
    ledger = open_ledger(load_settings(), database, check=gate)
    made = ledger.file("A-1", "a@b.jp", "件名", "携帯は 090-1234-5678 です。\n", (), "aoki")
    error = run("approve", made.draft, "--hash", made.hash, "--as", "mori").exception
    assert isinstance(error, NotApproved)
    assert error.hint == "--acknowledge personal"
    assert ok("drafts", made.draft, "--json")["gate"]["warnings"] == ["personal"]
    ok("approve", made.draft, "--hash", made.hash, "--as", "mori", "--acknowledge", "personal")
    assert ledger.decisions(made.draft)[0].acknowledged == "personal"
    leak = ledger.file("A-1", "a@b.jp", "件名", "鍵：AKIAIOSFODNN7EXAMPLE\n", (), "aoki")
    refused("approve", leak.draft, "--hash", leak.hash, "--as", "mori", "--acknowledge", "personal")
    assert ledger.state(leak.draft) == "waiting"
    gate.close()


def test_show_is_safe_for_a_terminal(database: Database) -> None:
    ledger = open_ledger(load_settings(), database)
    made = ledger.file("A-1", "a@b.jp", "s\u202e", "見えない\u200b\x1b[2J文字", (), "aoki")
    text = ok("show", made.draft)
    assert "\x1b" not in text
    assert "[U+202E]" in text
    assert [flag["kind"] for flag in ok("show", made.draft, "--json")["flags"]] == ["bidi", "invisible", "control"]


def test_a_damaged_trail_exits_1(draft: DraftVersion, database: Database) -> None:
    with database.write() as db:
        db.exec_driver_sql("DROP TRIGGER audit_unchanged")
        db.exec_driver_sql("UPDATE audit SET actor = 'x'")
    result = run("audit", "verify", "--json")
    assert (result.exit_code, json.loads(result.stdout)["problems"][0]) == (1, "line 1: changed")


@pytest.mark.parametrize("state", ["nonsense", "WAITING"])
def test_unknown_states_are_explained(draft: DraftVersion, state: str) -> None:
    error = run("drafts", "--state", state).exception
    assert isinstance(error, BansoError)
    assert "waiting" in error.hint


def test_a_file_that_is_not_utf8_is_named(draft: DraftVersion, tmp_path: Path) -> None:
    bad = tmp_path / "sjis.txt"
    bad.write_bytes("日本語".encode("shift_jis"))
    error = run("edit", draft.draft, "--file", str(bad), "--as", "aoki").exception
    assert isinstance(error, BansoError)
    assert "sjis.txt" in error.message


def test_credentials_leave_this_process_and_reach_only_the_sender(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANSO_DATA", str(tmp_path))
    monkeypatch.setenv("BANSO_SMTP_PASSWORD", "very secret")
    monkeypatch.setenv("BANSO_CHANNEL", "fax")
    taken = take_sender_environment()
    assert taken == {"BANSO_SMTP_PASSWORD": "very secret", "BANSO_CHANNEL": "fax"}
    assert "very secret" not in os.environ.values()
    later = subprocess.run([sys.executable, "-c", "import os; print(os.environ)"], capture_output=True, check=True)
    assert b"very secret" not in later.stdout


def test_the_sender_child_gets_the_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANSO_DATA", str(tmp_path))
    child = start_sender_child({"BANSO_CHANNEL": "fax"})
    try:
        assert child.wait(60) == 2  # it did read the settings: there is no channel named fax
    finally:
        child.kill()


def test_the_sender_child_ends_with_its_parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANSO_DATA", str(tmp_path))
    parent = "from banso.review.child import start_sender_child as s; s({})"
    # The grandchild holds the pipe open, so this returns only when it has ended.
    ended = subprocess.run([sys.executable, "-c", parent], cwd=ROOT, capture_output=True, timeout=60, check=True)
    assert b"Traceback" not in ended.stderr


def test_the_sender_child_stops_when_asked(tmp_path: Path, draft: DraftVersion) -> None:
    ok("approve", draft.draft, "--hash", draft.hash, "--as", "sato")
    child = start_sender_child({})
    try:
        for _ in range(300):
            if list((tmp_path / "outbox").glob("*.eml")):
                break
            time.sleep(0.1)
        child.terminate()
        assert child.wait(30) == 0
    finally:
        child.kill()
    assert ok("drafts", "--json")[0]["state"] == "sent"
