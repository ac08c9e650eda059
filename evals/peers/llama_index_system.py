"""LlamaIndex with its defaults (SimpleDirectoryReader, SentenceSplitter of 1024 tokens, vectors in memory, saved as
JSON) and our embedder.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

from llama_index.core import SimpleDirectoryReader, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from pydantic import PrivateAttr

from banso.knowledge.e5.embedder import E5Small
from evals.peers.protocol import files, serve


class SameEmbedder(BaseEmbedding):  # type: ignore[misc]
    """The embedder that Bansō uses, weights, prefixes and runtime alike."""

    _model: E5Small = PrivateAttr()

    def __init__(self, data: Path) -> None:
        super().__init__(model_name="embedded/e5-small")
        self._model = E5Small(data)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._model.passages(texts).tolist()
        return vectors

    def _get_query_embedding(self, query: str) -> list[float]:
        vector: list[float] = self._model.queries([query])[0].tolist()
        return vector

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


class LlamaIndexDefaults:
    """As its own starter example builds it."""

    def __init__(self, data: Path) -> None:
        self._data, self._embedder = data, SameEmbedder(data)
        self._index: Any = None

    def versions(self) -> dict[str, str]:
        """Packages that read and index."""
        self._embedder.get_query_embedding("begin")
        return {name: version(name) for name in ("llama-index-core", "llama-index-readers-file")}

    def ingest(self, folder: Path) -> dict[str, str]:
        """Read each file, index all, save."""
        unread: dict[str, str] = {}
        documents: list[Any] = []
        for ref, path in files(folder):
            loaded = SimpleDirectoryReader(input_files=[path]).load_data()
            for document in loaded:
                document.metadata["ref"] = ref
                document.excluded_embed_metadata_keys.append("ref")
            documents += loaded
            if not any(document.text.strip() for document in loaded):
                unread[ref] = f"its reader gave no text for {path.suffix}"
        self._index = VectorStoreIndex.from_documents(documents, embed_model=self._embedder)
        self._index.storage_context.persist(str(self._data / "storage"))
        return unread

    def search(self, question: str, k: int) -> list[str]:
        """Its default retriever."""
        return [found.node.metadata["ref"] for found in self._index.as_retriever(similarity_top_k=k).retrieve(question)]


if __name__ == "__main__":
    serve(LlamaIndexDefaults)
