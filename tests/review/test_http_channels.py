"""Zendesk and the webhook keep the contract, against servers that speak the real shapes and fail in the real ways."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from banso.core.errors import ConfigError
from banso.core.settings import SenderSettings
from banso.review.channels.base import Held, NotSent, Unsure
from banso.review.channels.http import MAX_ANSWER, checked
from banso.review.channels.webhook import WebhookChannel
from banso.review.channels.zendesk import ZendeskChannel
from banso.review.message import Outgoing
from tests.review.channel_contract import Arrived, ChannelContract, outgoing
from tests.review.http_servers import (
    SECRET,
    Answer,
    Asked,
    Receiver,
    Zendesk,
    http_server,
    verified,
    webhook_server,
    zendesk_server,
)
from tests.review.smtp_server import free_port

TICKET = "zendesk:12345"
NOON = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)
Desk = tuple[Zendesk, ZendeskChannel]
Hook = tuple[Receiver, WebhookChannel]


def reply(body: str = "本文\n", recipient: str = TICKET) -> Outgoing:
    return outgoing(body=body, recipient=recipient)


def puts(answer: Answer) -> Any:
    return lambda asked: answer if asked.method in ("PUT", "POST") else None


class TestZendesk(ChannelContract):
    recipient, copies, public = TICKET, 1, True
    account: Zendesk

    @pytest.fixture
    def channel(self) -> Iterator[ZendeskChannel]:
        with zendesk_server() as (self.account, settings):
            yield ZendeskChannel(settings, timeout=3)

    def delivered(self) -> list[Arrived]:
        assert all(comment["public"] is self.public for comment in self.account.comments())
        return [Arrived(self.recipient, None, c["body"], c["key"]) for c in self.account.comments()]

    def refuse(self) -> None:
        self.account.tickets["12345"]["status"] = "closed"


class TestZendeskNote(TestZendesk):
    recipient, public = "zendesk-internal:12345", False


class TestWebhook(ChannelContract):
    recipient, drops = "webhook:conversation-7", False
    receiver: Receiver

    @pytest.fixture
    def channel(self) -> Iterator[WebhookChannel]:
        with webhook_server(self.drops) as (self.receiver, settings):
            yield WebhookChannel(settings, timeout=3)

    def delivered(self) -> list[Arrived]:
        taken = self.receiver.taken
        return [Arrived("webhook:" + t["recipient"], t["subject"], t["body"], t["key"]) for t in taken]

    def refuse(self) -> None:
        self.receiver.before = lambda asked: Answer(422, {"error": "no such conversation"})


class TestWebhookWithKeys(TestWebhook):
    drops, copies = True, 1


@pytest.fixture
def desk() -> Iterator[Desk]:
    with zendesk_server() as (account, settings):
        yield account, ZendeskChannel(settings, timeout=1, clock=lambda: NOON)


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook_server() as (receiver, settings):
        yield receiver, WebhookChannel(settings, timeout=1, clock=lambda: NOON)


# --- Zendesk ---------------------------------------------------------------------------------------------------------


def test_an_update_has_the_shape_of_the_api(desk: Desk) -> None:
    account, channel = desk
    channel.send(reply("本文"))
    asked = account.asked[-1]
    assert (asked.method, asked.path) == ("PUT", "/api/v2/tickets/12345.json")
    assert asked.headers["Content-Type"] == "application/json"
    assert base64.b64decode(asked.headers["Authorization"].split()[1]) == b"agent@example.co.jp/token:zd-token"
    assert json.loads(asked.body) == {
        "ticket": {
            "comment": {"body": "本文", "public": True},
            "metadata": {"banso_key": "dr_1.abc"},
            "safe_update": True,
            "updated_stamp": "2026-04-01T08:00:00Z",
        }
    }


@pytest.mark.parametrize(
    "answer", [Answer(wait=20), Answer(drop=True), Answer(500, {"error": "oops"}), Answer(200, b"<html>")]
)
def test_an_update_that_was_taken_is_found_whatever_was_answered(desk: Desk, answer: Answer) -> None:
    account, channel = desk
    account.after = lambda: answer
    channel.send(reply())
    channel.send(reply())
    assert len(account.comments()) == account.updates() == 1


@pytest.mark.parametrize(
    "answer", [Answer(wait=20), Answer(drop=True), Answer(500, {}), Answer(302, {}), Answer(503, {})]
)
def test_an_update_that_is_not_to_be_found_is_unsure(desk: Desk, answer: Answer) -> None:
    account, channel = desk
    account.fail = puts(answer)
    with pytest.raises(Held if answer.status == 302 else Unsure):
        channel.send(reply())
    assert account.updates() == 1


def test_an_update_that_cannot_be_looked_for_is_unsure(desk: Desk) -> None:
    account, channel = desk
    account.after = lambda: Answer(drop=True)
    account.fail = lambda asked: Answer(500, {}) if account.updates() and asked.method == "GET" else None
    with pytest.raises(Unsure):
        channel.send(reply())


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), ("Wed, 01 Apr 2026 12:03:00 GMT", 180), ("", 60), ("99999999999", 21600), ("soon", 60)],
)
def test_too_many_requests_waits_as_told(desk: Desk, header: str, seconds: int) -> None:
    account, channel = desk
    for what in ("GET", "PUT"):
        busy = Answer(429, {}, {"Retry-After": header} if header else {})
        account.fail = lambda asked, what=what, busy=busy: busy if asked.method == what else None
        with pytest.raises(Held) as caught:
            channel.send(reply())
        assert (caught.value.fault, caught.value.wait) == ("busy", timedelta(seconds=seconds))
    assert account.comments() == []


def test_maintenance_waits_as_told(desk: Desk) -> None:
    account, channel = desk
    account.fail = puts(Answer(503, {}, {"Retry-After": "120"}))
    with pytest.raises(Held) as caught:
        channel.send(reply())
    assert caught.value.wait == timedelta(minutes=2)


def test_wrong_credentials_are_told_without_the_token() -> None:
    with zendesk_server() as (account, settings):
        wrong = settings.model_copy(update={"zendesk_email": "other@example.co.jp"})
        with pytest.raises(Held, match="user name or password") as caught:
            ZendeskChannel(wrong).send(reply())
    assert caught.value.fault == "settings"
    assert "zd-token" not in caught.value.message
    assert len(account.asked) == 1


@pytest.mark.parametrize(("recipient", "words"), [("zendesk:404", "404"), ("zendesk:99", "closed")])
def test_a_ticket_that_takes_no_reply(desk: Desk, recipient: str, words: str) -> None:
    account, channel = desk
    with pytest.raises(NotSent, match=words) as caught:
        channel.send(reply(recipient=recipient))
    assert not caught.value.again
    assert account.updates() == 0


def test_a_ticket_closed_at_the_last_moment(desk: Desk) -> None:
    account, channel = desk
    account.fail = lambda asked: account.tickets["12345"].update(status="closed") if asked.method == "PUT" else None
    with pytest.raises(NotSent, match="closed prevents") as caught:
        channel.send(reply())
    assert not caught.value.again


def test_someone_else_changes_the_ticket_in_between(desk: Desk) -> None:
    account, channel = desk
    account.fail = lambda asked: account.touch("12345") if asked.method == "PUT" else None
    with pytest.raises(NotSent, match="409") as caught:
        channel.send(reply())
    assert caught.value.again
    account.fail = lambda asked: None
    channel.send(reply())
    assert len(account.comments()) == 1


class Careless(ZendeskChannel):
    def arrived(self, message: Outgoing) -> bool:
        return False


@pytest.mark.parametrize(("kind", "copies"), [(ZendeskChannel, 1), (Careless, 2)])
def test_two_senders_with_one_key_at_the_same_moment(kind: type[ZendeskChannel], copies: int) -> None:
    """The second reads the ticket before the first has updated it; it is refused, looks again and finds the comment."""
    with zendesk_server() as (account, settings):
        first, second = (kind(settings, timeout=5) for _ in range(2))
        raced: list[bool] = []

        def race(asked: Asked) -> None:
            if asked.method == "PUT" and not raced:
                raced.append(True)
                second.send(reply())

        account.fail = race  # type: ignore[assignment]
        with pytest.raises(NotSent, match="409"):
            first.send(reply())
        first.send(reply())
        assert len(account.comments()) == copies


def test_the_key_is_found_on_a_later_page(desk: Desk) -> None:
    account, channel = desk
    account.page = 3
    account.audits["12345"] = [{"metadata": {"custom": {}, "system": {}}, "events": []} for _ in range(8)]
    channel.send(reply())
    assert channel.arrived(reply())
    channel.send(reply())
    assert account.updates() == 1


@pytest.mark.parametrize("audits", [b"not json", b"[]", b'{"audits": 7}', b'{"audits": [1, null]}', b"[" * 100_000])
def test_an_answer_of_another_shape_sends_nothing(desk: Desk, audits: bytes) -> None:
    account, channel = desk
    account.fail = lambda asked: Answer(200, audits) if "audits" in asked.path else None
    if audits.startswith(b'{"audits": [1'):
        channel.send(reply())
        return
    with pytest.raises(NotSent):
        channel.send(reply())
    assert account.updates() == 0


def test_an_endless_answer_is_cut(desk: Desk) -> None:
    account, channel = desk
    account.fail = lambda asked: Answer(200, b" " * (MAX_ANSWER * 2)) if "audits" in asked.path else None
    with pytest.raises(NotSent):
        channel.send(reply())


# --- the webhook -----------------------------------------------------------------------------------------------------


def test_a_request_is_signed_over_its_moment_and_its_body(hook: Hook) -> None:
    receiver, channel = hook
    seen: list[Asked] = []
    receiver.before = seen.append  # type: ignore[assignment]
    channel.send(outgoing(recipient="webhook:c-7"))
    (asked,) = seen
    header = asked.headers["Banso-Signature"]
    assert header.startswith(f"t={int(NOON.timestamp())},v1=")
    assert asked.headers["Idempotency-Key"] == "dr_1.abc"
    assert verified(asked.body, header, SECRET)
    assert not verified(asked.body.replace(b"c-7", b"c-8"), header, SECRET)
    assert not verified(asked.body, header.replace("t=1", "t=2"), SECRET)
    assert not verified(asked.body, header, SECRET + "x")


@pytest.mark.parametrize("answer", [Answer(wait=20), Answer(drop=True), Answer(500, {}), Answer(503, {})])
def test_a_request_that_may_have_been_taken_is_unsure(hook: Hook, answer: Answer) -> None:
    receiver, channel = hook
    receiver.after = lambda: answer
    with pytest.raises(Unsure):
        channel.send(outgoing(recipient="webhook:c-7"))
    assert len(receiver.taken) == 1


@pytest.mark.parametrize(
    ("answer", "kind", "again"),
    [
        (Answer(400, {}), NotSent, False),
        (Answer(404, {}), NotSent, False),
        (Answer(408, {}), NotSent, True),
        (Answer(401, {}), Held, True),
        (Answer(429, {}, {"Retry-After": "5"}), Held, True),
        (Answer(503, {}, {"Retry-After": "5"}), Held, True),
        (Answer(307, {}, {"Location": "http://127.0.0.1:1/"}), Held, True),
    ],
    ids=lambda value: str(value.status) if isinstance(value, Answer) else "",
)
def test_a_refused_request_is_certainly_not_sent(hook: Hook, answer: Answer, kind: type[NotSent], again: bool) -> None:
    receiver, channel = hook
    receiver.before = lambda asked: answer
    with pytest.raises(kind) as caught:
        channel.send(outgoing(recipient="webhook:c-7"))
    assert caught.value.again is again
    assert receiver.taken == [] and receiver.asked == 1


# --- both ------------------------------------------------------------------------------------------------------------


def channels(url: str) -> list[tuple[Any, Outgoing]]:
    desk = SenderSettings(zendesk_url=url, zendesk_email="a@b.jp", zendesk_token="t")  # type: ignore[arg-type]
    hook = SenderSettings(webhook_url=url, webhook_secret=SECRET)  # type: ignore[arg-type]
    return [
        (ZendeskChannel(desk, timeout=2), reply()),
        (WebhookChannel(hook, timeout=2), outgoing(recipient="webhook:x")),
    ]


def test_nobody_listens() -> None:
    for channel, message in channels(f"http://127.0.0.1:{free_port()}"):
        with pytest.raises(NotSent, match="could not be reached") as caught:
            channel.send(message)
        assert caught.value.again and not isinstance(caught.value, Held)


def test_a_redirect_is_not_followed_and_credentials_stay() -> None:
    elsewhere: list[Asked] = []

    def thief(asked: Asked) -> Answer:
        elsewhere.append(asked)
        return Answer(200, {"ticket": {"updated_at": "x"}, "audits": []})

    with http_server(thief) as other, http_server(lambda a: Answer(308, {}, {"Location": other + a.path})) as url:
        for channel, message in channels(url):
            with pytest.raises(Held, match="another address"):
                channel.send(message)
    assert elsewhere == []


def test_a_proxy_of_the_machine_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    with webhook_server() as (receiver, settings):
        WebhookChannel(settings).send(outgoing(recipient="webhook:x"))
    assert len(receiver.taken) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://example.zendesk.com",
        "http://127.0.0.1.example.com",
        "ftp://x.jp",
        "example.jp",
        "https://u:p@x.jp",
        "https://",
    ],
)
def test_only_https_leaves_this_machine(url: str) -> None:
    with pytest.raises(ConfigError, match="BANSO_X"):
        checked(url, "BANSO_X")


@pytest.mark.parametrize("url", ["https://x.jp/", "http://127.0.0.1:9/a", "http://localhost", "http://[::1]:80"])
def test_these_hosts_are_taken(url: str) -> None:
    assert checked(url, "BANSO_X") == url.rstrip("/")


def test_what_is_missing_is_named() -> None:
    with pytest.raises(ConfigError) as caught:
        ZendeskChannel(SenderSettings(zendesk_url="https://x.zendesk.com"))
    assert "BANSO_ZENDESK_TOKEN" in caught.value.hint
    with pytest.raises(ConfigError) as caught:
        WebhookChannel(SenderSettings(webhook_url="https://x.jp", webhook_secret="short"))  # type: ignore[arg-type]
    assert "BANSO_WEBHOOK_SECRET" in caught.value.hint


def test_the_check_that_the_page_shows_to_receivers_works(hook: Hook) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "review.md").read_text(encoding="utf-8")
    shown: dict[str, Any] = {}
    exec(page.split("```python\n")[1].split("```")[0], shown)
    receiver, channel = hook
    seen: list[Asked] = []
    receiver.before = seen.append  # type: ignore[assignment]
    channel.send(outgoing(recipient="webhook:c-7"))
    body, header = seen[0].body, seen[0].headers["Banso-Signature"]
    shown["time"] = type("Then", (), {"time": staticmethod(NOON.timestamp)})
    assert shown["genuine"](body, header, SECRET)
    for bad in ("", "t=,v1=", "t=1,v1=é", header.replace("v1=", "v0="), header + "0"):
        assert not shown["genuine"](body, bad, SECRET)
    shown["time"] = type("Later", (), {"time": staticmethod((NOON + timedelta(minutes=6)).timestamp)})
    assert not shown["genuine"](body, header, SECRET)
