"""Messages over SMTP, one connection a message, step by step: what failed when decides whether it may go again."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Iterator

from banso.core.settings import SenderSettings
from banso.review.channels.base import REPAIR, Held, NotSent, Unsure
from banso.review.message import Outgoing

TIMEOUT = 30.0
"""Seconds without an answer, at each step. The steps together stay under the sender's lease."""


class SmtpChannel:
    """Talks to one server. SMTP has no idempotency key, so what may have arrived is never repeated."""

    name = "smtp"
    idempotent = False

    def __init__(self, sender: SenderSettings, timeout: float = TIMEOUT, trust: ssl.SSLContext | None = None) -> None:
        self._settings, self._timeout = sender, timeout
        self._trust = trust or ssl.create_default_context()

    def send(self, message: Outgoing) -> None:
        """Hand the message to the server. Raises NotSent before its text went out or when refused, else Unsure."""
        with self._session(message) as server:
            try:
                code, answer = server.data(message.to_bytes())
            except smtplib.SMTPDataError as error:  # refused before any of the text went out
                raise _refusal(error.smtp_code, error.smtp_error) from error
            except (OSError, smtplib.SMTPException) as error:
                raise Unsure(f"SMTP: {error}", rule="channel_broke") from error
            if code != 250:
                raise _refusal(code, answer)

    @contextlib.contextmanager
    def _session(self, message: Outgoing) -> Iterator[smtplib.SMTP]:
        server: smtplib.SMTP | None = None
        try:
            try:
                server = self._connect()
                _expect(server.mail(message.sender))
                _expect(server.rcpt(message.recipient))
            except smtplib.SMTPAuthenticationError as error:
                raise Held("SMTP", wait=REPAIR, fault="settings", rule="channel_credentials") from error
            except (OSError, smtplib.SMTPException) as error:
                raise NotSent(f"SMTP: {error}", again=True, rule="channel_unreachable") from error
            yield server
        finally:
            if server is not None:
                # The answer to DATA is final; what happens to the connection afterwards changes nothing.
                with contextlib.suppress(OSError, smtplib.SMTPException):
                    server.quit()
                server.close()

    def _connect(self) -> smtplib.SMTP:
        s = self._settings
        if s.smtp_security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                s.smtp_host, s.smtp_port, timeout=self._timeout, context=self._trust
            )
        else:
            server = smtplib.SMTP(s.smtp_host, s.smtp_port, timeout=self._timeout)
        try:
            server.ehlo_or_helo_if_needed()
            if s.smtp_security == "starttls":
                server.starttls(context=self._trust)
            if s.smtp_user:
                server.login(s.smtp_user, s.smtp_password.get_secret_value())
        except (OSError, smtplib.SMTPException):
            server.close()
            raise
        return server


def _expect(reply: tuple[int, bytes]) -> None:
    code, answer = reply
    if code not in (250, 251):
        raise _refusal(code, answer)


def _refusal(code: int, answer: bytes | str) -> NotSent:
    said = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return NotSent(f"the SMTP server refused: {code} {said[:200]}", again=code < 500)
