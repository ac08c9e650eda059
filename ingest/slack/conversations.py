"""Messages put together as people held them: a thread whole, a flat channel cut where the talk paused or changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from ingest.slack.messages import Message

PAUSE = 45 * 60
"""Seconds of silence that always end a talk."""
TURN = 15 * 60
"""Seconds of silence after which someone new, whom nobody addressed, starts another talk."""
LENGTH = 4000
"""Characters after which a talk that never pauses is cut, so that one citation stays readable."""


@dataclass(frozen=True)
class Conversation:
    """Messages in order of time. `start` is the ts of the thread's root or of the first message."""

    start: str
    messages: tuple[Message, ...]
    thread: bool = False


def conversations(messages: Iterable[Message]) -> list[Conversation]:
    """Every message in exactly one conversation, ordered by start.

    Flat talk is cut looking backwards only, so messages added later change no conversation but the last.
    """
    threads: dict[str, list[Message]] = defaultdict(list)
    flat: list[list[Message]] = []
    for message in messages:
        if message.thread:
            threads[message.thread].append(message)
        elif flat and _continues(flat[-1], message):
            flat[-1].append(message)
        else:
            flat.append([message])
    found = [Conversation(root, tuple(said), thread=True) for root, said in threads.items()]
    found += [Conversation(said[0].ts, tuple(said)) for said in flat]
    return sorted(found, key=lambda conversation: float(conversation.start))


def _continues(said: list[Message], message: Message) -> bool:
    silence = float(message.ts) - float(said[-1].ts)
    if silence > PAUSE or sum(len(earlier.text) for earlier in said) + len(message.text) > LENGTH:
        return False
    speakers = {earlier.speaker for earlier in said}
    addressed = any(f"@{speaker}" in message.text for speaker in speakers) or any(
        f"@{message.speaker}" in earlier.text for earlier in said
    )
    return silence <= TURN or message.speaker in speakers or addressed
