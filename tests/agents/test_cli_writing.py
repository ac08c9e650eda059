"""`check-writing` on files and standard input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agents.__main__ import app
from banso.core.errors import ConfigError


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BANSO_DATA", str(tmp_path))
    return tmp_path


def run(*words: str, text: str = "", code: int = 0) -> str:
    done = CliRunner().invoke(app, ["check-writing", "-", *words], input=text)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code
    return done.stdout


def test_findings_as_lines_with_the_exit_code_of_an_error() -> None:
    told = run(
        text="ご担当者様\n\nいつもお世話になっております。\n期限は2026年11月22日（月）です。\n\nよろしくお願いいたします。",
        code=1,
    )
    assert told == "4: error date_weekday: 2026年11月22日は日です。日付か曜日のどちらかが違います。\n"


def test_segment_chooses_how_polite() -> None:
    mail = "Hi Oliver,\n\nThe list is here.\n\nBest,\n"
    strict = json.loads(run("--language", "en", "--segment", "enterprise", "--json", text=mail))
    assert (strict["level"], [f["rule"] for f in strict["findings"]]) == (
        "formal",
        ["salutation_level", "closing_level"],
    )
    assert run("--language", "en", "--segment", "small", text=mail) == "指摘はありません。\n"


def test_mend_prints_the_text() -> None:
    assert run("--language", "en", "--mend", text="Hello Oliver,\n\nPlease revert back  to us.\n\nKind regards,\n") == (
        "Hello Oliver,\n\nPlease reply to us.\n\nKind regards,\n"
    )


def test_the_teams_own_file_counts(data: Path) -> None:
    (data / "writing.yaml").write_text("default_level: friendly\ndisabled: [closing_missing]\n", encoding="utf-8")
    assert run("--language", "en", text="Hi Oliver,\n\nThe list is here.\n") == "指摘はありません。\n"
    (data / "writing.yaml").write_text("default_level: rude\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"writing\.yaml: default_level"):
        run(text="x")


def test_an_unknown_language_is_named() -> None:
    with pytest.raises(ConfigError, match="fr"):
        run("--language", "fr", text="x")
