from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(data: Path, *args: str, given: str = "", language: str = "ja") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "BANSO_DATA": str(data), "BANSO_LANGUAGE": language, "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-m", "agents", *args], cwd=ROOT, env=environment, input=given, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip


def test_users_are_added_from_standard_input_and_listed(tmp_path: Path) -> None:
    added = run(tmp_path, "users", "add", "sato", "--role", "csm", given="long enough 1\n")
    assert added.returncode == 0, added.stderr
    listed = json.loads(run(tmp_path, "users", "list", "--json").stdout)
    assert listed == [{"name": "sato", "role": "csm", "disabled": False}]
    assert "sato さんは csm としてサインインできます" in added.stderr
    refused = run(tmp_path, "users", "add", "mori", "--role", "boss", given="long enough 1\n")
    assert (refused.returncode, "boss というロールはありません" in refused.stderr) == (2, True)
    refused = run(tmp_path, "users", "add", "mori", "--role", "csm", given="short\n", language="en")
    assert (refused.returncode, "a password has 8 to" in refused.stderr) == (2, True)


def test_users_are_disabled_and_come_back(tmp_path: Path) -> None:
    run(tmp_path, "users", "add", "sato", "--role", "reviewer", given="long enough 1\n")
    assert run(tmp_path, "users", "role", "sato", "admin").returncode == 0
    assert run(tmp_path, "users", "disable", "sato").returncode == 0
    assert "disabled" in run(tmp_path, "users", "list").stdout
    refused = run(tmp_path, "ask", "x", "--as", "sato")
    assert refused.returncode == 1 and "users enable sato" in refused.stderr
    assert "admin" in run(tmp_path, "users", "enable", "sato").stderr
    assert run(tmp_path, "users", "unlock").returncode == 2


@pytest.mark.slow
def test_batch_names_bad_lines_and_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(
        '{"id": "a", "question": "HR-1016 とは？"}\nnot json\n{"id": "b", "question": "ありがとう"}\n', "utf-8"
    )
    done = run(tmp_path / "data", "ask", "--batch", str(file))
    assert done.returncode == 3, done.stderr
    assert f"{file}、2 行目" in done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["id"], row["grounded"]) for row in rows] == [("a", "refused"), ("b", "chat")]
    assert {"text", "grounded", "citations", "draft", "seconds", "ages", "facts", "beside", "unanswered"} <= set(
        rows[0]
    )
    assert set(rows[0]["beside"]) == {"solved", "answered", "ask"} and rows[1]["unanswered"] == []


def test_a_data_folder_without_documents_is_named(tmp_path: Path) -> None:
    done = run(tmp_path / "mistyped", "search", "x", "--json")
    assert done.returncode == 0 and json.loads(done.stdout) == {"hits": [], "periods": []}
    assert "mistyped" in done.stderr and "python -m ingest" in done.stderr


def test_a_stranger_may_not_draft(tmp_path: Path) -> None:
    done = run(tmp_path, "draft", "--account", "AC-1", "--about", "x", "--as", "ghost", "--json")
    assert done.returncode == 1 and "ghost" in done.stderr and done.stdout == ""


def test_starting_imports_neither_torch_nor_litellm() -> None:
    code = (
        "import sys, agents.session, agents.cli.questions; print({'torch', 'litellm', 'chromadb'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.slow
def test_a_search_tells_why_and_names_the_editions_of_a_page(tmp_path: Path) -> None:
    page = "# Members\n\nOpen the settings, choose Members and add a person by their address.\n"
    for edition in ("cloud", "self-host"):
        (tmp_path / "manuals" / edition).mkdir(parents=True)
        (tmp_path / "manuals" / edition / "members.md").write_text(page, "utf-8")
    (tmp_path / "manuals/seats.md").write_text("# Seats\n\nEach person takes a seat.\n", "utf-8")
    data, asked = tmp_path / "data", ("search", "How do I add a person on our self-hosted server?", "--explain")
    taken_in = [sys.executable, "-m", "ingest", "manuals", str(tmp_path / "manuals"), "--json", "--yes"]
    subprocess.run(taken_in, cwd=ROOT, env={**os.environ, "BANSO_DATA": str(data)}, check=True, capture_output=True)
    first, second = json.loads(run(data, *asked, "--json", language="en").stdout)["hits"]
    assert (first["ref"], [one["ref"] for one in first["variants"]]) == ("self-host/members.md", ["cloud/members.md"])
    assert second["ref"] == "seats.md" and second["variants"] == []
    assert first["place_by_words"] and first["place_by_meaning"] and first["notes"] == []
    assert 0 <= first["probability"] <= 1 and first["features"].keys() >= {"fused", "coverage"} and first["parts"]
    assert any("likely to answer" in reason for reason in first["why"])
    shown = run(data, *asked).stdout
    assert "ほかの版: Members (cloud/members.md)" in shown and "語の一致" in shown
    both = (f"{asked[1]} How many seats does each new person take?", "--explain", "--k", "1")
    told = json.loads(run(data, "search", *both, "--json", language="en").stdout)
    assert [one["question"] for one in told["questions"]] == [hit["question"] for hit in told["hits"]]
    assert [hit["ref"] for hit in told["hits"]] == ["self-host/members.md", "seats.md"]
    shown = run(data, "search", *both).stdout
    assert [line[:3] for line in shown.splitlines() if line.startswith("質問：")] == ["質問：", "質問："]


@pytest.mark.slow
def test_a_search_that_tells_why_looks_into_the_period_of_the_question(tmp_path: Path) -> None:
    about = {2019: "The certificate had expired.", 2020: "The certificate had expired again."}
    about |= {year: f"Seats {year}: a person could not be added." for year in range(2021, 2026)}
    rows = [
        {
            "id": f"T-{year}",
            "subject": text,
            "status": "solved",
            "created_at": f"{year}-06-10T00:00:00Z",
            "updated_at": f"{year}-06-10T00:00:00Z",
            "messages": [{"author": "Rin", "role": "agent", "body": text}],
        }
        for year, text in about.items()
    ]
    (tmp_path / "tickets.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    data, asked = tmp_path / "data", ("search", "Had the certificate expired in June 2019?", "--explain")
    taken_in = [sys.executable, "-m", "ingest", "tickets", str(tmp_path / "tickets.jsonl"), "--json", "--yes"]
    subprocess.run(taken_in, cwd=ROOT, env={**os.environ, "BANSO_DATA": str(data)}, check=True, capture_output=True)
    told = json.loads(run(data, *asked, "--json", language="en").stdout)
    assert [hit["ref"] for hit in told["hits"]] == ["T-2019"] and told["hits"][0]["why"]
    assert told["periods"] == [told["questions"][0]["period"]] and told["periods"][0]["since"] == "2019-06-01"
    done = run(data, *asked)
    assert "2019-06-01〜2019-06-30 の範囲で検索しました" in done.stderr and "T-2020" not in done.stdout
