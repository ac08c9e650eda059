"""The real app in a process of its own, over the example company's manuals and CRM; and a browser to drive it."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse battery"
PEOPLE = {"yui": "csm", "ren": "reviewer", "mio": "reviewer", "admin": "admin"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class RunningApp:
    """A started app: its address and its data folder."""

    url: str
    data: Path

    def client(self, name: str) -> httpx.Client:
        """An HTTP client signed in as this person."""
        client = httpx.Client(base_url=self.url, timeout=60)
        answer = client.post("/login", data={"name": name, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return client

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """One of the project's commands on the app's data folder."""
        return run_command(self.data, *arguments, stdin=stdin)


def run_command(data: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment(data), input=stdin, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def environment(data: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BANSO_")}
    return kept | {"BANSO_DATA": str(data), "BANSO_LANGUAGE": "ja"}


@pytest.fixture(scope="session")
def example_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the example company's CRM and manuals and its people: made by the first of all workers that
    wants one, copied by the others."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    template, data = shared / "example-data", tmp_path_factory.mktemp("app") / "data"
    with (shared / "example-data.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.exists():
            populate(shared / "example-data-unfinished")
            (shared / "example-data-unfinished").rename(template)
    shutil.copytree(template, data)
    return data


def populate(data: Path) -> None:
    shutil.rmtree(data, ignore_errors=True)
    for kind in ("crm", "manuals"):
        done = run_command(data, "-m", "ingest", kind, f"examples/{kind}", "--json", "--yes")
        assert done.returncode == 0, done.stderr + done.stdout
    for name, role in PEOPLE.items():
        done = run_command(data, "-m", "agents", "users", "add", name, "--role", role, stdin=PASSWORD + "\n")
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def running_app(example_data: Path) -> Iterator[RunningApp]:
    data = example_data
    port = free_port()
    log = (data / "app.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "app.py", "--port", str(port)], cwd=ROOT, env=environment(data), stdout=log, stderr=log
    )
    try:
        wait_until_up(f"http://127.0.0.1:{port}", process, data / "app.log")
        yield RunningApp(f"http://127.0.0.1:{port}", data)
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_up(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        assert process.poll() is None, log.read_text()
        try:
            httpx.get(url + "/login")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the app did not start: " + log.read_text())


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        why = "no Chromium on this machine: the screens were not driven (apt-get install chromium fonts-noto-cjk)"
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(why)
        pytest.skip(why)
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()
