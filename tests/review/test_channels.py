"""The mail channels keep the contract; SMTP also says precisely what is certain when a server misbehaves."""

from __future__ import annotations

import os
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from banso.core.errors import ConfigError
from banso.core.settings import SenderSettings
from banso.review.channels.base import Held, NotSent, Unsure, get_channel
from banso.review.channels.eml import EmlChannel
from banso.review.channels.smtp import SmtpChannel
from tests.review.channel_contract import Arrived, ChannelContract, mailed, outgoing
from tests.review.smtp_server import Inbox, free_port, settings_for, smtp_server

Server = tuple[Inbox, SenderSettings]


class TestEml(ChannelContract):
    folder: Path
    copies = 1

    @pytest.fixture
    def channel(self, tmp_path: Path) -> EmlChannel:
        self.folder = tmp_path / "outbox"
        return EmlChannel(self.folder)

    def delivered(self) -> list[Arrived]:
        return [mailed(path.read_bytes()) for path in sorted(self.folder.glob("*.eml"))]

    def refuse(self) -> None:
        self.folder.write_text("a file is in the way")

    @pytest.mark.parametrize("key", ["../up", "a/b", ".hidden", "", "a\0b"])
    def test_a_key_is_never_a_path(self, channel: EmlChannel, key: str) -> None:
        with pytest.raises(NotSent) as caught:
            channel.send(outgoing(key))
        assert not caught.value.again

    def test_a_link_laid_in_the_way_is_not_followed(self, channel: EmlChannel, tmp_path: Path) -> None:
        message, victim = outgoing(), tmp_path / "victim"
        victim.write_text("untouched")
        self.folder.mkdir()
        for name in (f".{message.key}.{os.getpid()}.part", f"{message.key}.eml"):
            (self.folder / name).symlink_to(victim)
        channel.send(message)
        assert victim.read_text() == "untouched"
        assert [path.is_symlink() for path in self.folder.iterdir()] == [False] and len(self.delivered()) == 1

    def test_a_folder_that_cannot_be_written(self, tmp_path: Path) -> None:
        (tmp_path / "outbox").write_text("a file is in the way")
        with pytest.raises(NotSent) as caught:
            EmlChannel(tmp_path / "outbox").send(outgoing())
        assert caught.value.again


class TestSmtp(ChannelContract):
    inbox: Inbox

    @pytest.fixture
    def channel(self) -> Iterator[SmtpChannel]:
        with smtp_server() as (self.inbox, settings):
            yield SmtpChannel(settings, timeout=3)

    def delivered(self) -> list[Arrived]:
        return [mailed(raw) for raw in self.inbox.accepted]

    def refuse(self) -> None:
        self.inbox.on_rcpt = lambda address: "550 no such user"


@pytest.fixture
def server() -> Iterator[Server]:
    with smtp_server() as running:
        yield running


@pytest.mark.parametrize(("code", "again"), [("550 no such user", False), ("450 try later", True)])
def test_refused_recipient_is_certainly_not_sent(server: Server, code: str, again: bool) -> None:
    inbox, settings = server
    inbox.on_rcpt = lambda address: code
    with pytest.raises(NotSent, match=code) as caught:
        SmtpChannel(settings).send(outgoing())
    assert caught.value.again is again
    assert inbox.accepted == []


@pytest.mark.parametrize(("code", "again"), [("554 spam", False), ("451 later", True)])
def test_refused_text_is_certainly_not_sent(server: Server, code: str, again: bool) -> None:
    inbox, settings = server
    inbox.on_data = lambda: code
    with pytest.raises(NotSent, match=code) as caught:
        SmtpChannel(settings).send(outgoing())
    assert caught.value.again is again


def test_connection_dropped_after_the_text_is_unsure(server: Server) -> None:
    inbox, settings = server
    inbox.drop_after_data = True
    with pytest.raises(Unsure):
        SmtpChannel(settings).send(outgoing())
    assert len(inbox.accepted) == 1


def test_no_server_is_certainly_not_sent() -> None:
    with pytest.raises(NotSent) as caught:
        SmtpChannel(settings_for(free_port()), timeout=2).send(outgoing())
    assert caught.value.again


def test_starttls_is_required_when_set(server: Server) -> None:
    inbox, settings = server
    wanted = settings_for(settings.smtp_port, smtp_security="starttls")
    with pytest.raises(NotSent, match="STARTTLS"):
        SmtpChannel(wanted).send(outgoing())
    assert inbox.accepted == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(path), "-out", str(path.with_suffix(".crt"))]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl is needed to make a certificate")
    return path


def test_starttls_with_sign_in(certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.with_suffix(".crt"), certificate)

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"banso", b"right"), handled=False)

    options = {"tls_context": context, "authenticator": authenticate, "auth_required": True}
    with smtp_server(**options) as (inbox, plain):
        trust = ssl.create_default_context(cafile=str(certificate.with_suffix(".crt")))
        login = {"smtp_security": "starttls", "smtp_user": "banso"}
        SmtpChannel(settings_for(plain.smtp_port, smtp_password="right", **login), trust=trust).send(outgoing())
        with pytest.raises(Held, match="user name or password") as caught:
            SmtpChannel(settings_for(plain.smtp_port, smtp_password="wrong", **login), trust=trust).send(outgoing())
        assert "wrong" not in caught.value.message
        assert caught.value.fault == "settings"  # nothing goes to a server that locks accounts after so many tries
        with pytest.raises(NotSent, match="certificate"):
            SmtpChannel(settings_for(plain.smtp_port, smtp_password="right", **login)).send(outgoing())
        assert len(inbox.accepted) == 1


def test_smtp_without_a_server_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        get_channel(SenderSettings(channel="smtp"), tmp_path)
    assert "BANSO_SMTP_HOST" in caught.value.hint
    assert get_channel(SenderSettings(), tmp_path).name == "eml"
