"""The LiteLLM door over real HTTP: a local server that speaks the OpenAI protocol."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from langchain_core.messages import AIMessage

from agents.models.litellm import normalised, open_litellm
from banso.core.errors import Unavailable
from banso.core.settings import Settings
from banso.core.users import User
from tests.agents.conftest import Make


class Server(ThreadingHTTPServer):
    replies: list[dict[str, Any]]
    asked: list[dict[str, Any]]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(body)
        message = self.server.replies[min(len(self.server.asked), len(self.server.replies)) - 1]
        if "status" in message:
            self.send_response(message["status"])
            self.end_headers()
            self.wfile.write(b'{"error": {"message": "no"}}')
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if body.get("stream") else "application/json")
        self.end_headers()
        self.wfile.write(self._stream(message) if body.get("stream") else self._whole(message))

    def _whole(self, message: dict[str, Any]) -> bytes:
        choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": "stop"}
        return json.dumps(
            {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
        ).encode()

    def _stream(self, message: dict[str, Any]) -> bytes:
        text = message.get("content") or ""
        deltas: list[dict[str, Any]] = [
            {"role": "assistant", "content": text[i : i + 5]} for i in range(0, len(text), 5)
        ]
        if message.get("tool_calls"):
            deltas.append({"tool_calls": [{"index": i, **call} for i, call in enumerate(message["tool_calls"])]})
        base = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        lines = [{**base, "choices": [{"index": 0, "delta": d, "finish_reason": None}]} for d in deltas]
        lines.append({**base, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        return "".join(f"data: {json.dumps(line)}\n\n" for line in lines).encode() + b"data: [DONE]\n\n"

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), Handler)
    server.replies, server.asked = [], []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("OPENAI_API_KEY", "test")
    monkeypatch.setenv("OPENAI_API_BASE", f"http://127.0.0.1:{server.server_port}/v1")
    yield server
    server.shutdown()
    server.server_close()


def call(name: str, args: dict[str, Any]) -> dict[str, Any]:
    return {"id": "c1", "type": "function", "function": {"name": name, "arguments": json.dumps(args)}}


def model(settings: Settings) -> Any:
    return open_litellm(settings.model_copy(update={"model": "openai/tiny"}))


@pytest.mark.slow
def test_a_hosted_model_searches_and_answers_with_a_citation(
    server: Server, make: Make, csm: User, settings: Settings
) -> None:
    server.replies = [
        {"content": None, "tool_calls": [call("search_knowledge", {"query": "HR-1007 ロック"})]},
        {"content": "30分待つとロックは自動で解除されます [1]。費用は9999円です [1]。"},
    ]
    answer = make(model(settings)).ask("HR-1007 のロックは？", user=csm)
    assert answer.text == "30分待つとロックは自動で解除されます [1]。" and answer.grounded == "cited"
    assert {t["function"]["name"] for t in server.asked[0]["tools"]} == {
        "search_knowledge",
        "lookup_account",
        "draft_reply",
    }


def test_a_tool_call_written_as_text_still_works(server: Server, make: Make, csm: User, settings: Settings) -> None:
    written = '```json\n{"name": "search_knowledge", "arguments": {"query": "HR-1007"}}\n```'
    server.replies = [{"content": written}, {"content": "30分待つとロックは自動で解除されます [1]。"}]
    assert make(model(settings)).ask("HR-1007 のロックは？", user=csm).grounded == "cited"


def test_a_server_that_fails_is_named(server: Server, make: Make, csm: User, settings: Settings) -> None:
    server.replies = [{"status": 401}]
    with pytest.raises(Unavailable, match="openai/tiny"):
        make(model(settings)).ask("HR-1007 のロックは？", user=csm)


def test_only_known_tools_are_read_from_text() -> None:
    names = frozenset({"search_knowledge"})
    written = AIMessage('<tool_call>{"name": "send_mail", "arguments": {}}</tool_call>')
    assert normalised(written, names).tool_calls == []
    bare = AIMessage('{"tool": "search_knowledge", "args": {"query": "x"}}')
    assert normalised(bare, names).tool_calls[0]["args"] == {"query": "x"}
