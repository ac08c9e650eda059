"""No search returns what its scope does not admit, whatever is asked and however the index is filled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banso.core.settings import Settings
from banso.knowledge.documents import Document, Scope
from banso.knowledge.index import Knowledge, open_knowledge
from tests.knowledge.builders import HashEmbedder, entry

ACCOUNTS = ("", "acme", "globex")
DAYS = (None, datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Knowledge]:
    knowledge = open_knowledge(Settings(data=tmp_path_factory.mktemp("wall")), HashEmbedder())
    kinds = product(("manual", "ticket", "slack"), ACCOUNTS, ("public", "internal", "private"), ("ja", "en"))
    knowledge.put(
        [
            entry(
                f"{number}", f"契約 renewal of {account or 'all'} number {number}", source=source, account=account,
                visibility=visibility, language=language, product=("", "Flow")[number % 2], updated_at=DAYS[number % 3],
                hidden=number % 7 == 0,
            )
            for number, (source, account, visibility, language) in enumerate(kinds)
        ]
    )  # fmt: skip
    yield knowledge
    knowledge.close()


scopes = st.builds(
    Scope,
    sources=st.lists(st.sampled_from(("manual", "ticket", "slack")), unique=True).map(tuple),
    account=st.sampled_from((*ACCOUNTS, "initech", "' OR 1=1 --")),
    product=st.sampled_from(("", "flow", "Other")),
    languages=st.lists(st.sampled_from(("ja", "en")), unique=True).map(tuple),
    since=st.sampled_from(DAYS),
    until=st.sampled_from(DAYS),
    timeless=st.sampled_from(((), ("manual",), ("manual", "slack"))),
    private=st.booleans(),
    public_only=st.booleans(),
)


def admits(scope: Scope, document: Document) -> bool:
    dated = document.updated_at
    timeless = document.source in scope.timeless
    return (
        document.source in scope.sources
        and document.account in (("", scope.account) if scope.account else ACCOUNTS)
        and (not scope.product or document.product.casefold() == scope.product.casefold())
        and (not scope.languages or document.language in scope.languages)
        and (timeless or scope.since is None or (dated is not None and dated >= scope.since))
        and (timeless or scope.until is None or (dated is not None and dated <= scope.until))
        and (document.visibility != "private" or (scope.private and not scope.public_only))
        and (document.visibility == "public" or not scope.public_only)
    )


@settings(max_examples=60, deadline=None)
@given(scope=scopes, query=st.sampled_from(("契約 renewal", "acme", "globex number", "nothing of it", "契約")))
def test_hits_are_exactly_what_the_scope_admits(knowledge: Knowledge, scope: Scope, query: str) -> None:
    everything = [knowledge.document(summary.id) for summary in knowledge.documents(limit=100)]
    allowed = {d.id for d in everything if admits(scope, d) and int(d.ref) % 7}
    hits = knowledge.search(query, scope, k=100)
    assert {hit.document_id for hit in hits} <= allowed
    assert not any(hit.hidden for hit in hits)
    if query == "契約 renewal":
        assert {hit.document_id for hit in hits} == allowed


def test_a_list_without_private_documents_names_none(knowledge: Knowledge) -> None:
    listed = knowledge.documents(limit=100, private=False)
    assert listed and len(listed) < len(knowledge.documents(limit=100))
    assert not [one for one in listed if knowledge.document(one.id).visibility == "private"]


def test_hidden_text_comes_only_when_asked_for(knowledge: Knowledge) -> None:
    assert any(hit.hidden for hit in knowledge.search("契約", Scope(), k=100, hidden=True))


@settings(max_examples=40, deadline=None)
@given(scope=scopes)
def test_claims_are_held_against_what_the_scope_admits_alone(knowledge: Knowledge, scope: Scope) -> None:
    claims = ["契約 renewal of acme", "globex number", ""]
    everything = [knowledge.document(summary.id) for summary in knowledge.documents(limit=100)]
    allowed = {d.id for d in everything if admits(scope, d) and int(d.ref) % 7}
    found = knowledge.search_claims(claims, knowledge.embedder.queries(claims), scope, k=100)
    assert len(found) == len(claims)
    assert all({hit.document_id for hit in hits} == allowed for hits in found)
