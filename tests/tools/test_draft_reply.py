from __future__ import annotations

from typing import Any

import pytest

from banso.core.database import Database
from banso.core.errors import NotFound
from banso.core.users import Users
from banso.knowledge.documents import Scope
from banso.review.drafts import DraftVersion
from banso.review.ledger import Ledger
from tests.agents.fakes import FOREIGN, LOCK_JA, OWN, ListCrm, ListKnowledge
from tools.addressee import AccountAddressee
from tools.draft_reply import internal_quotes, make_draft_reply
from tools.evidence import Evidence


@pytest.fixture
def ledger(database: Database) -> Ledger:
    Users(database).add("sato", "csm", "long enough 1")
    return Ledger(database)


def everything() -> Evidence:
    hits = ListKnowledge([LOCK_JA, OWN, FOREIGN]).search("ロック", Scope())
    return Evidence(sorted(hits, key=lambda hit: hit.ref))  # 1: TK-1 (AC-1), 2: TK-2 (AC-2), 3: the manual


def tool(ledger: Ledger, filed: list[DraftVersion], account: str = "AC-1", language: str = "ja") -> Any:
    return make_draft_reply(
        ledger, AccountAddressee(ListCrm(), account, language), account=account, author="sato", thread="th_1",
        evidence=everything(), filed=filed.append, language=language,
    )  # fmt: skip


def test_files_with_the_evidence_named_and_without_markers_in_the_body(ledger: Ledger) -> None:
    filed: list[DraftVersion] = []
    tool(ledger, filed).invoke({"subject": "件名", "body": "30分で解除されます [3]。", "sources": [1]})
    (made,) = filed
    assert made.body == "30分で解除されます。" and made.account == "AC-1" and made.recipient == "arimura@aoba.example"
    assert {c.ref for c in made.evidence} == {"lock.md", "TK-1"}


def test_another_accounts_passage_is_refused(ledger: Ledger) -> None:
    with pytest.raises(NotFound, match="TK-2"):
        tool(ledger, []).invoke({"subject": "件名", "body": "本文", "sources": [2]})
    assert ledger.queue() == []


@pytest.mark.parametrize(
    "to", ["x@evil.example", "arimura@rival.example", "x@aoba.example.evil.example", "aoba.example"]
)
def test_a_stranger_is_refused(ledger: Ledger, to: str) -> None:
    with pytest.raises(NotFound, match=r"arimura@aoba\.example"):
        tool(ledger, []).invoke({"subject": "件名", "body": "本文", "recipient": to})


def test_unfit_content_comes_back_as_a_sentence(ledger: Ledger) -> None:
    with pytest.raises(NotFound):
        tool(ledger, []).invoke({"subject": "二行の\n件名", "body": "本文"})


def test_no_account_no_draft(ledger: Ledger) -> None:
    with pytest.raises(NotFound, match="Choose the customer"):
        tool(ledger, [], account="", language="en").invoke({"subject": "s", "body": "b"})


def test_internal_words_are_noticed() -> None:
    hits = everything().hits
    assert [h.ref for h in internal_quotes(OWN.text, hits)] == ["TK-1"]
    assert internal_quotes(LOCK_JA.text, hits) == ()
