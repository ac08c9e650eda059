"""The judge over real HTTP, its agreement with labels, and what a model used."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import HumanMessage

from agents.models.litellm import open_litellm
from banso.core.errors import ConfigError
from banso.core.settings import Settings
from evals.judge import agreement, judged, kappa, load_labels, open_judge, own_verdict
from evals.record import CaseResult, Evidence
from evals.usage import metered

CITED = CaseResult(
    id="a", question="q", answerable=True, grounded="cited", text="Thirty minutes [1].",
    evidence=(Evidence(marker=1, ref="m", quote="30 minutes"),),
)  # fmt: skip


class Handler(BaseHTTPRequestHandler):
    """Streams the reply `says`, then how many tokens it took."""

    says = "SUPPORTED"
    asked: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        self.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        base = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        delta = {"role": "assistant", "content": self.says}
        usage = {"prompt_tokens": 40, "completion_tokens": 2, "total_tokens": 42}
        rows = [
            {**base, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]},
            {**base, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
            {**base, "choices": [], "usage": usage},
        ]
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.write(b"".join(f"data: {json.dumps(row)}\n\n".encode() for row in rows) + b"data: [DONE]\n\n")

    def log_message(self, format: str, *args: Any) -> None: ...


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Handler]]:
    class Own(Handler):
        asked: ClassVar[list[dict[str, Any]]] = []

    server = ThreadingHTTPServer(("127.0.0.1", 0), Own)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.setenv("OPENAI_API_BASE", f"http://127.0.0.1:{server.server_port}/v1")
    yield Own
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("says", "score"),
    [("SUPPORTED", 1.0), ("**Unsupported**.", 0.0), ("SUPPORTED or UNSUPPORTED", None), ("I cannot tell", None)],
)
def test_a_word_is_a_verdict_and_anything_else_is_none(
    settings: Settings, handler: type[Handler], says: str, score: float | None
) -> None:
    handler.says = says
    refused = CITED.model_copy(update={"id": "b", "grounded": "refused"})
    first, second = judged([CITED, refused], open_judge(settings, "openai/judge"))
    assert first.scores["judge_support"] == score and second.scores["judge_support"] is None
    assert len(handler.asked) == 1 and "30 minutes" in handler.asked[0]["messages"][-1]["content"]


def test_the_embedded_model_is_no_judge(settings: Settings) -> None:
    with pytest.raises(ConfigError, match="--judge"):
        open_judge(settings, "embedded/extractive")


def test_tokens_are_counted_and_priced_where_the_price_is_known(settings: Settings, handler: type[Handler]) -> None:
    model = open_litellm(settings.model_copy(update={"model": "openai/gpt-4o-mini"}))
    with metered() as meter:
        for _ in model.stream([HumanMessage("hello")]):
            pass
    assert meter.tokens == 42 and meter.cost("openai/no-such-model") is None
    cost = meter.cost("openai/gpt-4o-mini")
    assert cost is not None and 0 < cost < 0.001
    with metered() as silent:
        pass
    assert silent.tokens is None and silent.cost("openai/gpt-4o-mini") is None


def test_kappa_by_hand() -> None:
    # Cohen (1960): met 0.7; chance 0.5 * 0.6 + 0.5 * 0.4 = 0.5
    pairs = [(True, True)] * 4 + [(True, False)] + [(False, True)] * 2 + [(False, False)] * 3
    assert kappa(pairs) == pytest.approx(0.4)
    assert kappa([(True, True)]) is None


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1))
def test_kappa_is_the_same_from_both_sides_and_at_most_1(pairs: list[tuple[bool, bool]]) -> None:
    value, other = kappa(pairs), kappa([(b, a) for a, b in pairs])
    assert (value is None) == (other is None)
    assert value is None or (other is not None and value == pytest.approx(other) and value <= 1 + 1e-9)


def test_the_labels_are_sixty_pairs_of_both_languages_and_both_kinds() -> None:
    labels = load_labels()
    assert len({label.id for label in labels}) == 60
    for language in ("ja", "en"):
        assert sum(label.supported for label in labels if label.language == language) == 15


def test_by_words_alone_the_scorer_agrees_with_people_beyond_chance() -> None:
    found = agreement(own_verdict(lambda _a, _b: 0.0), load_labels(), "support")
    assert found["support_agreement"].n == 60 and found["support_kappa"].low > 0.1


def test_pairs_without_a_verdict_do_not_count() -> None:
    labels = load_labels()
    found = agreement(lambda answer, _: None if "30" in answer else True, labels, "judge")
    assert found["judge_agreement"].n < 60 and "judge_kappa" in found
