"""The data folder holds customers' words and password hashes: other users of the machine do not read it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from banso.core.database import open_database
from banso.core.settings import Settings
from banso.knowledge.index import open_knowledge
from banso.ui.web import session_key
from tests.knowledge.builders import HashEmbedder


@pytest.mark.skipif(os.name != "posix", reason="modes of folders exist on POSIX systems")
@pytest.mark.parametrize("first", ["database", "knowledge", "session key"])
def test_a_new_data_folder_is_its_owners_alone(tmp_path: Path, first: str) -> None:
    settings = Settings(data=tmp_path / "data")
    if first == "database":
        open_database(settings).close()
    elif first == "knowledge":
        open_knowledge(settings, HashEmbedder()).close()
    else:
        session_key(settings.data)
    assert settings.data.stat().st_mode & 0o077 == 0
