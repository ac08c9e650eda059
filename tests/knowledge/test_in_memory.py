"""What search keeps in memory says what the files say: who may see a chunk, how near it is, what its words score."""

from __future__ import annotations

from contextlib import closing

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banso.core.clock import utc_now
from banso.core.settings import Settings
from banso.knowledge.documents import Scope
from banso.knowledge.index import Knowledge, open_knowledge
from banso.knowledge.lexical import Lexicon
from banso.knowledge.matrix import Matrix
from banso.knowledge.postings import HEADING_WEIGHT
from banso.knowledge.registry import Registry
from banso.knowledge.roster import Rosters
from banso.knowledge.scoping import condition
from banso.knowledge.vector_cache import VectorCache
from banso.knowledge.vectors import VectorStore
from tests.knowledge.builders import HashEmbedder, entry
from tests.knowledge.test_scope_wall import knowledge, scopes

__all__ = ["knowledge"]  # the fixture: documents that differ in everything a scope asks for

WORDS = st.lists(st.sampled_from(("alpha", "bravo", "charlie", "契約", "更新")), min_size=1, max_size=6).map(" ".join)


def rosters_of(knowledge: Knowledge) -> Rosters:
    return Rosters(knowledge._registry)


@settings(max_examples=80, deadline=None)
@given(scope=scopes, hidden=st.booleans())
def test_the_roster_admits_what_the_condition_admits(knowledge: Knowledge, scope: Scope, hidden: bool) -> None:
    clause, values = condition(scope, hidden=hidden)
    db = knowledge._registry.db
    wanted = {row[0] for row in db.execute(f"SELECT id FROM chunks WHERE {clause}", values)}
    roster = rosters_of(knowledge).now()
    assert {roster.ids[row] for row in np.flatnonzero(roster.admitted(scope, hidden=hidden))} == wanted
    assert sum(roster.present(scope, hidden=hidden).values()) == len(wanted)


@settings(max_examples=40, deadline=None)
@given(scope=scopes, hidden=st.booleans(), limit=st.integers(1, 60))
def test_neither_meaning_nor_words_name_a_chunk_outside_the_scope(
    knowledge: Knowledge, scope: Scope, hidden: bool, limit: int
) -> None:
    clause, values = condition(scope, hidden=hidden)
    db = knowledge._registry.db
    allowed = {row[0] for row in db.execute(f"SELECT id FROM chunks WHERE {clause}", values)}
    rosters = rosters_of(knowledge)
    matrix = Matrix(rosters, knowledge._cache, knowledge._vectors, knowledge.embedder.dimension)
    asked = knowledge.embedder.queries(["契約 renewal of acme", "number 7"])
    for (found,) in matrix.view().nearest(asked, [scope], limit, hidden=hidden):
        assert {one for one, _ in found} <= allowed and len(found) == min(limit, len(allowed))
    lexicon = Lexicon(knowledge._registry, rosters)
    assert set(lexicon.find(lexicon.weights("契約 number acme"), scope, limit, hidden=hidden)) <= allowed


@settings(max_examples=30, deadline=None)
@given(texts=st.lists(WORDS, min_size=1, max_size=12), query=WORDS)
def test_words_score_what_sqlite_says(tmp_path_factory: pytest.TempPathFactory, texts: list[str], query: str) -> None:
    path = tmp_path_factory.mktemp("words") / "knowledge.db"
    with closing(Registry(path, utc_now)) as registry:
        registry.store([entry(f"{n}.md", text, title=f"{query[:n]} {n}") for n, text in enumerate(texts)])
        lexicon = Lexicon(registry, Rosters(registry))
        weights = lexicon.weights(query)
        match = " OR ".join(f'"{term}"' for term in weights)
        rows = registry.db.execute(
            f"SELECT chunks.id, -bm25(lexical, {HEADING_WEIGHT}, 1.0) FROM lexical JOIN chunks "
            "ON chunks.key = lexical.rowid WHERE lexical MATCH ?",
            (match,),
        )
        assert lexicon.find(weights, Scope(), 100) == pytest.approx(dict(rows.fetchall()), rel=1e-12)


def test_the_nearest_are_the_nearest_and_equal_texts_share_a_row(settings: Settings) -> None:
    embedder = HashEmbedder()
    with closing(open_knowledge(settings, embedder)) as knowledge:
        texts = [f"alpha {number} " + "bravo " * number for number in range(30)]
        knowledge.put([entry("a.md", *texts, title="same"), entry("b.md", *texts, title="same")])
        matrix = Matrix(rosters_of(knowledge), knowledge._cache, knowledge._vectors, embedder.dimension)
        view, asked = matrix.view(), embedder.queries(["alpha 7 bravo"])
        assert (len(view.slots), len(view.vectors)) == (60, 30)
        ((found,),) = view.nearest(asked, [Scope()], 10, hidden=False)
        stored = knowledge._vectors.stored(view.roster.ids)
        exact = sorted((float(vector @ asked[0]) for vector in stored.values()), reverse=True)
        assert [cosine for _, cosine in found] == pytest.approx(exact[:10], abs=1e-3)
        assert all(float(stored[one] @ asked[0]) == pytest.approx(cosine, abs=1e-3) for one, cosine in found)


def test_a_cache_that_was_lost_is_made_up_for_by_the_store(settings: Settings) -> None:
    with closing(open_knowledge(settings, HashEmbedder())) as knowledge:
        knowledge.put([entry("a.md", "alpha"), entry("b.md", "bravo")])
    for path in settings.data.glob("vectors.db*"):
        path.unlink()
    with closing(open_knowledge(settings, HashEmbedder())) as knowledge:
        assert {hit.text: hit.dense > 0 for hit in knowledge.search("alpha bravo", Scope())} == {
            "alpha": True, "bravo": True,
        }  # fmt: skip


def test_search_asks_nothing_of_the_store_while_the_cache_is_whole(settings: Settings) -> None:
    with closing(open_knowledge(settings, HashEmbedder())) as knowledge:
        knowledge.put([entry("a.md", "alpha")])
    store: VectorStore = Absent()  # type: ignore[assignment]
    with closing(open_knowledge(settings, HashEmbedder(), vectors=store)) as knowledge:
        assert knowledge.search("alpha", Scope())[0].dense > 0


class Absent:
    """A vector store that is not there."""

    def __getattr__(self, name: str) -> object:
        if name == "close":
            return lambda: None
        raise AssertionError(f"{name} was called")


def test_many_vectors_come_in_one_reading(settings: Settings) -> None:
    settings.data.mkdir(parents=True, exist_ok=True)
    with closing(VectorCache(settings.data / "vectors.db", "m")) as cache:
        digests = [f"{number:05}" for number in range(9000)]
        cache.put(digests, np.arange(9000, dtype=np.float32)[:, None] % 512 * np.ones(2, dtype=np.float32))
        wanted = digests[1:6001]
        found = cache.get(wanted)
        assert set(found) == set(wanted) and found["00777"].tolist() == [265.0, 265.0]
        assert set(cache.get(digests[:3])) == set(digests[:3])
