"""Plain LangChain with the same weights in sentence-transformers, fp32: what the usual parts give."""

from __future__ import annotations

from pathlib import Path

from langchain_core.embeddings import Embeddings

from banso.knowledge.e5.torch_model import torch_folder
from evals.peers.langchain_system import PlainLangChain
from evals.peers.protocol import serve


class TorchEmbedder(Embeddings):
    """SentenceTransformer.encode with the prefixes of the model card, in its default batches."""

    def __init__(self, data: Path) -> None:
        from sentence_transformers import SentenceTransformer

        self._model = SentenceTransformer(str(torch_folder(data)))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of passages."""
        vectors: list[list[float]] = self._model.encode(texts, prompt_name="passage").tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Vector of a question."""
        vector: list[float] = self._model.encode([text], prompt_name="query")[0].tolist()
        return vector


class TorchLangChain(PlainLangChain):
    """The same chain around it."""

    embedder = TorchEmbedder


if __name__ == "__main__":
    serve(TorchLangChain)
