"""A real SMTP server on a local port, that can be told to misbehave at each step."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller

from banso.core.settings import SenderSettings


class Inbox:
    """Keeps what was accepted. `on_rcpt` and `on_data` return an SMTP answer, or None to go on as usual."""

    def __init__(self) -> None:
        self.accepted: list[bytes] = []
        self.on_rcpt: Callable[[str], str | None] = lambda address: None
        self.on_data: Callable[[], str | None] = lambda: None
        self.drop_after_data = False

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        answer = self.on_rcpt(address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = self.on_data()
        if answer is not None:
            return answer
        self.accepted.append(envelope.original_content)
        if self.drop_after_data:
            server.transport.abort()
        return "250 OK"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def smtp_server(**options: Any) -> Iterator[tuple[Inbox, SenderSettings]]:
    inbox, port = Inbox(), free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield inbox, settings_for(port)
    finally:
        controller.stop()


def settings_for(port: int, **more: Any) -> SenderSettings:
    return SenderSettings(
        channel="smtp", smtp_host="127.0.0.1", smtp_port=port, **{"smtp_security": "none", **more}
    )  # fmt: skip
