"""Settings from the environment (`BANSO_*`), read once where a program starts and passed on as one frozen object."""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from banso.core.errors import ConfigError
from banso.core.texts import CORE, DEFAULT_LANGUAGE, Shown

PREFIX = "BANSO_"


class Settings(BaseSettings):
    """Everything an operator can set. Each field is the variable `BANSO_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    data: Path = Field(Path("data"), description="the data folder; two folders never share anything")
    model: str = Field("embedded/extractive", description="the chat model: embedded/extractive or any LiteLLM name")
    model_fallbacks: str = Field("", description="chat models to ask in turn when that one does not answer, by commas")
    model_timeout: float = Field(60, gt=0, description="seconds that one reply of a chat model may take")
    model_retries: int = Field(
        2, ge=0, le=10, description="more tries of a model that is busy, each after a longer pause"
    )
    model_context: int = Field(
        0, ge=0, description="tokens that a chat model can read at once, 0: any number; passages beyond are left out"
    )
    judge: str = Field("", description="a chat model that judges each sentence of a prompted model; empty: none")
    embedding: str = Field(
        "embedded/e5-small", description="the embedder: embedded/e5-small or a sentence-transformers name"
    )
    embedding_backend: str = Field(
        "torch",
        description="of a sentence-transformers embedder: torch, onnx or openvino, with :FILE for one of several",
    )
    ranker: str = Field("", description="a file with a ranker of your own; off: plain fusion; empty: the shipped one")
    reranker: str = Field("", description="a CrossEncoder name; empty: no reranking")
    reranker_backend: str = Field("torch", description="the same for the reranker")
    database_url: str = Field("", description="SQLAlchemy URL; empty: banso.db in the data folder")
    chroma_url: str = Field(
        "", description="a Chroma server, such as http://chroma:8000; empty: a folder in the data folder"
    )
    chroma_token: SecretStr = Field(SecretStr(""), description="sent to the Chroma server as Authorization: Bearer")
    language: Shown = Field(
        DEFAULT_LANGUAGE, description="the language of screens and of command output where no one chose"
    )
    timezone: str = Field("Asia/Tokyo", description="IANA name used to show times and to group Slack messages by day")
    host: str = Field("127.0.0.1", description="address the web app listens on")
    url: str = Field("", pattern=r"^(https?://[^/\s]+/?)?$", description="the address people open, behind a proxy")
    proxies: str = Field("", description="proxies whose X-Forwarded-* is believed: addresses or networks, by commas")
    audit_head: Path | None = Field(None, description="where the head of the audit trail is written")
    port: int = Field(7860, ge=0, le=65535, description="port the web app listens on")
    link_hosts: str = Field(
        "", description="hosts that answers and drafts may link to, by commas; empty: those that public manuals name"
    )
    two_person: bool = Field(True, description="an approver may not have written or edited the draft")
    stale_months: int = Field(24, ge=1, description="an answer whose sources are all older, in months, says so")
    private_channels: bool = Field(False, description="private Slack channels may be searched by everyone who signs in")

    @property
    def head(self) -> Path:
        """The file with the head of the audit trail."""
        return self.audit_head or self.data / "audit.head"

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of users, CRM, drafts and audit."""
        return self.database_url or f"sqlite:///{(self.data / 'banso.db').resolve()}"


class SenderSettings(BaseSettings):
    """What only the sender process reads: how approved messages leave, and the credentials for it."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    channel: Literal["eml", "smtp"] = Field("eml", description="how approved mail leaves: .eml files or SMTP")
    mail_from: str = Field("support@example.com", description="sender address of approved messages")
    smtp_host: str = Field("", description="SMTP server")
    smtp_port: int = Field(587, ge=1, le=65535, description="SMTP port")
    smtp_user: str = Field("", description="SMTP user name")
    smtp_password: SecretStr = Field(SecretStr(""), description="SMTP password")
    smtp_security: Literal["starttls", "tls", "none"] = Field("starttls", description="protection of the connection")
    zendesk_url: str = Field("", description="the Zendesk account, such as https://example.zendesk.com")
    zendesk_email: str = Field("", description="the Zendesk agent in whose name comments are added")
    zendesk_token: SecretStr = Field(SecretStr(""), description="API token of that agent")
    webhook_url: str = Field("", description="where signed requests go")
    webhook_secret: SecretStr = Field(SecretStr(""), description="the secret that signs them, 32 characters or more")
    webhook_idempotent: bool = Field(False, description="the receiver drops a second request with the same key")
    sender_database_url: str = Field("", description="SQLAlchemy URL of the sender's own role; empty: the app's URL")


def _refuse_unknown_names() -> None:
    fields = [*Settings.model_fields, *SenderSettings.model_fields]
    known = {PREFIX + name.upper() for name in fields}
    for name in os.environ:
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = CORE.told("settings.near", name=near[0]) if near else CORE.told("settings.see")
            raise ConfigError(CORE.told("settings.unknown", name=name), hint)


def load_settings(**overrides: object) -> Settings:
    """Read the environment. Raises ConfigError on a misspelt name or an impossible value."""
    _refuse_unknown_names()
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(
            f"{PREFIX}{str(first['loc'][0]).upper()}: {first['msg']}", CORE.told("settings.see")
        ) from error
