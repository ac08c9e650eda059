"""Small stand-ins that go in through the same doors as the real parts."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.tool import ToolCallChunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import Field

from banso.core.errors import NotFound
from banso.crm.accounts import Account, AccountOverview, Contact, Contract
from banso.crm.holdings import Holding
from banso.knowledge.documents import Document, Hit, Scope
from banso.knowledge.fitting import fitted, wanted

NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)


def tokens(text: str) -> list[str]:
    low = text.casefold()
    words = re.findall(r"[a-z0-9\-]+", low)
    for run in re.findall(r"[ぁ-んァ-ヺー一-鿿々]+", low):
        words += [run[i : i + 2] for i in range(max(1, len(run) - 1))]
    return words


class BagEmbedder:
    """Cosine of shared words, raised to where e5 has it: 0.7 for nothing shared, 1 for the same."""

    name, dimension, max_tokens = "bag", 257, 512

    def passages(self, texts: Sequence[str]) -> np.ndarray:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in set(tokens(text)):
                row[zlib.crc32(word.encode()) % 256] += 0.3
            row[256] = 1.6 * np.linalg.norm(row) if row.any() else 1.0
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    queries = passages

    def count_tokens(self, text: str) -> int:
        return len(text)


class ListKnowledge:
    """Searches a list of documents by shared words; each document is one chunk."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents, self.asked = list(documents), []
        self._embedder = BagEmbedder()

    def search(self, query: str, scope: Scope, k: int = 10) -> list[Hit]:
        self.asked.append((query, scope))
        seen = [d for d in self.documents if self._visible(d, scope)]
        hits = sorted((self._hit(query, document) for document in seen), key=lambda hit: -hit.score)
        return fitted(hits, wanted(query, scope.installed, [hit.version for hit in hits]))[:k]

    def completed(self, hits: Sequence[Hit], scope: Scope) -> list[Hit]:
        return list(hits)

    def document(self, document_id: str) -> Document:
        for document in self.documents:
            if document.id == document_id:
                return document
        raise NotFound(f"no document {document_id}")

    def close(self) -> None:
        pass

    def _visible(self, document: Document, scope: Scope) -> bool:
        account = not scope.account or document.account in ("", scope.account)
        private = scope.private or document.visibility != "private"
        language = not scope.languages or document.language in scope.languages
        when, timeless = document.updated_at, document.source in scope.timeless
        since = timeless or scope.since is None or (when is not None and when >= scope.since)
        until = timeless or scope.until is None or (when is not None and when <= scope.until)
        return account and private and language and since and until and document.source in scope.sources

    def _hit(self, query: str, document: Document) -> Hit:
        wanted, there = set(tokens(query)), set(tokens(document.title + " " + document.text))
        share = len(wanted & there) / (len(wanted) or 1)
        dense = 0.78 + 0.2 * share
        return Hit(
            chunk_id=f"{document.id}:0", document_id=document.id, source=document.source, collection="test",
            ref=document.ref, title=document.title, text=document.text, start=0, end=len(document.text),
            score=share, lexical=share * 10, dense=dense, coverage=share, language=document.language,
            account=document.account, visibility=document.visibility, updated_at=document.updated_at,
            superseded_by=document.superseded_by, status=document.status, product=document.product,
            version=document.version,
        )  # fmt: skip


class ListCrm:
    """Two customers."""

    def __init__(self) -> None:
        self._accounts = {
            "AC-1": Account(
                id="AC-1", name="株式会社青葉製作所", domain="aoba.example", language="ja", plan="Business"
            ),
            "AC-2": Account(id="AC-2", name="Rival Ltd", domain="rival.example", language="en", plan="Starter"),
        }

    def find(self, text: str) -> Account:
        for account in self._accounts.values():
            if text in (account.id, account.name, account.domain) or text in account.name:
                return account
        raise NotFound(f"no account {text!r}")

    def mentioned(self, text: str, limit: int = 5) -> list[Account]:
        return [a for a in self._accounts.values() if a.name in text or a.id in text][:limit]

    def get(self, account_id: str) -> Account:
        if account_id not in self._accounts:
            raise NotFound(f"no account {account_id!r}")
        return self._accounts[account_id]

    def plans(self) -> list[str]:
        return ["Business", "Enterprise", "Starter"]

    def editions(self) -> list[str]:
        return sorted({account.edition for account in self._accounts.values() if account.edition})

    def holdings(self) -> list[Holding]:
        return []

    def accounts(self, matching: str = "", limit: int = 50) -> list[Account]:
        return [a for a in self._accounts.values() if matching in a.name][:limit]

    def contacts(self, account_id: str) -> list[Contact]:
        domain = self.get(account_id).domain
        return [Contact(id="C1", account_id=account_id, name="有村 亮", email=f"arimura@{domain}", is_primary=True)]

    def overview(self, account_id: str) -> AccountOverview:
        contract = Contract(id="K1", account_id=account_id, plan="Business", seats=120, renewal_date=date(2027, 2, 1))
        return AccountOverview(
            account=self.get(account_id), today=date(2026, 4, 1), contracts=(contract,), plan="Business", seats=120,
            renewal_date=date(2027, 2, 1), days_left=306, contacts=tuple(self.contacts(account_id)),
        )  # fmt: skip


class ScriptedChat(BaseChatModel):
    """Says what a script says, one reply a call: a text, or a list of (tool, arguments)."""

    script: list[Any]
    seen: list[Any] = Field(default_factory=list)
    said: int = 0

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Any:
        return self.bind(tools=[tool.name for tool in tools])

    def _generate(self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **kwargs: Any) -> Any:
        return ChatResult(generations=[ChatGeneration(message=self._next(messages))])

    def _stream(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        import json

        reply = self._next(messages)
        calls = [
            ToolCallChunk(name=c["name"], args=json.dumps(c["args"]), id=c["id"], index=i)
            for i, c in enumerate(reply.tool_calls)
        ]
        if calls:
            yield ChatGenerationChunk(message=AIMessageChunk(content="", tool_call_chunks=calls))
        for piece in re.findall(r".{1,7}", reply.text, re.S) or ([""] if not calls else []):
            yield ChatGenerationChunk(message=AIMessageChunk(content=piece))

    def _next(self, messages: list[BaseMessage]) -> AIMessage:
        self.seen.append(list(messages))
        step = self.script[min(self.said, len(self.script) - 1)]
        self.said += 1
        if isinstance(step, str):
            return AIMessage(step)
        calls = [
            {"name": n, "args": a, "id": f"c{self.said}_{i}", "type": "tool_call"} for i, (n, a) in enumerate(step)
        ]
        return AIMessage("", tool_calls=calls)


def manual(ref: str, title: str, text: str, language: str = "ja", **more: Any) -> Document:
    values = {"visibility": "public", "updated_at": NOW, **more}
    return Document(source="manual", collection="test", ref=ref, title=title, text=text, language=language, **values)


def ticket(ref: str, text: str, account: str, language: str = "ja") -> Document:
    return Document(
        source="ticket", collection="test", ref=ref, title=ref, text=text, language=language, account=account,
        status="solved", updated_at=NOW,
    )  # fmt: skip


LOCK_JA = manual(
    "lock.md",
    "アカウントのロック",
    "HR-1007 はアカウントがロックされたことを表すエラーです。30分待つとロックは自動で解除されます。"
    "管理者は「管理 > ユーザー > ロック解除」で、すぐにロックを解除できます。",
)
LIMIT_EN = manual(
    "limits.md",
    "API limits",
    "The Business plan allows 120 API requests a minute. The Enterprise plan allows 600 API requests a minute.",
    language="en",
)
OWN = ticket("TK-1", "お客様専用の回避策として、夜間に一括取り込みを分割して実行する運用にしました。", "AC-1")
FOREIGN = ticket("TK-2", "Rival Ltd は月額を特別に四割引きとする秘密の契約を結んでいます。", "AC-2")
DOCUMENTS = (LOCK_JA, LIMIT_EN, OWN, FOREIGN)
