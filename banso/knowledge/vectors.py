"""Vectors in Chroma: a folder in the data folder, or a server. It never embeds anything itself."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import numpy as np
from pydantic import SecretStr

from banso.core.errors import ConfigError, Unavailable
from banso.knowledge.embedding import Vectors
from banso.knowledge.registry import StoredChunk

BATCH = 150  # chunks a call; larger batches were not faster
NO_TEXT = ""
"""The registry has the text and what a scope asks for; here the text took 6 KB a chunk, most of it in an index of
Chroma's own that nothing asked. Written all the same, so that it takes the place of what an earlier version wrote."""
NO_TOKEN = SecretStr("")
PAUSES = (0.5, 1.5, 3.0)  # seconds between tries: a server restarts within five


class VectorStore(Protocol):
    """Where vectors live. Failures of a server come as Unavailable."""

    def upsert(self, chunks: Sequence[StoredChunk], vectors: Vectors) -> None:
        """Insert or replace; row i of `vectors` belongs to `chunks[i]`."""
        ...

    def delete(self, ids: Sequence[str]) -> None:
        """Remove; unknown ids are no error."""
        ...

    def stored(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of those of these ids that are there, each of shape (dimension,)."""
        ...

    def count(self) -> int:
        """How many vectors are stored."""
        ...

    def reset(self) -> None:
        """Forget everything."""
        ...

    def reopen(self) -> None:
        """See what another process wrote."""
        ...

    def close(self) -> None:
        """Release files and connections."""
        ...


class ChromaVectors:
    """One Chroma collection, named after the index, so that two data folders never meet on one server."""

    def __init__(
        self, folder: Path, url: str, collection: str, facts: dict[str, str | int], token: SecretStr = NO_TOKEN
    ) -> None:
        self._folder, self._url, self._name, self._facts, self._token = folder, url, collection, facts, token
        self._client: Any = None
        self._collection: Any = None
        self._lock = threading.RLock()
        """The embedded client breaks when two threads open it, or one closes it under another's query."""

    def upsert(self, chunks: Sequence[StoredChunk], vectors: Vectors) -> None:
        """Insert or replace, in batches."""
        for start in range(0, len(chunks), BATCH):
            batch = chunks[start : start + BATCH]
            self._call(
                "upsert",
                ids=[chunk.id for chunk in batch],
                embeddings=vectors[start : start + BATCH],
                documents=[NO_TEXT] * len(batch),
            )

    def delete(self, ids: Sequence[str]) -> None:
        """Remove, in batches."""
        for start in range(0, len(ids), BATCH):
            self._call("delete", ids=list(ids[start : start + BATCH]))

    def stored(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of those of these ids that are there."""
        if not ids:  # to Chroma, no id means every one
            return {}
        found = self._call("get", ids=list(ids), include=["embeddings"])
        return dict(zip(found["ids"], np.asarray(found["embeddings"], dtype=np.float32), strict=True))

    def count(self) -> int:
        """How many vectors are stored."""
        return int(self._call("count"))

    def reset(self) -> None:
        """Start empty. The folder goes as a whole: Chroma keeps deleted text in its files."""
        if not self._url:
            self.close()
            shutil.rmtree(self._folder, ignore_errors=True)
            return
        self._try(lambda: self._client.delete_collection(self._name))
        self._collection = None

    def reopen(self) -> None:
        """Drop the client: an embedded one keeps its view of the folder as it was when opened."""
        if not self._url:
            self.close()

    def close(self) -> None:
        """Release the client."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = self._collection = None

    def _call(self, method: str, **arguments: Any) -> Any:
        return self._try(lambda: getattr(self._collection, method)(**arguments))

    def _try(self, act: Callable[[], Any]) -> Any:
        """Do it. A server that is restarting is waited for: whatever is done here may be done twice."""
        if not self._url:
            with self._lock:
                self._open()
                return act()
        import httpx
        from chromadb.errors import ChromaError

        pauses = iter(PAUSES)
        while True:
            try:
                self._open()
                return act()
            except (httpx.HTTPError, ChromaError, ValueError) as error:
                self._collection = None  # it may be another one by now
                passing = isinstance(error, httpx.TransportError) or "Could not connect" in str(error)
                pause = next(pauses, None)
                if pause is None or not passing:
                    raise self._unavailable(error) from error
                time.sleep(pause)

    def _unavailable(self, error: Exception) -> Unavailable:
        refused = any(code in str(error) for code in ("401", "403", "Unauthorized", "Forbidden"))
        hint = "check BANSO_CHROMA_TOKEN" if refused else "check that it runs, then do the same again: nothing is lost"
        return Unavailable(f"the Chroma server {self._url} did not answer: {error}", hint)

    def _open(self) -> None:
        with self._lock:
            if self._collection is not None:
                return
            if self._client is None:
                self._client = _client(self._folder, self._url, self._token)
            self._collection = self._client.get_or_create_collection(
                self._name, embedding_function=None, metadata={"hnsw:space": "cosine", **self._facts}
            )


def _client(folder: Path, url: str, token: SecretStr) -> Any:
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    if not url:
        return chromadb.PersistentClient(path=str(folder), settings=settings)
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigError(
            f"BANSO_CHROMA_URL: {url!r} is not an http:// or https:// address", "such as http://chroma:8000"
        )
    secure = parts.scheme == "https"
    headers = {"Authorization": f"Bearer {token.get_secret_value()}"} if token.get_secret_value() else {}
    return chromadb.HttpClient(
        host=parts.hostname,
        port=parts.port or (443 if secure else 8000),
        ssl=secure,
        headers=headers,
        settings=settings,
    )
