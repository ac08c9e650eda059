"""What is in the index, as rows for tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from banso.crm.holdings import Holding
from banso.knowledge.results import CollectionSummary, DocumentSummary, FailureRecord
from banso.ui import local_form
from banso.ui.inert import one_line
from banso.ui.texts import Text

CRM_KINDS = ("accounts", "contacts", "contracts", "usage", "surveys", "tickets")
"""Kinds of CRM record that have a column; the rest is rare."""


def totals(collections: Sequence[CollectionSummary], t: Text) -> str:
    """How much there is, or what to do when there is nothing."""
    if not collections:
        return t("knowledge.empty")
    documents, chunks = sum(c.documents for c in collections), sum(c.chunks for c in collections)
    numbers = {"documents": local_form.number(documents, t.language), "chunks": local_form.number(chunks, t.language)}
    return t("knowledge.totals", **numbers)


def collection_rows(collections: Sequence[CollectionSummary], t: Text, timezone: str) -> list[list[str]]:
    """Kind, name, documents, chunks, last change."""
    return [
        [
            t(f"knowledge.source_{c.source}"),
            collection_name(c.collection, t),
            local_form.number(c.documents, t.language),
            local_form.number(c.chunks, t.language),
            local_form.moment(c.updated, t.language, timezone),
        ]
        for c in collections
    ]


def crm_rows(crm: Sequence[Holding], t: Text, timezone: str) -> list[list[str]]:
    """Name of the export, how many of each kind of record, when it was taken in."""
    return [
        [
            collection_name(one.collection, t),
            *(local_form.number(one.records[kind], t.language) for kind in CRM_KINDS),
            local_form.moment(one.loaded_at, t.language, timezone),
        ]
        for one in crm
    ]


def collection_name(collection: str, t: Text) -> str:
    """The last part of a collection's path; one that was uploaded here says so."""
    path = PurePath(collection)
    return t("knowledge.uploaded", name=path.name) if "uploads" in path.parts else path.name or collection


def document_rows(documents: Sequence[DocumentSummary], t: Text, timezone: str) -> list[list[str]]:
    """Kind, title, reference, last change, what was odd."""
    return [
        [
            t(f"knowledge.source_{d.source}"),
            one_line(d.title, 60),
            d.ref,
            local_form.day(d.updated_at, t.language, timezone),
            one_line(" / ".join(d.warnings), 120),
        ]
        for d in documents
    ]


def document_choice(document: DocumentSummary, t: Text) -> tuple[str, str]:
    """(label, id) for a list to choose from."""
    kind = t(f"knowledge.source_{document.source}")
    return f"{one_line(document.title, 50)} · {kind} · {one_line(document.ref, 50)}", document.id


def failure_rows(failures: Sequence[FailureRecord], crm: Sequence[Holding]) -> list[list[str]]:
    """What, why, what to do: documents, then rows of the CRM."""
    found = [(failure.path, failure.error, failure.hint) for failure in failures]
    found += [failure for one in crm for failure in one.failures]
    return [[path, one_line(error, 200), one_line(hint, 200)] for path, error, hint in found]
