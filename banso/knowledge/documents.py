"""What is stored, found and cited. Frozen: these cross disk, checkpoint, model and people."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SourceName = Literal["manual", "ticket", "slack"]
CitedSource = Literal["manual", "ticket", "slack", "crm"]
"""What an answer may rest on: the searched sources, and facts of an account looked up in the CRM (never searched)."""
Language = Literal["ja", "en", "und"]
SpanKind = Literal["heading", "text", "list", "table", "code", "message"]
Visibility = Literal["public", "internal", "private"]
"""public: a customer may see it (manuals); internal: the team only (tickets, Slack); private: a private channel."""

Misfit = Literal["", "other_version", "other_edition", "older_version"]
"""other_version, other_edition: about another one than the question names or, where it names none, than the customer
runs. older_version: nobody said which, and what was found with it is newer."""


class Frozen(BaseModel):
    """Base of the immutable types; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Frozen):
    """A stretch `[start, end)` of a document's text, in characters, and what it is."""

    kind: SpanKind
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    level: int = Field(0, ge=0, description="heading depth, 1 is the title; 0 for everything else")
    page: int | None = Field(None, description="page, slide or sheet number from 1")
    speaker: str = Field("", description="who speaks, for kind 'message'")
    hidden: bool = Field(False, description="a reader of the original would not have seen this text")


class Document(Frozen):
    """One manual page, ticket or Slack conversation, after masking. `spans` are ordered and do not overlap."""

    source: SourceName
    collection: str = Field(description="the ingested root this came from; a vanished ref is looked for inside it")
    ref: str = Field(description="manual: path relative to the root; ticket: its id; Slack: channel/ts")
    title: str
    text: str
    spans: tuple[Span, ...] = ()
    language: Language = "und"
    account: str = Field("", description="the CRM account this belongs to; empty: belongs to none")
    product: str = ""
    version: str = ""
    status: str = Field("", description="ticket: open, pending, solved, closed or unknown")
    visibility: Visibility = "internal"
    created_at: datetime | None = None
    updated_at: datetime | None = None
    superseded_by: str = Field("", description="ref, in the same collection, of the page that replaces this one")
    url: str = ""
    people: tuple[str, ...] = ()
    resolution: tuple[int, int] | None = Field(None, description="ticket: where in the text the solution stands")
    warnings: tuple[str, ...] = Field((), description="what the reader found odd, such as hidden text")
    masked: dict[str, int] = Field(default_factory=dict, description="personal data masked, by kind")

    @property
    def id(self) -> str:
        """Stable identity: where it came from, never what it says."""
        return document_id(self.source, self.collection, self.ref)


class Chunk(Frozen):
    """A citable stretch of a document: `document.text[start:end] == text`."""

    document_id: str
    ordinal: int = Field(ge=0)
    text: str
    start: int
    end: int
    heading_path: tuple[str, ...] = ()
    page: int | None = None
    kind: SpanKind = "text"
    hidden: bool = False

    @property
    def id(self) -> str:
        """`<document id>:<ordinal>`."""
        return f"{self.document_id}:{self.ordinal}"


class Installed(Frozen):
    """What is run: `versions`, mostly one, and `edition` as the CRM writes it; `editions`: all that the CRM knows.
    Empty: not known."""

    versions: tuple[str, ...] = ()
    edition: str = ""
    editions: tuple[str, ...] = ()


NOT_KNOWN = Installed()


class Scope(Frozen):
    """What one search may see. Built on the server from the person and the chosen account, never by the model.

    With `account` set, only that account's documents and those that belong to no account are visible. `installed` hides
    nothing: of pages about one thing, those for what the account runs come first.
    """

    sources: tuple[SourceName, ...] = ("manual", "ticket", "slack")
    account: str = ""
    product: str = ""
    languages: tuple[Language, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    timeless: tuple[SourceName, ...] = Field((), description="sources that `since` and `until` leave alone")
    private: bool = False
    public_only: bool = False
    installed: Installed = NOT_KNOWN


class Variant(Frozen):
    """Another document that says the same as a hit, for the same people."""

    document_id: str
    ref: str
    title: str
    start: int
    end: int
    url: str = ""
    product: str = ""
    version: str = ""


class Hit(Frozen):
    """A chunk found by a search, with enough of its document to cite, show and judge it."""

    chunk_id: str
    document_id: str
    source: CitedSource
    collection: str
    ref: str
    title: str
    text: str
    start: int
    end: int
    score: float = Field(description="fused score in [0, 1], higher is better; comparable within one search")
    lexical: float = Field(0.0, description="raw BM25 score, 0 when not found by words; higher is better")
    dense: float = Field(0.0, description="cosine similarity, 0 when not found by meaning")
    coverage: float = Field(0.0, description="share, 0 to 1, of the question term weight (idf) found here")
    heading_path: tuple[str, ...] = ()
    page: int | None = None
    kind: SpanKind = "text"
    language: Language = "und"
    account: str = ""
    product: str = ""
    version: str = ""
    misfit: Misfit = Field("", description="why it is not the page for what was asked about, or for what is run")
    status: str = ""
    visibility: Visibility = "internal"
    updated_at: datetime | None = None
    superseded_by: str = ""
    url: str = ""
    hidden: bool = False
    table_head: str = Field("", description="for a chunk that begins inside a table: the row that names its columns")
    continues: str = Field("", description="id of the passage from which it goes on, where the cut parts what is one")
    variants: tuple[Variant, ...] = Field((), description="other documents that say the same, left out of the hits")


class Citation(Frozen):
    """A numbered pointer from an answer to the exact words that support it: `document.text[start:end] == quote`."""

    marker: int = Field(ge=1)
    chunk_id: str
    document_id: str
    source: CitedSource
    ref: str
    title: str
    quote: str
    start: int
    end: int
    language: Language = "und"
    page: int | None = None
    url: str = ""
    visibility: Visibility = "internal"
    account: str = ""
    updated_at: datetime | None = None
    variants: tuple[Variant, ...] = Field((), description="other documents in which the cited passage stands as well")


def document_id(source: str, collection: str, ref: str) -> str:
    """32 hex digits of SHA-256 over source, collection and ref."""
    return hashlib.sha256("\x1f".join((source, collection, ref)).encode()).hexdigest()[:32]
