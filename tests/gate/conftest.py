"""A small company before the gate: three customers in a real CRM, and an index of a few pages in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from banso.core.database import Database
from banso.core.errors import NotFound
from banso.core.settings import Settings
from banso.crm.accounts import Account, Contact, Contract, CrmTicket, Stored
from banso.crm.store import CrmStore, Outcome
from banso.gate.gate import Gate
from banso.knowledge.documents import Citation, Document, Hit, Scope
from banso.knowledge.embedding import Embedder, Vectors
from banso.knowledge.support import words
from banso.review.drafts import DraftVersion
from banso.review.gate_report import GateReport
from tests.review.conftest import populate

PAGES = (
    ("manual", "lock.md", "", "public", "アカウントは10回続けて失敗するとロックされ、30分後に解除されます。"),
    (
        "manual",
        "rate.md",
        "",
        "public",
        "Business tenants may send 120 requests a minute. Write to help@vendor.example.",
    ),
    ("slack", "general/1", "", "internal", "英語の電話窓口は2027年の春に試験的に始めると社内で決まりました。"),
    (
        "ticket",
        "T-900",
        "AC-0002",
        "internal",
        "夜間バッチで証明書の失効確認が止まり、認証基盤の再起動で復旧しました。",
    ),
)


class Numbers:
    """Vectors that nobody compares: how many sentences were asked for is what counts."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []

    def queries(self, texts: Sequence[str]) -> Vectors:
        self.asked.append(tuple(texts))
        return np.zeros((len(texts), 4), dtype=np.float32)


class Pages:
    """The library of the tests: word overlap instead of an index, the same scopes."""

    embedder: Embedder = Numbers()  # type: ignore[assignment]
    stored: ClassVar[dict[str, Document]] = {}

    def search(self, query: str, scope: Scope, k: int = 10) -> list[Hit]:
        seen = [
            _hit(*page)
            for page in PAGES
            if page[0] in scope.sources
            and (not scope.public_only or page[3] == "public")
            and (not scope.account or page[2] in ("", scope.account))
        ]
        return sorted(seen, key=lambda hit: -len(words(query) & words(hit.text)))[:k]

    def search_claims(self, claims: Sequence[str], vectors: Vectors, scope: Scope, k: int = 10) -> list[list[Hit]]:
        assert len(vectors) == len(claims)
        return [self.search(claim, scope, k) for claim in claims]

    def document(self, document_id: str) -> Document:
        if document_id not in self.stored:
            raise NotFound(document_id)
        return self.stored[document_id]


def _hit(source: str, ref: str, account: str, visibility: str, text: str) -> Hit:
    return Hit.model_validate(
        {
            "chunk_id": ref,
            "document_id": ref,
            "source": source,
            "collection": "c",
            "ref": ref,
            "title": ref,
            "text": text,
            "start": 0,
            "end": len(text),
            "score": 1.0,
            "account": account,
            "visibility": visibility,
        }
    )


class Desk:
    """A gate, and a short way to put a text before it."""

    def __init__(self, database: Database) -> None:
        self.gate = Gate(Pages, database)

    def __call__(
        self,
        body: str,
        subject: str = "ご案内",
        account: str = "AC-0001",
        evidence: tuple[Citation, ...] = (),
        recipient: str = "ono@aoba.example",
    ) -> GateReport:
        return self.gate.report(
            DraftVersion(
                draft="dr",
                version=1,
                account=account,
                recipient=recipient,
                subject=subject,
                body=body,
                evidence=evidence,
                author="aoki",
                via="agent",
                thread="",
                created_at="",
                expires_at="",
                hash="h",
            )
        )


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    url = Settings(data=tmp_path).database
    populate(url)
    database = Database(url)
    store = CrmStore(database)
    records: dict[str, list[Stored]] = {
        "accounts": [
            Account(id="AC-0001", name="株式会社青葉工房", kana="アオバコウボウ", domain="aoba.example"),
            Account(id="AC-0002", name="株式会社みなと商事", kana="ﾐﾅﾄｼｮｳｼﾞ", domain="minato-shoji.example"),
            Account(id="AC-0003", name="Kestrel Robotics Inc.", domain="kestrel-rb.example"),
            Account(id="AC-0004", name="Target Inc.", domain="target-co.example"),
            Account(id="AC-0006", name="Orchard Lane Clinics", domain="orchardlane.example"),
            Account(id="AC-0007", name="Barrow & Field LLC", domain="barrowfield.example"),
            Account(id="AC-0005", name="株式会社ひかり", kana="ヒカリ", domain="hikari.example"),
        ],
        "contacts": [
            Contact(
                id="1",
                account_id="AC-0002",
                name="黒川 真由美",
                kana="クロカワ マユミ",
                email="kurokawa@minato-shoji.example",
            ),
            Contact(id="2", account_id="AC-0001", name="小野 健", email="ono@aoba.example", phone="03-5555-0101"),
        ],
        "contracts": [Contract(id="CN-0002-3", account_id="AC-0002", seats=340, mrr="612000", currency="JPY")],
        "tickets": [CrmTicket(id="TK-1157", account_id="AC-0002")],
    }
    store.apply("crm", store.compare("crm", records), Outcome(fingerprint="f", rows=0))
    yield Desk(database)
    database.close()
