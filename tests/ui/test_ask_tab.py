"""The Ask tab before the first question: an invitation, or what is missing and who can add it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from banso.core.database import open_database
from banso.core.settings import Settings
from banso.core.users import Users
from banso.knowledge.index import open_knowledge
from banso.ui.ask import AskHandlers
from banso.ui.services import Services
from banso.ui.texts import ScreenLanguage, text_of
from tests.knowledge.builders import HashEmbedder, entry

NOBODY: Any = None
"""Stands for a service that this tab does not reach before a question."""


@pytest.mark.parametrize(
    ("name", "language", "what_to_do"),
    [("admin", "ja", "「ナレッジ」タブから"), ("admin", "en", "on the Knowledge tab"),
     ("yui", "ja", "管理者にご依頼ください"), ("ren", "en", "ask an administrator")],
)  # fmt: skip
def test_an_empty_index_says_who_can_fill_it(
    tmp_path: Path, name: str, language: ScreenLanguage, what_to_do: str
) -> None:
    settings = Settings(data=tmp_path)
    with closing(open_database(settings)) as database, closing(open_knowledge(settings, HashEmbedder())) as knowledge:
        users = Users(database)
        for person, role in (("yui", "csm"), ("ren", "reviewer"), ("admin", "admin")):
            users.add(person, role, "correct horse battery")
        names = {"settings": settings, "users": users, "knowledge": knowledge}
        services = Services(**{field: names.get(field, NOBODY) for field in Services.__dataclass_fields__})
        do, request = AskHandlers(services, text_of(language)), gr.Request(username=name)
        said, chat = do.start(request)
        assert what_to_do in said and chat["examples"] == [] and chat["placeholder"] == ""
        knowledge.put([entry("a.md", "words", title="Manual")])
        said, chat = do.start(request)
        assert said == "" and len(chat["examples"]) == 4 and chat["placeholder"] == text_of(language)("ask.empty")
