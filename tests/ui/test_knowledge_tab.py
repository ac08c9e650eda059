"""The Knowledge tab tells nobody about private channels who may not read them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from banso.core.database import open_database
from banso.core.settings import Settings
from banso.core.users import Users
from banso.knowledge.index import open_knowledge
from banso.ui.knowledge import KnowledgeHandlers
from banso.ui.services import Services
from banso.ui.texts import text_of
from tests.knowledge.builders import HashEmbedder, entry

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
    services = Services(settings, users, NOBODY, knowledge, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY)
    try:
        shown = str(KnowledgeHandlers(services, text_of("en")).show("", gr.Request(username=name)))
    finally:
        knowledge.close()
        database.close()
    assert "Manual" in shown
    assert ("deal-desk: discount" in shown, "deal-desk/2026" in shown) == (sees, sees)
