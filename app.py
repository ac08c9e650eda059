"""Starts the web app: builds the services, mounts the screens. It decides nothing.

python app.py            then open http://127.0.0.1:7860
"""

from __future__ import annotations

import os
import socket
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from banso.core.console import run, say
from banso.core.errors import ConfigError
from banso.core.settings import Settings, load_settings
from banso.core.texts import CORE


def build_services(settings: Settings) -> object:
    """Open the copilot and what it stands on. Raises ConfigError when something cannot be opened."""
    from agents.gloss import TeamGloss
    from agents.models.desk import ModelDesk
    from agents.session import open_copilot
    from agents.usage_book import UsageBook
    from banso.core.database import open_database
    from banso.core.feedback import FeedbackBook
    from banso.core.preferences import PreferenceBook
    from banso.core.users import Users
    from banso.gaps.book import GapBook
    from banso.learning.book import open_lessons
    from banso.review.desk import open_desk
    from banso.review.figures import figures
    from banso.ui.services import Services
    from evals.report.kept import KeptRuns
    from ingest.service import ingest_path

    copilot = open_copilot(settings)
    database = open_database(settings, "app")

    def ingest(kind: str, path: Path, progress: object) -> object:
        return ingest_path(
            kind, path, knowledge=copilot.knowledge, database=database, settings=settings, progress=progress,
            confirm=lambda _question: False,
        )  # fmt: skip

    return Services(
        settings=settings, users=Users(database), copilot=copilot, knowledge=copilot.knowledge, crm=copilot.crm,
        ledger=copilot.ledger, desk=open_desk(settings, database), feedback=FeedbackBook(database), ingest=ingest,
        lessons=open_lessons(settings, database, copilot.crm),
        figures=lambda by: figures(database, by, settings.timezone), quality=KeptRuns(settings),
        gloss=TeamGloss(copilot.models), models=ModelDesk(settings, UsageBook(database, settings.timezone)),
        gaps=GapBook(database, copilot.knowledge.embedder),
        preferences=PreferenceBook(database),
    )  # fmt: skip


def require_free(settings: Settings) -> None:
    """Raise ConfigError when the app cannot listen where it should: found now, not after everything is loaded."""
    try:
        family, *_, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        raise ConfigError(
            CORE.told("app.taken", address=where, why=error.strerror), CORE.told("app.taken_hint")
        ) from error


def serve(port: int | None) -> None:
    """Run until interrupted; the sender runs beside as a process of its own."""
    from banso.review.child import start_sender_child, take_sender_environment

    settings = load_settings(**({"port": port} if port is not None else {}))
    require_free(settings)
    # First of all: the credentials go to the sender's process and leave this one.
    sender = start_sender_child(take_sender_environment())
    # Uploads arrive in the data folder, not in the machine's shared temporary folder. Gradio reads this at import.
    os.environ["GRADIO_TEMP_DIR"] = str((settings.data / "uploads" / ".arriving").resolve())
    try:
        import uvicorn

        from banso.ui.web import build_app

        app = build_app(build_services(settings))
        say(f"Bansō: http://{settings.host}:{settings.port}")
        uvicorn.run(
            app, host=settings.host, port=settings.port, log_level="warning",
            proxy_headers=bool(settings.proxies), forwarded_allow_ips=settings.proxies or None,
        )  # fmt: skip
    finally:
        sender.terminate()


cli = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@cli.command(help=CORE.helped("app", "BANSO_DATA=data python app.py --port 7861"))
def main(port: Annotated[int | None, typer.Option(help=CORE.helped("port"))] = None) -> None:
    """Start the web app."""
    run(partial(serve, port))


if __name__ == "__main__":
    cli(prog_name="python app.py")
