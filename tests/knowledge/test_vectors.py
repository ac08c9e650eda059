"""One contract for both places where vectors live: a folder, and the real Chroma server of the installed package."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from banso.core.errors import ConfigError, Unavailable
from banso.core.settings import Settings
from banso.knowledge.documents import Scope
from banso.knowledge.index import Knowledge, open_knowledge
from tests.knowledge.builders import HashEmbedder, entry

START = "from chromadb.cli.cli import app; app()"
pytestmark = pytest.mark.timeout(120)


@dataclass
class ChromaServer:
    """The server as a child process; a restart keeps port and folder."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        words = [sys.executable, "-c", START, "run", "--path", str(self.folder), "--port", str(self.port)]
        log = (self.folder.parent / f"{self.folder.name}.log").open("wb")
        self.process = subprocess.Popen([*words, "--host", "127.0.0.1"], stdout=log, stderr=log)
        until = time.monotonic() + 30
        while time.monotonic() < until and self.process.poll() is None:
            try:
                if httpx.get(f"{self.url}/api/v2/heartbeat").is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        self.stop()
        pytest.skip("the Chroma server did not start here: " + Path(log.name).read_text(errors="replace")[-300:])

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = ChromaServer(tmp_path_factory.mktemp("chroma") / "disk", port)
    server.folder.mkdir()
    server.start()
    yield server
    server.stop()


Open = Callable[[str], Knowledge]


@pytest.fixture(params=["folder", "server"])
def url(request: pytest.FixtureRequest) -> str:
    return "" if request.param == "folder" else str(request.getfixturevalue("server").url)


@pytest.fixture
def open_at(tmp_path: Path, url: str) -> Iterator[Open]:
    """Opens the index of the data folder of this name."""
    opened: list[Knowledge] = []

    def open_one(name: str) -> Knowledge:
        opened.append(open_knowledge(Settings(data=tmp_path / name, chroma_url=url), HashEmbedder()))
        return opened[-1]

    yield open_one
    for knowledge in opened:
        knowledge.close()


def found(knowledge: Knowledge, words: str = "alpha bravo charlie", **scope: Any) -> dict[str, bool]:
    """By text: whether a vector vouched for it."""
    return {hit.text: hit.dense > 0 for hit in knowledge.search(words, Scope(**scope))}


def test_what_is_put_is_found_and_what_is_replaced_or_removed_is_not(open_at: Open) -> None:
    knowledge = open_at("data")
    knowledge.put([entry("a.md", "alpha"), entry("b.md", "bravo", account="AC-1")])
    assert found(knowledge) == {"alpha": True, "bravo": True}
    assert found(knowledge, account="AC-1") == {"alpha": True, "bravo": True}
    assert found(knowledge, account="AC-2") == {"alpha": True}
    knowledge.put([entry("a.md", "charlie", fingerprint="2")])
    assert found(knowledge) == {"charlie": True, "bravo": True}
    assert knowledge.remove([entry("a.md", "").document.id]) == 1
    assert found(knowledge) == {"bravo": True} and knowledge._vectors.count() == 1
    knowledge.put([entry("a.md", "alpha")])
    assert found(knowledge) == {"alpha": True, "bravo": True}


def test_more_than_one_batch_goes_in_and_out(open_at: Open) -> None:
    knowledge = open_at("data")
    many = entry("long.md", *(f"alpha {number}" for number in range(320)))
    knowledge.put([many])
    assert knowledge._vectors.count() == 320
    knowledge.remove([many.document.id])
    assert knowledge._vectors.count() == 0


def test_what_was_put_is_there_when_opened_again_and_after_a_rebuild(open_at: Open) -> None:
    first = open_at("data")
    first.put([entry("a.md", "alpha")])
    first.close()
    again = open_at("data")
    assert found(again) == {"alpha": True}
    assert again.rebuild() == 1 and found(again) == {"alpha": True}


def test_text_stays_in_the_registry_and_what_an_older_version_left_goes(open_at: Open) -> None:
    knowledge = open_at("data")
    knowledge.put([entry("a.md", "alpha")])
    stored = knowledge._vectors._collection  # type: ignore[attr-defined]
    assert stored.get()["documents"] == [""]
    stored.update(stored.get()["ids"], embeddings=HashEmbedder().queries(["alpha"]), documents=["alpha, as it was"])
    knowledge.put([entry("a.md", "bravo", fingerprint="2")])
    assert knowledge._vectors._collection.get()["documents"] == [""]  # type: ignore[attr-defined]


def test_two_data_folders_never_meet(open_at: Open) -> None:
    mine, theirs = open_at("mine"), open_at("theirs")
    mine.put([entry("a.md", "alpha")])
    theirs.put([entry("a.md", "bravo")])
    assert (found(mine), found(theirs)) == ({"alpha": True}, {"bravo": True})
    theirs.remove([entry("a.md", "").document.id])
    theirs.rebuild()
    assert found(mine) == {"alpha": True} and mine._vectors.count() == 1


def test_a_restart_in_the_middle_is_waited_for(server: ChromaServer, tmp_path: Path) -> None:
    knowledge = open_knowledge(Settings(data=tmp_path / "data", chroma_url=server.url), HashEmbedder())
    knowledge.put([entry("a.md", "alpha")])
    server.stop()
    back = threading.Timer(0.3, server.start)
    back.start()
    knowledge.put([entry("b.md", "bravo")])
    back.join()
    assert found(knowledge) == {"alpha": True, "bravo": True}
    knowledge.close()


def test_a_server_that_stays_away_is_named_and_nothing_is_lost(
    server: ChromaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("banso.knowledge.vectors.PAUSES", (0.0,))
    settings = Settings(data=tmp_path / "data", chroma_url=server.url)
    knowledge = open_knowledge(settings, HashEmbedder())
    server.stop()
    try:
        with pytest.raises(Unavailable, match=server.url) as caught:
            knowledge.put([entry("a.md", "alpha")])
        assert "nothing is lost" in caught.value.hint
        (hit,) = knowledge.search("alpha", Scope())  # by words: search goes on while the server is away
        assert (hit.text, hit.dense) == ("alpha", 0.0)
    finally:
        server.start()
    knowledge.close()
    again = open_knowledge(settings, HashEmbedder())
    assert found(again) == {"alpha": True}
    again.close()


def test_a_server_that_lost_its_disk_is_filled_again(server: ChromaServer, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", chroma_url=server.url)
    knowledge = open_knowledge(settings, HashEmbedder())
    knowledge.put([entry("a.md", "alpha")])
    knowledge._vectors.reset()
    knowledge.close()
    again = open_knowledge(settings, HashEmbedder())
    assert found(again) == {"alpha": True}
    again.close()


def test_the_token_goes_with_every_request_and_its_absence_is_named(tmp_path: Path) -> None:
    heard: list[str] = []

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.headers.get("Authorization", ""))
            self.send_response(401)
            self.end_headers()
            self.wfile.write(b"Unauthorized")

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

    proxy = HTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{proxy.server_port}"
    settings = Settings(data=tmp_path / "data", chroma_url=address, chroma_token=SecretStr("s3cret"))
    try:
        knowledge = open_knowledge(settings, HashEmbedder())
        with pytest.raises(Unavailable) as caught:
            knowledge.put([entry("a.md", "alpha")])
        knowledge.close()
    finally:
        proxy.shutdown()
        proxy.server_close()
    assert set(heard) == {"Bearer s3cret"} and "BANSO_CHROMA_TOKEN" in caught.value.hint
    assert "s3cret" not in caught.value.message + repr(settings)


def test_an_impossible_address_is_the_operators_to_mend(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="BANSO_CHROMA_URL"):
        open_knowledge(Settings(data=tmp_path / "data", chroma_url="chroma:8000"), HashEmbedder())


def test_many_threads_may_ask_first_and_while_the_folder_is_opened_anew(tmp_path: Path) -> None:
    embedder, scope = HashEmbedder(), Scope()
    settings = Settings(data=tmp_path / "data")
    with closing(open_knowledge(settings, embedder)) as knowledge:
        knowledge.put([entry("a.md", "Invoices are issued monthly."), entry("b.md", "Passwords last a year.")])
    store = (knowledge := open_knowledge(settings, embedder))._vectors  # as after another process wrote
    begin = threading.Barrier(9)

    def ask() -> set[str]:
        begin.wait()
        return {hit.ref for _ in range(20) for hit in knowledge.search("invoices", scope, 2)}

    def reopen() -> set[str]:
        begin.wait()
        for _ in range(20):
            store.reopen()
        return {"a.md", "b.md"}

    with closing(knowledge), ThreadPoolExecutor(9) as pool:
        done = [pool.submit(reopen), *(pool.submit(ask) for _ in range(8))]
        assert [one.result() for one in done] == [{"a.md", "b.md"}] * 9
