"""`make demo`: takes in the example company, answers one question, files one draft, and starts the web app.

A second run finds everything unchanged and starts at once.
"""

from __future__ import annotations

import os
import secrets
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from app import require_free  # noqa: E402
from banso.core.clock import utc_now  # noqa: E402
from banso.core.console import run  # noqa: E402
from banso.core.database import Database, open_database  # noqa: E402
from banso.core.settings import Settings, load_settings  # noqa: E402
from banso.core.users import Users  # noqa: E402

if TYPE_CHECKING:
    from agents.session import Copilot

SOURCES = (("crm", "crm"), ("manuals", "manuals"), ("tickets", "tickets/tickets.jsonl"), ("slack", "slack"))
PEOPLE = (("yui", "csm"), ("ren", "reviewer"), ("admin", "admin"))
QUESTION = "シングルサインオンの設定は、3.2 からどこに移りましたか？"
ACCOUNT = "AC-0001"
DRAFT = "HR-1012 の対処方法をご案内する"


def main() -> None:
    os.chdir(ROOT)
    settings = load_settings()
    require_free(settings)  # first: a taken port is told before minutes of work, not after
    passwords = sign_in_file(settings.data)
    database = open_database(settings)
    add_people(Users(database), passwords)
    fill(settings, database)
    database.close()
    print(f"\nOpen http://{settings.host}:{settings.port} once the app says below that it is there, and sign in:")
    for name, role in PEOPLE:
        print(f"  {name:6} {passwords[name]}   ({role})")
    print("Stop with Ctrl-C.\n", flush=True)
    os.execv(sys.executable, [sys.executable, "app.py"])


def fill(settings: Settings, database: Database) -> None:
    from agents.session import open_copilot

    with closing(open_copilot(settings)) as copilot:
        for kind, path in SOURCES:
            ingest(kind, Path("examples") / path, copilot, database)
        ask(copilot)
        if not copilot.ledger.queue():
            made = copilot.draft(DRAFT, user=Users(database).get("yui"), account=ACCOUNT)
            print(f"\nDraft {made.draft} to {made.recipient} waits for review: nothing is sent before ren approves it.")


def ingest(kind: str, path: Path, copilot: Copilot, database: Database) -> None:
    from ingest.progress import progress_bar
    from ingest.service import ingest_path

    with progress_bar(f"{kind:8}", "reading") as tell:
        report = ingest_path(
            kind, path, knowledge=copilot.knowledge, database=database, settings=copilot.settings, progress=tell,
            confirm=lambda _question: True,
        )  # fmt: skip
    counts = ", ".join(f"{count} {name}" for name, count in report.as_json()["documents"].items() if count)
    print(f"{kind:8} {path}: {counts or 'nothing'} ({report.seconds:.1f} s)", flush=True)


def ask(copilot: Copilot) -> None:
    from banso.core.users import User

    answer = copilot.ask(QUESTION, user=User(name="demo", role="csm"))
    print(f"\nQ: {QUESTION}\n{answer.text}\n")
    for citation in answer.citations:
        print(f"  [{citation.marker}] {citation.title} ({citation.ref})")
    print(f"  {answer.seconds:.1f} s")


def sign_in_file(data: Path) -> dict[str, str]:
    """Passwords of this demonstration, made once and kept in the data folder for its owner's eyes."""
    path = data / "demo-sign-in.txt"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        lines = [f"{name} {secrets.token_hex(5)}" for name, _ in PEOPLE]
        path.write_text(f"# {utc_now():%Y-%m-%d}\n" + "\n".join(lines) + "\n", encoding="utf-8")
    rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return dict(rows)


def add_people(users: Users, passwords: dict[str, str]) -> None:
    known = {user.name for user in users.all()}
    for name, role in PEOPLE:
        if name not in known:
            users.add(name, role, passwords[name])


if __name__ == "__main__":
    run(main)
