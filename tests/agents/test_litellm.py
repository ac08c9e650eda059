"""The LiteLLM door over real HTTP: a local server that speaks the OpenAI protocol."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, SystemMessage, ToolMessage

from agents.models.extractive import ExtractiveChat
from agents.models.litellm import normalised, open_litellm, readable
from agents.models.tokens import tokens
from agents.wording import prompt_version
from banso.core.errors import Unavailable
from banso.core.settings import Settings
from banso.core.users import User
from tests.agents.conftest import Make
from tests.agents.fakes import LOCK_JA, BagEmbedder, ListKnowledge, manual
from tests.agents.logs import log_everything
from tools.evidence import passages_json


class Server(ThreadingHTTPServer):
    replies: list[dict[str, Any]]
    asked: list[dict[str, Any]]
    keys: list[str]
    over: threading.Event
    hung_up: threading.Event
    reply: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    """Makes the reply to a request; without it `replies` are given in turn."""
    pause = 0.05


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(body)
        self.server.keys.append(self.headers.get("Authorization", ""))
        told = self.server.replies
        message = self.server.reply(body) if self.server.reply else told[min(len(self.server.asked), len(told)) - 1]
        if "stuck" in message:
            self._stuck(message["stuck"])
            return
        if "status" in message:
            self.send_response(message["status"])
            self.end_headers()
            self.wfile.write(b'{"error": {"message": "no"}}')
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if body.get("stream") else "application/json")
        self.end_headers()
        if "raw" in message:
            self.wfile.write(message["raw"])
            return
        self.wfile.write(self._stream(message) if body.get("stream") else self._whole(message))

    def _stuck(self, piece: bytes) -> None:
        """Say nothing until the test is over, or say the same piece again and again."""
        if piece:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
        try:
            while not self.server.over.wait(self.server.pause if piece else None):
                self.wfile.write(piece)
                self.wfile.flush()
        except OSError:
            self.server.hung_up.set()

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
        if "usage" in message:
            read, written = message["usage"]
            counted = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
            lines.append({**base, "choices": [], "usage": counted})
        return "".join(f"data: {json.dumps(line)}\n\n" for line in lines).encode() + b"data: [DONE]\n\n"

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), Handler)
    server.replies, server.asked, server.keys = [], [], []
    server.over, server.hung_up = threading.Event(), threading.Event()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("OPENAI_API_KEY", "test")
    monkeypatch.setenv("OPENAI_API_BASE", f"http://127.0.0.1:{server.server_port}/v1")
    yield server
    server.over.set()
    server.shutdown()
    server.server_close()


def call(name: str | None, args: dict[str, Any] | None = None, written: str = "") -> dict[str, Any]:
    return {"id": "c1", "type": "function", "function": {"name": name, "arguments": written or json.dumps(args)}}


def model(settings: Settings, timeout: float = 20) -> Any:
    chat = open_litellm(settings.model_copy(update={"model": "openai/tiny", "model_timeout": timeout}))
    return chat.model_copy(update={"pause": 0.01})


def piece(delta: dict[str, Any]) -> bytes:
    choice = {"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": None}
    whole = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return f"data: {json.dumps(whole)}\n\n".encode()


def small(settings: Settings, context: int = 3000) -> Any:
    return model(settings.model_copy(update={"model_context": context}))


def test_a_small_model_reads_a_page_and_its_prompt_is_recorded(
    server: Server, make: Make, csm: User, settings: Settings
) -> None:
    server.replies = [
        {"content": None, "tool_calls": [call("search_knowledge", {"query": "HR-1007 ロック"})]},
        {"content": "30分待つとロックは自動で解除されます。費用は9999円です [1]。"},
    ]
    answer = make(small(settings)).ask("HR-1007 のロックは？", user=csm)
    assert answer.text == "30分待つとロックは自動で解除されます [1]。"
    assert answer.prompt == prompt_version("ja", "reading")
    first, second = server.asked
    assert first["tools"] and "tools" not in second
    rules, page = second["messages"]
    assert (rules["role"], page["role"]) == ("system", "user") and len(rules["content"]) < 300
    opening = re.match(r"<data-([0-9a-f]{12})>\n", page["content"])
    assert opening and page["content"].endswith(f"</data-{opening[1]}>\n\nHR-1007 のロックは？")


def test_a_small_model_still_drafts_with_its_tool(server: Server, make: Make, csm: User, settings: Settings) -> None:
    server.replies = [{"content": "下書きを送信しました。"}]
    made = make(small(settings), spare=embedded()).draft("HR-1007 の解除方法をご案内する", user=csm, account="AC-1")
    names = {tool["function"]["name"] for body in server.asked for tool in body.get("tools", ())}
    assert "draft_reply" in names and "30分" in made.body


def test_what_leaves_for_a_small_model_is_masked_and_fits(server: Server, settings: Settings) -> None:
    key = "sk-" + "a1B2c3D4" * 5
    text = "\n".join([key, *["SAML の設定です。"] * 80])
    found = ListKnowledge([LOCK_JA])._hit("SAML", LOCK_JA).model_copy(update={"text": text})
    passages = passages_json([(number, found) for number in range(1, 9)])
    hints = {"banso": {"fence": "f00dcafe", "plain": f"短く答えます {key}"}}
    said: list[Any] = [
        SystemMessage("rules", additional_kwargs=hints), HumanMessage("SAML は？"),
        AIMessage("", tool_calls=[{"name": "search_knowledge", "args": {}, "id": "1", "type": "tool_call"}]),
        ToolMessage(passages, tool_call_id="1"),
    ]  # fmt: skip
    server.replies = [{"content": "はい"}]
    list(small(settings, 2000).stream(said))
    (body,) = server.asked
    sent = json.dumps(body, ensure_ascii=False)
    assert key not in sent and "短く答えます" in sent and "passages left out" in sent
    assert tokens("openai/tiny", "".join(message["content"] for message in body["messages"])) < 2000 - 2000 // 4 + 50
    assert body["max_tokens"] == 500
    list(model(settings).stream(said))
    assert (
        "max_tokens" not in server.asked[1]
        and "left out" not in json.dumps(server.asked[1])
        and len(json.dumps(server.asked[1])) > len(sent)
    )


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
    assert {t["function"]["name"] for t in server.asked[0]["tools"]} == {"search_knowledge", "lookup_account"}


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
    assert normalised(AIMessage('{"a":' * 3000), names).tool_calls == []
    bare = AIMessage('{"tool": "search_knowledge", "args": {"query": "x"}}')
    assert normalised(bare, names).tool_calls[0]["args"] == {"query": "x"}


def test_halves_of_characters_do_not_reach_the_database() -> None:
    assert readable(AIMessageChunk(content="a\0b\ud800")).content == "ab?"
    assert readable(AIMessageChunk(content="日本語\n😀")).content == "日本語\n😀"


SEARCH = call("search_knowledge", {"query": "HR-1007 ロック"})
ODD: dict[str, dict[str, Any]] = {
    "an error": {"status": 401},
    "a busy server": {"status": 503},
    "a page of a proxy": {"raw": b"<html>sign in to the Wi-Fi</html>"},
    "nothing": {"raw": b""},
    "no JSON": {"raw": b"data: oops\n\n"},
    "an error in the stream": {"raw": b'data: {"error": {"message": "context too long", "code": 500}}\n\n'},
    "a cut": {"raw": piece({"content": "途中ま"})},
    "no choices": {"raw": b'data: {"id": "x", "object": "chat.completion.chunk", "choices": []}\n\n'},
    "no content": {"content": None},
    "from memory": {"content": "ロックは 5 分で解除されます。"},
    "a number of no passage": {"content": "ロックは 5 分で解除されます [7]。"},
    "half a character": {"content": "\x00\ud800 [1]"},
    "an unknown tool": {"content": None, "tool_calls": [call("send_mail", {"to": "all"})]},
    "arguments that are no JSON": {"content": None, "tool_calls": [call("search_knowledge", written='{"query": ')]},
    "arguments of another kind": {"content": None, "tool_calls": [call("search_knowledge", {"query": {"a": 1}})]},
    "a tool without a name": {"content": None, "tool_calls": [call(None, {})]},
}


@pytest.mark.parametrize("reply", ODD.values(), ids=ODD.keys())
def test_the_embedded_model_answers_where_the_other_says_nothing_of_use(
    server: Server, make: Make, csm: User, settings: Settings, reply: dict[str, Any]
) -> None:
    server.replies = [reply]
    answer = make(model(settings), spare=embedded()).ask("HR-1007 のロックは？", user=csm)
    assert answer.grounded == "cited" and "30分待つと" in answer.text
    assert "内蔵モデル" in answer.notices[0]


@pytest.mark.parametrize("said", [b"", piece({"content": "あ"}), piece({"content": "{"})], ids=["none", "text", "call"])
def test_a_model_that_does_not_end_is_left_when_its_time_is_over(
    server: Server, make: Make, csm: User, settings: Settings, said: bytes
) -> None:
    server.replies = [{"stuck": said}]
    copilot = make(model(settings, timeout=0.4), spare=embedded())
    started = time.monotonic()
    answer = copilot.ask("HR-1007 のロックは？", user=csm)
    assert answer.grounded == "cited" and "応答がなかった" in answer.notices[0]
    assert len(server.asked) == 1 and time.monotonic() - started < 10


def test_a_silence_between_two_pieces_counts(server: Server, make: Make, csm: User, settings: Settings) -> None:
    """Found with a real model on a busy machine: its client's limit of 150 s for each piece let a reply take 300 s."""
    server.pause = 30.0
    server.replies = [{"stuck": piece({"content": "あ"})}]
    chat = model(settings, timeout=1.0)
    started = time.monotonic()
    with pytest.raises(Unavailable, match="within 1 seconds"):
        list(chat.stream("x"))
    assert time.monotonic() - started < 15


def test_a_busy_model_is_asked_once_more(server: Server, make: Make, csm: User, settings: Settings) -> None:
    good: list[dict[str, Any]] = [
        {"content": None, "tool_calls": [SEARCH]},
        {"content": "30分待つとロックは自動で解除されます [1]。"},
    ]
    server.replies = [{"status": 429}, *good]
    answer = make(model(settings), spare=embedded()).ask("HR-1007 のロックは？", user=csm)
    assert answer.grounded == "cited" and answer.notices == ()


def test_a_model_that_stays_busy_is_asked_so_often_and_no_more(server: Server, settings: Settings) -> None:
    server.replies = [{"status": 429}]
    chat = model(settings.model_copy(update={"model_retries": 3}))
    with pytest.raises(Unavailable, match="openai/tiny"):
        list(chat.stream("x"))
    assert len(server.asked) == 4


def test_what_has_begun_is_not_begun_again(server: Server, settings: Settings) -> None:
    server.replies = [{"raw": piece({"content": "あ"}) + b'data: {"error": {"message": "busy", "code": 503}}\n\n'}]
    with pytest.raises(Unavailable):
        list(model(settings).stream("x"))
    assert len(server.asked) == 1


def test_a_draft_is_written_when_the_model_writes_none(
    server: Server, make: Make, csm: User, settings: Settings
) -> None:
    server.replies = [{"content": "下書きを送信しました。"}]
    copilot = make(model(settings), spare=embedded())
    made = copilot.draft("HR-1007 の解除方法をご案内する", user=csm, account="AC-1")
    assert copilot.ledger.state(made.draft) == "waiting" and "30分" in made.body
    assert len(copilot.ledger.queue()) == 1


@pytest.mark.parametrize("said", ["NO_ANSWER", "ロックは 5 分で解除されます。", ""])
def test_a_model_that_does_not_look_is_given_what_a_search_finds(
    server: Server, make: Make, csm: User, settings: Settings, said: str
) -> None:
    server.replies = [{"content": said}, {"content": "30分待つとロックは自動で解除されます [1]。"}]
    answer = make(model(settings), spare=embedded()).ask("HR-1007 のロックは？", user=csm)
    assert answer.text == "30分待つとロックは自動で解除されます [1]。" and answer.notices == ()
    assert "30分待つと" in str(server.asked[1]["messages"])


def test_a_refusal_after_a_search_is_believed(server: Server, make: Make, csm: User, settings: Settings) -> None:
    server.replies = [{"content": None, "tool_calls": [SEARCH]}, {"content": "NO_ANSWER"}]
    answer = make(model(settings), spare=embedded()).ask("HR-1007 のロックは？", user=csm)
    assert answer.grounded == "refused" and answer.notices == ()


def test_the_next_question_goes_to_the_chosen_model_again(
    server: Server, make: Make, csm: User, settings: Settings
) -> None:
    good: list[dict[str, Any]] = [
        {"content": None, "tool_calls": [SEARCH]},
        {"content": "30分待つとロックは自動で解除されます [1]。"},
    ]
    server.replies = [{"status": 401}, *good]
    copilot = make(model(settings), spare=embedded())
    first = copilot.ask("HR-1007 のロックは？", user=csm)
    second = copilot.ask("HR-1007 のロックは？", user=csm, thread=first.thread)
    assert (len(first.notices), second.notices) == (1, ())


def embedded() -> ExtractiveChat:
    return ExtractiveChat(embedder=BagEmbedder())


def test_no_secret_leaves_over_the_wire_or_for_a_log(
    server: Server, make: Make, csm: User, settings: Settings, caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    key, token = "sk-proj-" + "8Qm2Zt7RvYxWk3LpNd5", "ghp_" + "9aF3kLm2Qx7RtY5uWz1BvC8dEn4GhJ6p"
    monkeypatch.setenv("OPENAI_API_KEY", key)
    chat = model(settings)
    documents = [manual("lock.md", "ロックの解除", f"HR-1007 のロックはトークン {token} で解除します。")]
    server.replies = [
        {"content": None, "tool_calls": [call("search_knowledge", {"query": "HR-1007 ロック"})]},
        {"content": "HR-1007 のロックはトークンで解除します [1]。"},
    ]
    with log_everything(caplog):
        make(chat, documents).ask("HR-1007 のロックは？パスワードは「Tsubame#2291」です。", user=csm)
    sent = json.dumps(server.asked, ensure_ascii=False)
    assert "秘密情報" in sent and "HR-1007" in sent and "ロックの解除" in caplog.text
    for secret in (token, "Tsubame#2291", key):
        assert secret not in sent and secret not in caplog.text


@pytest.mark.slow
def test_a_stopped_answer_hangs_up_on_the_model(server: Server, make: Make, csm: User, settings: Settings) -> None:
    server.replies = [{"stuck": piece({"content": "あ"})}]
    copilot = make(model(settings))
    stream = copilot.stream("HR-1007 のロックは？", user=csm)
    thread = next(stream).thread
    threading.Timer(0.3, copilot.stop, [thread], {"user": csm}).start()
    answer = [*stream][-1].answer
    assert answer is not None and answer.stopped
    assert server.hung_up.wait(10), "the model goes on for nobody"
