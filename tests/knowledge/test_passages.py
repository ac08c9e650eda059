"""The stretch around a hit, and the sentence that answers."""

from __future__ import annotations

from banso.core.settings import Settings
from banso.knowledge.index import open_knowledge
from banso.knowledge.passages import best_sentence, neighbours
from tests.knowledge.builders import HashEmbedder, entry


def test_neighbours_stand_in_reading_order(settings: Settings) -> None:
    knowledge = open_knowledge(settings, HashEmbedder())
    stored = entry("a.md", "one", "two", "three", "four")
    knowledge.put([stored])
    around = neighbours(knowledge, stored.chunks[1].id)
    assert [chunk.text for chunk in around] == ["one", "two", "three"]
    assert [chunk.text for chunk in neighbours(knowledge, stored.chunks[3].id, before=0, after=5)] == ["four"]
    assert neighbours(knowledge, "unknown:0") == []
    knowledge.close()


def test_the_sentence_with_the_words_is_chosen() -> None:
    text = "ログインします。請求書の支払い方法は設定画面で変更できます。完了です。"
    start, end = best_sentence(text, "支払い方法を変更するには")
    assert text[start:end] == "請求書の支払い方法は設定画面で変更できます。"
    assert best_sentence(text, "zzz")[0] == 0
