"""What is put in is found, what is replaced or removed is not, and no other folder or model is mixed in."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from banso.core.errors import ConfigError, NotFound
from banso.core.settings import Settings
from banso.knowledge.documents import Scope
from banso.knowledge.index import Knowledge, open_knowledge
from banso.knowledge.schema import connect
from tests.knowledge.builders import HashEmbedder, entry

ALL = Scope(private=True)


@pytest.fixture
def knowledge(settings: Settings) -> Iterator[Knowledge]:
    knowledge = open_knowledge(settings, HashEmbedder())
    yield knowledge
    knowledge.close()


def refs(knowledge: Knowledge, query: str, scope: Scope = ALL, k: int = 10) -> list[str]:
    return [hit.ref for hit in knowledge.search(query, scope, k)]


def test_a_stored_document_comes_back_as_it_was(knowledge: Knowledge) -> None:
    stored = entry("a.md", "請求書を発行する。", "支払い方法を変更する。", language="ja", url="https://example.com/a")
    knowledge.put([stored])
    assert knowledge.document(stored.document.id) == stored.document
    assert knowledge.chunks(stored.document.id) == list(stored.chunks)
    assert knowledge.fingerprints("manual", "docs") == {"a.md": "1"}
    assert knowledge.fingerprints("ticket", "docs") == {}


def test_a_hit_carries_its_place_and_its_signals(knowledge: Knowledge) -> None:
    knowledge.put([entry("a.md", "エラー E-1024 のとき再起動する。", language="ja"), entry("b.md", "Unrelated words.")])
    hit = knowledge.search("e1024", ALL)[0]
    assert (hit.ref, hit.text[: hit.end - hit.start], hit.language) == ("a.md", hit.text, "ja")
    assert hit.lexical > 0
    assert hit.coverage == pytest.approx(1.0)
    assert 0 < hit.dense <= 1.001
    assert 0 <= hit.score <= 1


def test_putting_again_replaces(knowledge: Knowledge) -> None:
    knowledge.put([entry("a.md", "alpha one", "alpha two")])
    knowledge.put([entry("a.md", "beta", fingerprint="2")])
    assert [hit.text for hit in knowledge.search("alpha beta", ALL)] == ["beta"]
    assert knowledge.fingerprints("manual", "docs") == {"a.md": "2"}
    assert (knowledge.stats().documents, knowledge.stats().chunks, knowledge.stats().pending) == (1, 1, 0)


def test_a_removed_document_is_gone_from_everywhere(knowledge: Knowledge, settings: Settings) -> None:
    kept, gone = entry("kept.md", "ordinary text"), entry("gone.md", "zebrazebra secret")
    knowledge.put([kept, gone])
    with closing(sqlite3.connect(settings.data / "knowledge.db")) as db:
        pages = "SELECT content FROM documents WHERE id = ?1"
        rows = f"{pages} UNION SELECT hit FROM texts JOIN chunks USING (key) WHERE document_id = ?1"
        packed = [row[0] for row in db.execute(rows, (gone.document.id,))]
    assert knowledge.remove([gone.document.id, "unknown"]) == 1
    assert refs(knowledge, "zebrazebra") in ([], ["kept.md"])
    with pytest.raises(NotFound):
        knowledge.document(gone.document.id)
    knowledge.close()
    # As on the command line, in a process that never held the text: Chroma writes out memory that it has not cleared.
    _elsewhere(_REBUILD, settings)
    left = b"".join(path.read_bytes() for path in settings.data.rglob("*") if path.is_file())
    assert len(packed) == 2
    assert not [trace for trace in (b"zebrazebra", *packed) if trace in left]


def test_an_empty_document_and_an_empty_question(knowledge: Knowledge) -> None:
    knowledge.put([entry("empty.md")])
    assert knowledge.search("anything", ALL) == []
    knowledge.put([entry("a.md", "text")])
    assert knowledge.search("  ", ALL) == []
    assert knowledge.search('"*() AND NEAR OR ^ -', ALL) is not None
    assert refs(knowledge, "text", k=1) == ["a.md"]


def test_the_same_text_is_embedded_once(settings: Settings) -> None:
    embedder = HashEmbedder()
    knowledge = open_knowledge(settings, embedder)
    knowledge.put([entry("a.md", "the same"), entry("b.md", "another")])
    knowledge.rebuild()
    knowledge.put([entry("a.md", "the same", fingerprint="2")])
    assert len(embedder.embedded) == 2
    knowledge.close()


def test_a_replaced_page_sinks_and_an_older_copy_stands_behind_the_newest(knowledge: Knowledge) -> None:
    old, new = datetime(2024, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    knowledge.put(
        [
            entry("v1.md", "how to export a report", title="Export", updated_at=old, superseded_by="v2.md"),
            entry("v2.md", "how to export a report today", title="Export", updated_at=new),
            entry("copy1", "reset the password here", source="ticket", title="Reset", updated_at=old),
            entry("copy2", "reset the password here", source="ticket", title="Reset", updated_at=new),
        ]
    )
    assert refs(knowledge, "how to export a report")[0] == "v2.md"
    newest = knowledge.search("reset the password", ALL)[0]
    assert (newest.ref, [variant.ref for variant in newest.variants]) == ("copy2", ["copy1"])


def test_one_document_does_not_fill_the_page(knowledge: Knowledge) -> None:
    knowledge.put([entry("long.md", *[f"export report part {n}" for n in range(8)]), entry("short.md", "export data")])
    assert "short.md" in refs(knowledge, "export report", k=5)
    assert refs(knowledge, "export report", Scope(), k=9).count("long.md") == 8


def test_lists_and_totals(knowledge: Knowledge) -> None:
    knowledge.put([entry("a.md", "x", title="請求"), entry("b_c.md", "y"), entry("T1", "z", source="ticket")])
    assert [d.ref for d in knowledge.documents(matching="請求")] == ["a.md"]
    assert [d.ref for d in knowledge.documents(matching="_")] == ["b_c.md"]
    assert [d.ref for d in knowledge.documents(source="ticket")] == ["T1"]
    assert len(knowledge.documents(limit=1, offset=2)) == 1
    assert [(c.source, c.documents, c.chunks) for c in knowledge.collections()] == [("manual", 2, 2), ("ticket", 1, 1)]


def test_failures_are_those_of_the_last_run(knowledge: Knowledge) -> None:
    knowledge.record_failures("manual", "docs", [("a.pdf", "no text layer", "run OCR", "f1")])
    knowledge.record_failures("ticket", "t", [("t.csv:3", "no id", "", "")])
    knowledge.record_failures("manual", "docs", [])
    assert [(f.path, f.error) for f in knowledge.failures()] == [("t.csv:3", "no id")]


@pytest.mark.parametrize("other", [HashEmbedder("other"), HashEmbedder(dimension=32)])
def test_vectors_of_two_models_are_not_mixed(settings: Settings, other: HashEmbedder) -> None:
    knowledge = open_knowledge(settings, HashEmbedder())
    knowledge.put([entry("a.md", "alpha")])
    knowledge.close()
    with pytest.raises(ConfigError, match="was built with hash") as refused:
        open_knowledge(settings, other)
    assert "python -m ingest rebuild" in refused.value.hint
    knowledge = open_knowledge(settings, other, rebuild=True)
    assert refs(knowledge, "alpha") == ["a.md"]
    knowledge.close()


def test_an_empty_index_takes_any_model(settings: Settings) -> None:
    open_knowledge(settings, HashEmbedder()).close()
    knowledge = open_knowledge(settings, HashEmbedder("other", 16))
    assert (knowledge.stats().embedding, knowledge.stats().dimension) == ("other", 16)
    knowledge.close()


def test_two_folders_share_nothing(tmp_path: Path) -> None:
    one = open_knowledge(Settings(data=tmp_path / "one"), HashEmbedder())
    two = open_knowledge(Settings(data=tmp_path / "two"), HashEmbedder())
    one.put([entry("a.md", "alpha")])
    assert refs(two, "alpha") == []
    two.put([entry("b.md", "alpha")])
    assert (refs(one, "alpha"), refs(two, "alpha")) == (["a.md"], ["b.md"])
    one.close()
    two.close()


def test_a_file_of_a_newer_version_is_refused(settings: Settings) -> None:
    settings.data.mkdir(parents=True)
    with closing(sqlite3.connect(settings.data / "knowledge.db")) as db:
        db.execute("PRAGMA user_version=99")
    with pytest.raises(ConfigError, match="newer version") as refused:
        open_knowledge(settings, HashEmbedder())
    assert "update the program" in refused.value.hint


def test_a_damaged_file_is_named(settings: Settings) -> None:
    settings.data.mkdir(parents=True)
    (settings.data / "knowledge.db").write_bytes(b"no database" * 500)
    with pytest.raises(ConfigError, match=r"knowledge\.db") as refused:
        open_knowledge(settings, HashEmbedder())
    assert "backup" in refused.value.hint


def test_a_damaged_row_stops_neither_searching_nor_erasing(settings: Settings) -> None:
    broken = entry("broken.md", "alpha broken")
    with closing(open_knowledge(settings, HashEmbedder())) as knowledge:
        knowledge.put([broken, entry("whole.md", "alpha whole")])
    with closing(sqlite3.connect(settings.data / "knowledge.db")) as db:
        db.execute("UPDATE texts SET hit = x'00' WHERE key = (SELECT min(key) FROM texts)")
        db.commit()
    with closing(open_knowledge(settings, HashEmbedder())) as knowledge:
        assert refs(knowledge, "alpha") == ["whole.md"]
        assert knowledge.remove([broken.document.id]) == 1
    with closing(open_knowledge(settings, HashEmbedder())) as knowledge:
        assert refs(knowledge, "alpha whole") == ["whole.md"]
        assert knowledge.rebuild() == 1
        assert knowledge.search("alpha whole", ALL)[0].lexical > 0


_AS_VERSION_1 = """
UPDATE texts SET hit = unpacked(hit);
UPDATE documents SET body = json_patch(body, unpacked(content));
ALTER TABLE documents DROP COLUMN content;
ALTER TABLE failures DROP COLUMN fingerprint;
DROP INDEX chunks_digest; ALTER TABLE chunks ADD COLUMN hit TEXT NOT NULL DEFAULT '';
UPDATE chunks SET hit = (SELECT hit FROM texts WHERE texts.key = chunks.key);
DROP TABLE texts; PRAGMA user_version=1;
"""


def test_a_file_of_an_older_version_is_brought_up_to_date(settings: Settings) -> None:
    with closing(open_knowledge(settings, HashEmbedder())) as knowledge:
        knowledge.put([entry("a.md", "alpha"), entry("b.md", "bravo")])
        before = knowledge.search("alpha", ALL)
        page = knowledge.document(before[0].document_id)
    with closing(connect(settings.data / "knowledge.db")) as db:
        db.executescript(_AS_VERSION_1)
    with closing(open_knowledge(settings, HashEmbedder())) as knowledge:
        assert knowledge.search("alpha", ALL) == before
        assert knowledge.document(page.id) == page
        knowledge.put([entry("a.md", "charlie", fingerprint="2")])
        assert refs(knowledge, "charlie", k=1) == ["a.md"]
        assert knowledge.rebuild() == 2


_PREPARE = """
import sys
from pathlib import Path
from banso.core.settings import Settings
from banso.knowledge.index import open_knowledge
from tests.knowledge.builders import HashEmbedder, entry
settings = Settings(data=Path(sys.argv[1]))
"""
_WRITER = """
knowledge = open_knowledge(settings, HashEmbedder())
knowledge.put([entry("second.md", "zulu of another process")])
knowledge.close()
"""
_REBUILD = "open_knowledge(settings, HashEmbedder(), rebuild=True).close()"


def _elsewhere(code: str, settings: Settings) -> None:
    """Run the code in a process of its own, over the same data folder."""
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", _PREPARE + code, str(settings.data)], check=True, cwd=root, timeout=120)


def test_a_reader_sees_what_another_process_writes(knowledge: Knowledge, settings: Settings) -> None:
    knowledge.put([entry("first.md", "alpha")])
    assert refs(knowledge, "alpha") == ["first.md"]
    _elsewhere(_WRITER, settings)
    found = {hit.ref: hit for hit in knowledge.search("zulu", ALL)}
    assert found["second.md"].dense > 0.1
    knowledge.put([entry("third.md", "yankee")])
    assert set(refs(knowledge, "zulu yankee alpha")) == {"first.md", "second.md", "third.md"}


def test_text_is_cut_again_when_the_rules_change(settings: Settings) -> None:
    knowledge = open_knowledge(settings, HashEmbedder())
    knowledge.put([entry("a.md", "alpha")])
    knowledge._registry.remember(terms="of an older program")
    knowledge.close()
    knowledge = open_knowledge(settings, HashEmbedder())
    assert knowledge.search("alpha", ALL)[0].lexical > 0
    assert knowledge.remove([entry("a.md").document.id]) == 1
    assert knowledge.search("alpha", ALL) == []
    knowledge.close()
