"""A copilot over files that were really taken in: the real ingestion, a real index, the real graph, any chat model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agents import checkpoints
from agents.models.roster import roster_of
from agents.session import Copilot
from agents.threads import Threads
from banso.core.database import Database
from banso.core.settings import Settings
from banso.crm.embedded import EmbeddedCrm
from banso.knowledge.index import open_knowledge
from banso.review.ledger import Ledger
from ingest.service import ingest_path
from tests.agents.fakes import NOW
from tests.knowledge.builders import HashEmbedder
from tests.review.passing import Passing


def real_copilot(
    settings: Settings, database: Database, sources: Sequence[tuple[str, Path]], model: Any, spare: Any = None
) -> Copilot:
    """Takes the sources in and opens the copilot over them."""
    knowledge = open_knowledge(settings, HashEmbedder())
    for kind, path in sources:
        ingest_path(kind, path, knowledge=knowledge, database=database, settings=settings, confirm=lambda _: True)
    return Copilot(
        knowledge, EmbeddedCrm(database, lambda: NOW), Ledger(database, clock=lambda: NOW, check=Passing()),
        roster_of(model, getattr(model, "name_shown", "test/chat"), spare), settings,
        checkpoints.open_checkpointer(settings), Threads(database, lambda: NOW), clock=lambda: NOW,
    )  # fmt: skip


def write_crm(folder: Path, comment: str = "") -> Path:
    """Two customers; the comment stands in a survey of the first."""
    folder.mkdir(parents=True)
    rows = {
        "accounts.csv": "account_id,name,domain,plan,country,language,owner,status\n"
        "AC-1,株式会社青葉製作所,aoba.example,Business,JP,ja,nishida,active\n"
        "AC-2,Rival Ltd,rival.example,Starter,GB,en,nishida,active\n",
        "contacts.csv": "contact_id,account_id,name,role,email,is_primary\n"
        "CT-1,AC-1,有村 亮,総務,arimura@aoba.example,true\nCT-2,AC-2,Jo Stone,CTO,stone@rival.example,true\n",
        "contracts.csv": "contract_id,account_id,plan,seats,mrr,currency,start_date,renewal_date,auto_renew,status\n"
        "K-1,AC-1,Business,120,120000,JPY,2025-02-01,2027-02-01,true,active\n"
        "K-2,AC-2,Starter,7,770077,GBP,2025-02-01,2027-03-01,true,active\n",
        "surveys.csv": f'account_id,answered_at,kind,score,comment\nAC-1,2026-03-20,nps,8,"{comment}"\n',
    }
    for name, text in rows.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def write_tickets(path: Path, texts: Sequence[tuple[str, str, str, str]]) -> Path:
    """Tickets of (id, account, subject, what the customer wrote)."""
    day = "2026-03-01T09:00:00+09:00"
    lines = [
        {
            "id": ref, "subject": subject, "status": "solved", "created_at": day, "updated_at": day, "account": account,
            "messages": [{"author": "有村", "role": "customer", "at": day, "body": body}],
        }
        for ref, account, subject, body in texts
    ]  # fmt: skip
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    return path


def write_slack(folder: Path, texts: Sequence[str]) -> Path:
    """An export of one channel; each text is a talk of its own."""
    (folder / "support").mkdir(parents=True)
    (folder / "channels.json").write_text(json.dumps([{"id": "C1", "name": "support", "members": ["U1"]}]))
    (folder / "users.json").write_text(json.dumps([{"id": "U1", "name": "mori", "profile": {"real_name": "Mori"}}]))
    said = [
        {"type": "message", "user": "U1", "ts": f"{1772323200 + 7200 * n}.000100", "text": text}
        for n, text in enumerate(texts)
    ]
    (folder / "support" / "2026-03-01.json").write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    return folder
