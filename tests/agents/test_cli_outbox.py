"""The commands of sending and of the audit trail, as operators and scripts use them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from banso.core.database import Database
from banso.core.errors import ConfigError
from banso.core.settings import Settings
from banso.review.drafts import DraftVersion
from banso.review.texts.lookup import sentence
from tests.agents.test_cli_review import database, ok, run
from tests.review.conftest import World

__all__ = ["database"]


@pytest.fixture
def queued(database: Database, tmp_path: Path) -> DraftVersion:
    return World(Settings(data=tmp_path)).approved()


def test_status_tells_what_keeps_messages_from_leaving(queued: DraftVersion) -> None:
    status = ok("outbox", "status", "--json")
    assert (status["paused"], status["people"], status["counts"]["queued"], status["holds"]) == (False, "two", 1, [])
    ok("outbox", "pause", "--as", "root")
    assert ok("outbox", "status", "--json")["paused"] is True
    text = ok("outbox", "status")
    assert sentence("status_paused", "en") in text and "queued 1" in text


def test_the_trail_is_exported_in_both_forms(queued: DraftVersion, tmp_path: Path) -> None:
    printed = [json.loads(line) for line in ok("audit", "export").splitlines()]
    assert [line["action"] for line in printed] == ["file", "approve"]
    file = tmp_path / "audit.csv"
    assert ok("audit", "export", "--format", "csv", "--output", str(file), "--json") == {
        "path": str(file), "format": "csv", "lines": 2,
    }  # fmt: skip
    raw = file.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    with file.open(encoding="utf-8-sig", newline="") as opened:
        assert [row["action"] for row in csv.DictReader(opened)] == ["file", "approve"]
    again = run("audit", "export", "--format", "csv", "--output", str(file)).exception
    assert isinstance(again, ConfigError) and "cannot write" in again.message
    assert file.read_bytes() == raw


@pytest.mark.parametrize("arguments", [("--format", "xlsx"), ("--format", "csv", "--json")])
def test_a_form_that_is_not_there_is_explained(queued: DraftVersion, arguments: tuple[str, ...]) -> None:
    error = run("audit", "export", *arguments).exception
    assert isinstance(error, ConfigError) and "csv" in error.hint


def test_verify_names_the_first_bad_line_in_both_languages(
    queued: DraftVersion, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ok("audit", "verify", "--json") == {"lines": 2, "exported": 2, "problems": [], "first": None}
    with database.write() as db:
        db.exec_driver_sql("DROP TRIGGER audit_unchanged")
        db.exec_driver_sql("UPDATE audit SET actor = 'x' WHERE seq = 2")
    assert "First bad line: 2" in run("audit", "verify").stdout
    monkeypatch.setenv("BANSO_LANGUAGE", "ja")
    said = run("audit", "verify")
    assert (said.exit_code, "最初の異常：2行目" in said.stdout) == (1, True)
    assert "2行目：書き換えられています" in said.output


def test_rights_are_granted_on_postgres_only(database: Database) -> None:
    error = run("database", "grant").exception
    assert isinstance(error, ConfigError) and "PostgreSQL" in error.message
