"""Plain LangChain: a loader for each format, RecursiveCharacterTextSplitter(1000, 200), Chroma, our embedder."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from langchain_chroma import Chroma
from langchain_community.document_loaders import BSHTMLLoader, Docx2txtLoader, PyPDFLoader, TextLoader
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from banso.knowledge.e5.embedder import E5Small
from evals.peers.protocol import files, serve

BATCH = 1000
LOADERS: dict[str, Callable[[str], Any]] = {
    ".md": lambda path: TextLoader(path, encoding="utf-8"),
    ".txt": lambda path: TextLoader(path, encoding="utf-8"),
    ".html": BSHTMLLoader,
    ".pdf": PyPDFLoader,
    ".docx": Docx2txtLoader,
}
"""Its loaders for other formats run on `unstructured`, which would make this more than plain LangChain."""


class SameEmbedder(Embeddings):
    """The embedder that Bansō uses, weights, prefixes and runtime alike."""

    def __init__(self, data: Path) -> None:
        self._model = E5Small(data)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of passages."""
        vectors: list[list[float]] = self._model.passages(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Vector of a question."""
        vector: list[float] = self._model.queries([text])[0].tolist()
        return vector


class PlainLangChain:
    """As its own tutorial builds it."""

    embedder: Callable[[Path], Embeddings] = SameEmbedder

    def __init__(self, data: Path) -> None:
        self._embedder = self.embedder(data)
        self._store = Chroma(embedding_function=self._embedder, persist_directory=str(data / "chroma"))
        self._splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)

    def versions(self) -> dict[str, str]:
        """Packages that read, cut and store."""
        self._embedder.embed_query("begin")
        names = ("langchain-core", "langchain-text-splitters", "langchain-chroma", "langchain-community", "chromadb")
        return {name: version(name) for name in names}

    def ingest(self, folder: Path) -> dict[str, str]:
        """Load, split and add."""
        unread: dict[str, str] = {}
        chunks: list[Any] = []
        for ref, path in files(folder):
            loader = LOADERS.get(path.suffix.lower())
            if loader is None:
                unread[ref] = f"no loader for {path.suffix or 'a file without an ending'}"
                continue
            loaded = loader(str(path)).load()
            for document in loaded:
                document.metadata = {"ref": ref}
            chunks += self._splitter.split_documents(loaded)
        for start in range(0, len(chunks), BATCH):
            self._store.add_documents(chunks[start : start + BATCH])
        return unread

    def search(self, question: str, k: int) -> list[str]:
        """Similarity search."""
        return [document.metadata["ref"] for document in self._store.similarity_search(question, k=k)]


if __name__ == "__main__":
    serve(PlainLangChain)
