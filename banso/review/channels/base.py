"""What the sender needs of a channel. Every channel passes tests/review/channel_contract.py."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

from banso.core.errors import BansoError, ConfigError
from banso.core.settings import SenderSettings
from banso.review.message import Outgoing
from banso.review.texts.lookup import sentence

Fault = Literal["busy", "settings"]
REPAIR = timedelta(minutes=15)
"""How long a channel rests before wrong settings are tried again."""


class ChannelError(BansoError):
    """What a channel could not do. `rule` names a sentence of banso/review/texts with a place for `detail`."""

    def __init__(self, detail: str, *, rule: str = "") -> None:
        super().__init__(sentence(rule, "en").format(detail=detail) if rule else detail)
        self.rule, self.detail = rule, detail

    def said_in(self, language: str) -> str:
        """The message in this language; a channel's own words stay as they are."""
        return sentence(self.rule, language).format(detail=self.detail) if self.rule else self.message


class NotSent(ChannelError):
    """The message has certainly not been accepted. `again`: whether a later try may work."""

    def __init__(self, detail: str, *, again: bool, rule: str = "") -> None:
        super().__init__(detail, rule=rule)
        self.again = again


class Held(NotSent):
    """Certainly not accepted, and no other message would be: the whole channel rests for `wait`.

    busy: the provider asked for it (429, Retry-After). settings: only an operator can mend it (wrong credentials).
    """

    def __init__(self, detail: str, *, wait: timedelta, fault: Fault, rule: str = "") -> None:
        super().__init__(detail, again=True, rule=rule)
        self.wait, self.fault = wait, fault


class Unsure(ChannelError):
    """The provider may or may not have accepted the message. Unless it drops second copies by key, it is not sent
    again; a person looks."""


class Channel(Protocol):
    """A provider."""

    @property
    def name(self) -> str:
        """`eml`, `smtp`, `zendesk` or `webhook`."""
        ...

    @property
    def idempotent(self) -> bool:
        """Whether the provider itself drops a second copy with the same key, at whatever moment it comes."""
        ...

    def send(self, message: Outgoing) -> None:
        """Deliver. Returns only when the provider has accepted it; else raises NotSent, Held or Unsure."""
        ...


@runtime_checkable
class Inspectable(Channel, Protocol):
    """A provider that can be asked whether it has a message."""

    def arrived(self, message: Outgoing) -> bool:
        """Whether the provider shows a message with this key. Raises NotSent or Held when it cannot be asked."""
        ...


def get_channel(sender: SenderSettings, data: Path) -> Channel:
    """The channel that takes mail. Raises ConfigError when it cannot work."""
    if sender.channel == "smtp":
        from banso.review.channels.smtp import SmtpChannel

        if not sender.smtp_host:
            raise ConfigError("BANSO_CHANNEL=smtp needs a server", "set BANSO_SMTP_HOST")
        return SmtpChannel(sender)
    from banso.review.channels.eml import EmlChannel

    return EmlChannel(data / "outbox")
