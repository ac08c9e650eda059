"""Limits on real children. Starting one takes seconds, so the tests share a few."""

from __future__ import annotations

import os
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from banso.core.errors import ItemError
from ingest.sandbox import Sandbox

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pool() -> Iterator[Sandbox]:
    pool = Sandbox(seconds=20)
    yield pool
    pool.close()


def test_files_are_read_in_a_warm_child_from_several_threads(pool: Sandbox, tmp_path: Path) -> None:
    found: dict[int, str] = {}

    def work(number: int) -> None:
        path = tmp_path / f"{number}.md"
        path.write_text(f"# 題 {number}\n\nwords", encoding="utf-8")
        found[number] = pool.parse(path, "md").parts[0].text

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: f"題 {number}" for number in range(8)}


def test_errors_of_a_reader_come_back_as_item_errors(pool: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(b"nonsense")
    with pytest.raises(ItemError, match="Word"):
        pool.parse(path, "docx")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<broken")
    with pytest.raises(ItemError):
        pool.parse(path, "docx")
    with pytest.raises(ItemError):
        pool.parse(tmp_path / "absent.md", "md")


def test_the_time_limit_is_named_and_the_pool_goes_on(tmp_path: Path) -> None:
    pool = Sandbox(seconds=3, workers=1)
    pipe = tmp_path / "never.txt"
    os.mkfifo(pipe)  # a file that never ends
    try:
        with pytest.raises(ItemError, match="more than 3 s"):
            pool.parse(pipe, "txt")
        good = tmp_path / "good.txt"
        good.write_text("still here")
        assert pool.parse(good, "txt").parts[0].text == "still here"
    finally:
        pool.close()


def test_the_memory_limit_is_named(tmp_path: Path) -> None:
    # Text files of this size cannot come from a manuals folder (50 MB); here one stands for any greedy file.
    pool = Sandbox(seconds=60, memory=200 << 20, workers=1)
    path = tmp_path / "greedy.txt"
    with path.open("wb") as file:
        file.truncate(400 << 20)
    try:
        with pytest.raises(ItemError, match="200 MiB of memory"):
            pool.parse(path, "txt")
    finally:
        pool.close()


def test_a_child_gets_no_secrets_andno_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BANSO_SMTP_PASSWORD", "secret")
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    pool = Sandbox(workers=1)
    try:
        path = tmp_path / "a.txt"
        path.write_text("x")
        pool.parse(path, "txt")
        (child,) = pool._idle
        environ = Path(f"/proc/{child._process.pid}/environ")
        if not environ.exists():
            pytest.skip("no /proc on this machine")
        assert b"secret" not in environ.read_bytes()
    finally:
        pool.close()


def test_a_parser_that_opens_a_connection_is_refused() -> None:
    from ingest.jail import no_network

    with pytest.raises(PermissionError):
        no_network("socket.connect", ())
    no_network("open", ())
