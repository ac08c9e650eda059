"""A sender that kills itself with SIGKILL at a chosen point: `python -m tests.review.dying_sender DATA POINT PORT`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from banso.core.settings import SenderSettings, Settings
from banso.review.channels.base import Channel, get_channel
from banso.review.channels.eml import EmlChannel
from banso.review.message import Outgoing
from banso.review.sender import send_pass
from tests.review.conftest import START
from tests.review.smtp_server import settings_for


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Dying:
    """Passes on to a real channel, and dies before or after."""

    def __init__(self, inner: Channel, point: str) -> None:
        self.inner, self.point = inner, point
        self.name, self.idempotent = inner.name, inner.idempotent

    def send(self, message: Outgoing) -> None:
        if self.point == "before":
            die()
        self.inner.send(message)
        if self.point == "after":
            die()


class DyingEml(EmlChannel):
    """Dies with the whole text on disk, under the name that no one reads."""

    def _publish(self, part: Path, whole: Path) -> None:
        die()


def main(data: str, point: str, port: str) -> None:
    settings = Settings(data=Path(data))
    sender = settings_for(int(port)) if int(port) else SenderSettings()
    inner = DyingEml(settings.data / "outbox") if point == "half" else get_channel(sender, settings.data)
    send_pass(settings, sender=sender, channel=Dying(inner, point), clock=lambda: START)


if __name__ == "__main__":
    main(*sys.argv[1:])
