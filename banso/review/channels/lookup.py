"""Which channel a recipient leaves by."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from banso.core.errors import ConfigError
from banso.core.settings import SenderSettings
from banso.review.channels.base import Channel, get_channel
from banso.review.recipients import ChannelKind, parse_recipient


class Channels:
    """The channels of one sender, each made when a message first needs it."""

    def __init__(self, sender: SenderSettings, data: Path) -> None:
        self._make: dict[ChannelKind, Callable[[], Channel]] = {
            "mail": lambda: get_channel(sender, data),
            "zendesk": lambda: _zendesk(sender),
            "webhook": lambda: _webhook(sender),
        }
        self._made: dict[ChannelKind, Channel] = {}

    def of(self, recipient: str) -> Channel:
        """The channel for this recipient. Raises ConfigError when it is not set up or the recipient has no form."""
        to = parse_recipient(recipient)
        if to is None:
            raise ConfigError(f"the recipient {recipient!r} has no known form", "see docs/review.md, Channels")
        if to.kind not in self._made:
            self._made[to.kind] = self._make[to.kind]()
        return self._made[to.kind]


class One:
    """One channel for every recipient: what a test hands in."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def of(self, recipient: str) -> Channel:
        """The channel."""
        return self._channel


def _zendesk(sender: SenderSettings) -> Channel:
    from banso.review.channels.zendesk import ZendeskChannel

    return ZendeskChannel(sender)


def _webhook(sender: SenderSettings) -> Channel:
    from banso.review.channels.webhook import WebhookChannel

    return WebhookChannel(sender)
