"""Tickets, Slack and CRM files are read in a child process: with limits, without loss when it dies."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from banso.core.database import Database
from banso.core.errors import ConfigError, ItemError
from banso.core.texts import speaking
from ingest.pipeline import run
from ingest.redact import Redactor
from ingest.report import Report
from ingest.sandbox import Sandbox
from ingest.sources.base import Failure, Item, Source
from ingest.sources.crm import load_crm
from ingest.sources.slack import open_slack
from ingest.sources.tickets import open_tickets
from ingest.spool import Spool
from tests.ingest.fake_knowledge import FakeKnowledge
from tests.ingest.test_crm import export as crm_export
from tests.ingest.test_slack import export, said

pytestmark = pytest.mark.slow
PROC = pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="no /proc on this machine")


@pytest.fixture(scope="module")
def pool() -> Iterator[Sandbox]:
    pool = Sandbox(kind="records")
    yield pool
    pool.close()


def ticket(number: int, text: str = "The import stops.") -> dict[str, Any]:
    return {
        "id": f"TK-{number}",
        "subject": f"Case {number}",
        "status": "solved",
        "messages": [{"author": "Ann", "role": "customer", "body": text}],
        "resolution": "Set the character set.",
    }


def tickets(path: Path, *records: object) -> Path:
    lines = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in records]
    path.write_text("\n".join(lines), "utf-8")
    return path


def take_in(source: Source, index: FakeKnowledge) -> Report:
    return run(source, index, redactor=Redactor(), count_tokens=len, confirm=lambda _question: True, language="en")


def children() -> set[int]:
    """Readers that this process has started."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            if int(parent) == os.getpid() and b"ingest.jail" in (folder / "cmdline").read_bytes():
                found.add(int(folder.name))
        except OSError:
            continue
    return found


@PROC
def test_the_bytes_are_read_in_another_process_that_has_limits(tmp_path: Path) -> None:
    path, opened = tickets(tmp_path / "t.jsonl", *(ticket(n, "長い本文 " * 2000) for n in range(400))), []
    watching, me = [True], threading.get_ident()

    def watch(event: str, arguments: tuple[Any, ...]) -> None:  # a hook cannot be taken away again
        if watching and event == "open" and threading.get_ident() == me:
            opened.append(str(arguments[0]))

    sys.addaudithook(watch)
    before, pool = children(), Sandbox(kind="records", workers=1)
    try:
        source = open_tickets(path, sandbox=pool)
        (child,) = children() - before  # it still reads: the pipe holds less than the file
        limits = Path(f"/proc/{child}/limits").read_text().splitlines()
        loaded = [item.load() for item in source.items() if isinstance(item, Item)]
        source.close()
    finally:
        watching.clear()
        pool.close()
    assert len(loaded) == 400
    assert str(path) not in opened
    (space,) = [line.split()[3] for line in limits if line.startswith("Max address space")]
    assert space.isdigit() and int(space) < 4 << 30
    assert child not in children()


@PROC
def test_a_reader_that_is_killed_half_way_deletes_nothing(tmp_path: Path) -> None:
    path, index = tmp_path / "t.jsonl", FakeKnowledge()
    first = open_tickets(tickets(path, *(ticket(n) for n in range(5))))
    assert take_in(first, index).documents.added == 5
    many = [ticket(n, "本文です。" * 600) for n in range(3, 100)]  # 0, 1 and 2 have vanished
    before, pool = children(), Sandbox(kind="records", workers=1)
    try:
        source = open_tickets(tickets(path, *many), sandbox=pool)
        (child,) = children() - before
        os.kill(child, signal.SIGKILL)
        report = take_in(source, index)
        assert [failure.path for failure in report.failures] == [str(path)]
        assert "crashed" in report.failures[0].error and report.failures[0].hint
        assert {"TK-0", "TK-1", "TK-2"} < index.texts().keys()
        assert any(str(path) in warning for warning in report.warnings)
        assert report.documents.deleted == 0
        whole = take_in(open_tickets(path, sandbox=pool), index)  # the pool starts another one and all is well
        assert (whole.documents.deleted, whole.documents.failed, len(index.entries)) == (3, 0, 97)
    finally:
        pool.close()


def test_too_much_memory_is_a_named_failure(tmp_path: Path) -> None:
    small = Sandbox(kind="records", memory=150 << 20, workers=1)
    path = tickets(tmp_path / "t.jsonl", ticket(1), ticket(2, "x" * 48_000_000))
    try:
        with pytest.raises(ConfigError, match=r"t\.jsonl: .*150 MiB of memory"):
            open_tickets(path, sandbox=small)
        folder = export(tmp_path / "slack", {"general/2026-04-01.json": [said("1.0", "y" * 48_000_000)]})
        index = FakeKnowledge()
        report = take_in(open_slack(folder, sandbox=small), index)
        assert "150 MiB" in report.failures[0].error
    finally:
        small.close()


def test_a_file_that_never_ends_is_stopped(tmp_path: Path) -> None:
    pool = Sandbox(kind="records", seconds=2, workers=1)
    os.mkfifo(tmp_path / "t.jsonl")
    try:
        with pytest.raises(ConfigError, match="more than 2 s"):
            open_tickets(tmp_path / "t.jsonl", sandbox=pool)
    finally:
        pool.close()


@pytest.mark.parametrize(
    "hostile",
    ['{"id": 9, "subject": ' + "[" * 100_000, '{"id": 9, "a": ' + '{"a": ' * 980 + "1" + "}" * 981, "9" * 6000, "null"],
    ids=["deep", "just too deep", "number", "nothing"],
)
def test_a_hostile_line_costs_itself(pool: Sandbox, tmp_path: Path, hostile: str) -> None:
    path = tickets(tmp_path / "t.jsonl", ticket(1), hostile, ticket(3))
    report = take_in(open_tickets(path, sandbox=pool), index := FakeKnowledge())
    assert index.texts().keys() == {"TK-1", "TK-3"}
    assert [failure.path for failure in report.failures] == [f"{path}:2"]


def test_a_record_too_large_to_hold_costs_itself(pool: Sandbox, tmp_path: Path) -> None:
    rows = ["id,subject,status,created_at", f'"1","{"x" * 50_000_001}",open,2026-01-01', "2,Fine,open,2026-01-01"]
    path = tickets(tmp_path / "t.csv", *rows)
    mapping = tmp_path / "m.yaml"
    mapping.write_text("kind: tickets\nfields: {id: id, subject: subject, status: status}\n")
    report = take_in(open_tickets(path, mapping=str(mapping), sandbox=pool), index := FakeKnowledge())
    assert index.texts().keys() == {"2"}
    assert "t.csv:2" in report.failures[0].path and "field larger" in report.failures[0].error


def test_an_unreadable_line_holds_removals_back_and_says_so(pool: Sandbox, tmp_path: Path) -> None:
    path, index = tickets(tmp_path / "t.jsonl", *(ticket(n) for n in range(9))), FakeKnowledge()
    take_in(open_tickets(path, sandbox=pool), index)
    tickets(path, ticket(0), "{broken", *(ticket(n) for n in range(4, 9)))
    report = take_in(open_tickets(path, sandbox=pool), index)
    assert (report.documents.deleted, len(index.entries)) == (0, 9)
    assert any(f"{path}:2" in warning and "3 documents" in warning for warning in report.warnings)
    tickets(path, ticket(0), *(ticket(n) for n in range(4, 9)))
    assert take_in(open_tickets(path, sandbox=pool), index).documents.deleted == 3


def test_a_zip_bomb_is_refused_by_name(pool: Sandbox, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("general/2026-04-01.json", json.dumps([said("1775000000.000000", "Good morning")]))
        file.writestr("general/2026-04-02.json", bytes(20 << 20))
    report = take_in(open_slack(tmp_path / "a.zip", sandbox=pool), index := FakeKnowledge())
    assert len(index.entries) == 1
    assert [failure.path for failure in report.failures] == ["general/2026-04-02.json"]


def test_a_crm_file_that_breaks_a_limit_changes_nothing(tmp_path: Path, database: Database) -> None:
    folder = crm_export(tmp_path / "crm")
    load_crm(folder, database, confirm=lambda _question: True, language="en")
    with (folder / "contacts.csv").open("a") as file:
        file.write("x" * 60_000_000)
    small = Sandbox(kind="records", memory=100 << 20, workers=1)
    try:
        with pytest.raises(ConfigError, match=r"contacts\.csv: .*176 MiB") as refused:
            load_crm(folder, database, confirm=lambda _question: True, language="en", sandbox=small)
        assert "Nothing in the CRM was changed" in refused.value.hint
    finally:
        small.close()


def test_a_number_with_a_million_digits_is_a_bad_row(tmp_path: Path, database: Database) -> None:
    folder = crm_export(
        tmp_path / "crm",
        usage="account_id,week_start,active_users,seats,logins,events,errors\nA1,2026-03-23,1e999999,5,1,1,0\n",
    )
    report = load_crm(folder, database, confirm=lambda _question: True, language="en")
    assert report.documents.failed == 1 and "usage.csv:2" in report.failures[0].path


def test_messages_from_the_child_are_in_the_language_of_the_run(pool: Sandbox, tmp_path: Path) -> None:
    path = tickets(tmp_path / "t.jsonl", ticket(1), "{broken")
    with speaking("ja"):
        (failure,) = [one for one in open_tickets(path, sandbox=pool).items() if isinstance(one, Failure)]
    assert failure.error.startswith("JSON として正しくありません")


def test_memory_does_not_grow_with_the_tickets(pool: Sandbox, tmp_path: Path) -> None:
    import tracemalloc

    path = tickets(tmp_path / "t.jsonl", *(ticket(n, "本文です。" * 200) for n in range(10_000)))  # 30 MB
    tracemalloc.start()
    source = open_tickets(path, sandbox=pool)
    count = sum(isinstance(item, Item) for item in source.items())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    source.close()
    assert count == 10_000
    assert peak < 20 << 20


def test_what_goes_into_a_spool_comes_out_of_it() -> None:
    spool = Spool()
    kept = {text: spool.append(text) for text in ("", "一", "\ud800 half", "x" * 300_000)}
    assert all(spool.read(place) == text for text, place in kept.items())
    spool.close()
    with pytest.raises(ValueError, match="closed"):
        spool.read(kept["一"])


def test_a_reader_that_talks_nonsense_is_an_error(pool: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(ItemError, match="damaged or unusual"):
        pool.ask("no such job", {})
