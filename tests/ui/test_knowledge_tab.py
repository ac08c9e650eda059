"""The Knowledge tab tells nobody about private channels who may not read them."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from banso.core.database import open_database
from banso.core.errors import ConfigError, NotFound, UnknownColumns
from banso.core.settings import Settings
from banso.core.users import Users
from banso.crm.accounts import Account
from banso.crm.embedded import EmbeddedCrm
from banso.crm.store import CrmStore, Outcome
from banso.knowledge.index import open_knowledge
from banso.ui.knowledge import KnowledgeHandlers
from banso.ui.knowledge_columns import FIELDS
from banso.ui.search_trial import TrialHandlers
from banso.ui.services import Services
from banso.ui.texts import text_of
from tests.knowledge.builders import HashEmbedder, entry

NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
NOBODY: Any = None
"""Stands for a service that this tab does not reach."""


@pytest.mark.parametrize(
    ("name", "open_to_all", "sees"), [("yui", False, False), ("yui", True, True), ("admin", False, True)]
)
def test_titles_and_failures_of_private_channels(tmp_path: Path, name: str, open_to_all: bool, sees: bool) -> None:
    settings = Settings(data=tmp_path, private_channels=open_to_all)
    database, knowledge = open_database(settings), open_knowledge(settings, HashEmbedder())
    users = Users(database)
    for person, role in (("yui", "csm"), ("admin", "admin")):
        users.add(person, role, "correct horse battery")
    knowledge.put([entry("C1/1", "words", source="slack", title="deal-desk: discount", visibility="private")])
    knowledge.put([entry("a.md", "words", title="Manual")])
    knowledge.record_failures("slack", "export", [("deal-desk/2026-01-01.json", "not JSON", "", "")])
    names = {"settings": settings, "users": users, "knowledge": knowledge, "crm": EmbeddedCrm(database)}
    services = Services(**{field: names.get(field, NOBODY) for field in Services.__dataclass_fields__})
    try:
        shown = str(KnowledgeHandlers(services, text_of("en")).show("", gr.Request(username=name)))
    finally:
        knowledge.close()
        database.close()
    assert "Manual" in shown
    assert ("deal-desk: discount" in shown, "deal-desk/2026" in shown) == (sees, sees)


class Done:
    def as_json(self) -> dict[str, Any]:
        counts = {"added": 2, "updated": 0, "unchanged": 0, "deleted": 0, "failed": 0}
        return {"documents": counts, "seconds": 0.1, "failures": []}


def handlers(tmp_path: Path, ingest: Any) -> tuple[KnowledgeHandlers, Any]:
    settings = Settings(data=tmp_path / "data")
    database = open_database(settings)
    users = Users(database)
    for person, role in (("yui", "csm"), ("admin", "admin")):
        users.add(person, role, "correct horse battery")
    names = {"settings": settings, "users": users, "ingest": ingest}
    services = Services(**{field: names.get(field, NOBODY) for field in Services.__dataclass_fields__})
    return KnowledgeHandlers(services, text_of("en")), database


def test_columns_of_an_unknown_ticket_file_are_asked_for_kept_and_used(tmp_path: Path) -> None:
    def ingest(kind: str, path: Path, _progress: object) -> Done:
        if path.name == "bad.csv":
            raise ConfigError("bad.csv is empty", "")
        if not path.with_name(f"{path.name}.mapping.yaml").exists():
            raise UnknownColumns("?", "", columns=["No", "Q"], rows=[["1", "Why?"]], guess={"id": "No"})
        return Done()

    do, database = handlers(tmp_path, ingest)
    admin, progress = gr.Request(username="admin"), gr.Progress()
    for name in ("bad.csv", "own.csv"):
        (tmp_path / name).write_text("No,Q\n1,Why?\n")
    said, panel, sample, *choices, path = do.upload(
        "tickets", [str(tmp_path / "bad.csv"), str(tmp_path / "own.csv")], admin, progress
    )
    assert "csv is empty" in said and "The columns of" in said
    assert panel["visible"] and sample["value"]["data"] == [["1", "Why?"]]
    assert (choices[0]["value"], len(choices)) == ("No", len(FIELDS))
    assert "number" in do.use_columns(path, [""] * len(FIELDS), admin, progress)[0]
    chosen = ["No", "", "Q", *[""] * (len(FIELDS) - 3)]
    for stranger in (gr.Request(username="yui"),):
        with pytest.raises(gr.Error):
            do.use_columns(path, chosen, stranger, progress)
    outside = do.use_columns(str(tmp_path / "elsewhere.csv"), chosen, admin, progress)
    assert not (tmp_path / "elsewhere.csv.mapping.yaml").exists() and outside[1]["visible"] is False
    said, panel, *_ = do.use_columns(path, chosen, admin, progress)
    database.close()
    assert "2" in said and panel["visible"] is False


def test_the_crm_is_shown_with_what_failed_or_said_to_be_empty(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    database, knowledge = open_database(settings), open_knowledge(settings, HashEmbedder())
    users = Users(database)
    users.add("yui", "csm", "correct horse battery")
    names = {"settings": settings, "users": users, "knowledge": knowledge, "crm": EmbeddedCrm(database)}
    services = Services(**{field: names.get(field, NOBODY) for field in Services.__dataclass_fields__})
    do, request, store = KnowledgeHandlers(services, text_of("en")), gr.Request(username="yui"), CrmStore(database)
    try:
        empty = do.show("", request)
        records = {"accounts": [Account(id="A1", name="Aozora"), Account(id="A2", name="Northwind")]}
        outcome = Outcome(fingerprint="x", rows=2, failures=(("usage.csv, row 3", "not a date: never", "correct it"),))
        store.apply("/exports/crm", store.compare("/exports/crm", records), outcome)
        shown = do.show("", request)
    finally:
        knowledge.close()
        database.close()
    assert (empty[5]["visible"], empty[6]) == (False, text_of("en")("knowledge.crm_empty"))
    assert (shown[5]["visible"], shown[5]["value"][0][:3], shown[6]) == (True, ["crm", "2", "0"], "")
    assert shown[7]["value"] == [["usage.csv, row 3", "not a date: never", "correct it"]]


class Trial:
    """The panel over three documents and one customer."""

    def __init__(self, folder: Path, **chosen: Any) -> None:
        settings = Settings(data=folder, **chosen)
        self.database, self.knowledge = open_database(settings), open_knowledge(settings, HashEmbedder())
        users, crm = Users(self.database), CrmStore(self.database)
        for person, role in (("yui", "csm"), ("admin", "admin")):
            users.add(person, role, "correct horse battery")
        outcome = Outcome(fingerprint="x", rows=1, failures=())
        crm.apply("/crm", crm.compare("/crm", {"accounts": [Account(id="A1", name="Aozora")]}), outcome)
        text = "The discount is decided by <img src=x> the desk."
        self.knowledge.put(
            [
                entry("C1/1", text, source="slack", title="deal-desk", visibility="private"),
                entry("a.md", text, title="[Open](javascript:x)", visibility="public"),
                entry("T-2", text, source="ticket", title="Another customer's", account="A2"),
            ]
        )
        names = {"settings": settings, "users": users, "knowledge": self.knowledge, "crm": EmbeddedCrm(self.database)}
        self.services = Services(**{field: names.get(field, NOBODY) for field in Services.__dataclass_fields__})

    def find(self, question: str, account: str = "", name: str = "yui", language: Any = "en") -> str:
        do = TrialHandlers(self.services, text_of(language), lambda: NOW)
        return do.find(question, account, gr.Request(username=name))

    def close(self) -> None:
        self.knowledge.close()
        self.database.close()


@pytest.mark.parametrize("name", ["yui", "admin"])
@pytest.mark.parametrize("open_to_all", [False, True])
def test_a_tried_search_sees_what_the_ask_tab_would_see(tmp_path: Path, name: str, open_to_all: bool) -> None:
    with closing(Trial(tmp_path, private_channels=open_to_all)) as trial:
        everyone, customer = trial.find("discount", name=name), trial.find("discount", "A1", name)
    assert ("deal&#45;desk" in everyone, "deal&#45;desk" in customer) == (open_to_all, open_to_all)
    assert "T&#45;2" in everyone and "T&#45;2" not in customer


def test_a_tried_search_tells_why_and_shows_text_as_text(tmp_path: Path) -> None:
    with closing(Trial(tmp_path)) as trial:
        en, ja = trial.find("Who decides the discount?"), trial.find("Who decides the discount?", language="ja")
        for shown in (en, ja):
            assert "<img" not in shown and "](javascript" not in shown and 'href="/source/' in shown
        assert "by words&#58; place 1" in en and "likely to answer" in en
        assert "語の一致 1 位" in ja
        assert trial.find(" ") == text_of("en")("trial.empty")
        assert trial.find("discount", "A9").startswith(text_of("en")("ask.failed", reason=""))
        with pytest.raises(NotFound):
            trial.find("discount", name="nobody")


def test_a_tried_search_is_narrowed_to_the_period_and_says_so(tmp_path: Path) -> None:
    with closing(Trial(tmp_path)) as trial:
        march, january = datetime(2026, 3, 10, tzinfo=UTC), datetime(2026, 1, 10, tzinfo=UTC)
        for ref, day in (("T-3", march), ("T-4", january)):
            text = f"The certificate of {ref} had expired."
            trial.knowledge.put([entry(ref, text, source="ticket", language="en", updated_at=day)])
        en = trial.find("Whose certificate had expired last month?")
        ja = trial.find("先月 certificate had expired は？", language="ja")
        wide = trial.find("Whose certificate had expired in February?")
    assert "T&#45;3" in en and "T&#45;4" not in en
    for words in ("last month", "2026&#45;03&#45;01 to 2026&#45;03&#45;31", "manuals whole"):
        assert words in en
    assert "T&#45;3" in ja and "T&#45;4" not in ja and "「先月」により" in ja
    assert "T&#45;3" in wide and "T&#45;4" in wide and "all times were searched" in wide


def test_several_questions_are_tried_one_by_one(tmp_path: Path) -> None:
    with closing(Trial(tmp_path)) as trial:
        trial.knowledge.put([entry("api.md", "The API limit is 120 requests a minute.", language="en")])
        both = trial.find("What is the API limit? Who decides about the discount?")
        alone = trial.find("What is the API limit?")
    first, second = both.split("<h4")[1:]
    assert "What is the API limit?" in first and first.index("api&#46;md") < first.index("a&#46;md")
    assert "Who decides about the discount?" in second and "by words&#58; place 1" in second
    assert "<h4" not in alone


def test_a_search_in_an_empty_index_says_so(tmp_path: Path) -> None:
    with closing(Trial(tmp_path)) as trial:
        trial.knowledge.remove([one.id for one in trial.knowledge.documents()])
        assert trial.find("discount", language="ja") == text_of("ja")("trial.nothing")
