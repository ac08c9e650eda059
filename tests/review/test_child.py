"""The sender as a process of its own: what is left of the credentials elsewhere, its end, and its next beginning."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from banso.review.child import child_environment, start_sender_child
from tests.review.conftest import World
from tests.review.http_servers import SECRET as HOOK_SECRET
from tests.review.http_servers import webhook_server

ROOT = Path(__file__).resolve().parents[2]
SECRET = "a very long password, 長い"
LEFT = """
from banso.review.child import take_sender_environment
import os, pathlib, subprocess, sys
taken = take_sender_environment()
first = pathlib.Path("/proc/self/environ")
inherited = subprocess.run([sys.executable, "-c", "import os; print(dict(os.environ))"], capture_output=True, text=True)
print(taken["BANSO_SMTP_PASSWORD"] == os.fsdecode({secret!r}))
print("very long" in str(dict(os.environ)) + inherited.stdout)
print(b"very long" in first.read_bytes() if first.exists() else "no /proc")
print(take_sender_environment())
"""


def test_taken_credentials_are_gone_from_the_environment_and_from_proc() -> None:
    environment = {**os.environ, "BANSO_SMTP_PASSWORD": SECRET, "PYTHONUTF8": "1"}
    code = LEFT.format(secret=SECRET.encode())
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    taken, still_there, in_proc, again = done.stdout.splitlines()
    assert (taken, still_there, again) == ("True", "False", "{}")
    if in_proc == "no /proc":
        pytest.skip("this system has no /proc: nothing to look into")
    assert in_proc == "False"


def test_the_sender_drops_them_once_it_has_read_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process of the same user can read a process's environment, but not its memory."""
    if not Path("/proc/self/environ").exists():
        pytest.skip("this system has no /proc: nothing to look into")
    monkeypatch.setenv("BANSO_DATA", str(tmp_path))
    child = start_sender_child({"BANSO_SMTP_PASSWORD": SECRET})
    try:
        environ, end = Path(f"/proc/{child.pid}/environ"), time.monotonic() + 60
        while b"very long" in environ.read_bytes() or b"BANSO_DATA" not in environ.read_bytes():
            assert time.monotonic() < end, "the sender keeps the password in its environment"
            time.sleep(0.1)
        assert child.poll() is None
    finally:
        child.terminate()
        child.wait(20)


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system has no /proc")


def until(true: Callable[[], object], what: str, seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.1)


def children(parent: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found


@needs_proc
def test_a_sender_that_was_killed_comes_back_with_its_credentials(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANSO_DATA", str(sqlite_world.settings.data))
    keeper = start_sender_child({"BANSO_MAIL_FROM": "very-long@example.co.jp"})
    try:
        until(lambda: children(keeper.pid), "no sender was started")
        (first,) = children(keeper.pid)
        os.kill(first, signal.SIGKILL)
        until(lambda: children(keeper.pid) not in ([], [first]), "no second sender was started")
        (second,) = children(keeper.pid)
        sqlite_world.approved()
        until(sqlite_world.mails, "the second sender sends nothing")
        assert b"very-long@example.co.jp" in sqlite_world.mails()[0].read_bytes()
        for process in (os.getpid(), keeper.pid, second):
            assert b"very-long" not in Path(f"/proc/{process}/environ").read_bytes()
        keeper.terminate()
        assert keeper.wait(60) == 0
        assert not Path(f"/proc/{second}").exists()
    finally:
        keeper.kill()


@needs_proc
def test_the_sender_ends_when_the_app_is_killed(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANSO_DATA", str(sqlite_world.settings.data))
    code = "from banso.review.child import start_sender_child as s; print(s({}).pid, flush=True); input()"
    app = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdin=-1, stdout=-1, text=True)
    assert app.stdout is not None and app.stdin is not None
    keeper = int(app.stdout.readline())
    until(lambda: children(keeper), "no sender was started")
    (sender,) = children(keeper)
    app.kill()
    app.wait()
    app.stdout.close()
    app.stdin.close()
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in (keeper, sender)), "the sender outlives its app")


def test_two_sender_processes_send_each_message_once(sqlite_world: World) -> None:
    world = sqlite_world
    drafts = [world.ledger.file("A-1", f"webhook:c-{n}", "件名", "本文", (), "aoki") for n in range(8)]
    for draft in drafts:
        world.ledger.approve(draft.draft, 1, draft.hash, reviewer=world.user("sato"))
    with webhook_server() as (receiver, settings):
        taken = {"BANSO_WEBHOOK_URL": settings.webhook_url, "BANSO_WEBHOOK_SECRET": HOOK_SECRET}
        environment = {**child_environment(taken), "BANSO_DATA": str(world.settings.data)}
        command = [sys.executable, "-m", "agents", "send", "--json"]
        both = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) for _ in range(2)]
        said = [process.communicate(timeout=100)[0] for process in both]
    assert sum(int(text.split(b'"sent": ')[1].split(b",")[0]) for text in said) == len(drafts)
    assert Counter(item["recipient"] for item in receiver.taken) == {f"c-{n}": 1 for n in range(8)}
    assert {world.ledger.state(draft.draft) for draft in drafts} == {"sent"}
