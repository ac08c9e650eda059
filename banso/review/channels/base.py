"""What the sender needs of a channel. Every channel passes tests/review/channel_contract.py."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from banso.core.errors import BansoError, ConfigError
from banso.core.settings import SenderSettings
from banso.review.message import Outgoing


class NotSent(BansoError):
    """The message has certainly not been accepted. `again`: whether a later try may work."""

    def __init__(self, message: str, *, again: bool) -> None:
        super().__init__(message)
        self.again = again


class Unsure(BansoError):
    """The provider may or may not have accepted the message. It is not sent again; a person looks."""


class Channel(Protocol):
    """A provider."""

    @property
    def name(self) -> str:
        """`eml` or `smtp`."""
        ...

    @property
    def idempotent(self) -> bool:
        """Whether sending twice with the same key delivers once."""
        ...

    def send(self, message: Outgoing) -> None:
        """Deliver. Returns only when the provider has accepted it; else raises NotSent or Unsure."""
        ...


def get_channel(sender: SenderSettings, data: Path) -> Channel:
    """The channel of these settings. Raises ConfigError when it cannot work."""
    if sender.channel == "smtp":
        from banso.review.channels.smtp import SmtpChannel

        if not sender.smtp_host:
            raise ConfigError("BANSO_CHANNEL=smtp needs a server", "set BANSO_SMTP_HOST")
        return SmtpChannel(sender)
    from banso.review.channels.eml import EmlChannel

    return EmlChannel(data / "outbox")
