"""Tokens a processor second of the embedded model, against the same weights in fp32 torch."""

from __future__ import annotations

from typing import Any

import numpy as np

from banso.core.errors import ConfigError
from banso.knowledge.e5.embedder import PASSAGE, E5Small
from banso.knowledge.e5.torch_model import torch_folder
from banso.knowledge.registry import passage_of
from evals.bench.bench import Bench
from evals.bench.clock import timed
from evals.bench.result import Measure

PASSAGES = 192
ROUNDS = 2  # one after the other, so that both meet the machine as it is


def measure(bench: Bench) -> list[Measure]:
    """The ratio, and the lowest cosine between the two models' vectors of one passage."""
    from sentence_transformers import SentenceTransformer

    texts = passages(bench, PASSAGES)
    ours, torch = E5Small(bench.settings.data), SentenceTransformer(str(torch_folder(bench.settings.data)))
    tokens = sum(min(ours.count_tokens(text), ours.max_tokens) for text in texts)
    found: dict[str, Any] = {}
    spent = {"ours": 0.0, "torch": 0.0}
    for done in range(ROUNDS):
        bench.tell(done, ROUNDS, "embedding")
        spent["ours"] += timed(lambda: found.update(ours=ours.passages(texts))).cpu
        spent["torch"] += timed(lambda: found.update(torch=torch.encode([PASSAGE + text for text in texts]))).cpu
    cosine = float(np.sum(found["ours"] * found["torch"], axis=1).min())
    part, ratio = "embedding", spent["torch"] / spent["ours"]
    return [
        Measure(part=part, name="embed_ratio", value=ratio, unit="x", bound=1.5, at_least=True),
        Measure(part=part, name="embed_cosine", value=cosine, unit="", bound=0.995, at_least=True),
        Measure(part=part, name="embed_tokens", value=ROUNDS * tokens / spent["ours"], unit="/s"),
    ]  # fmt: skip


def passages(bench: Bench, count: int) -> list[str]:
    """Passages as they are embedded, spread evenly over the index. Raises ConfigError for an empty one."""
    knowledge = bench.knowledge()
    try:
        documents = knowledge.documents(limit=knowledge.stats().documents)
        step = max(1, len(documents) // count)
        found = [
            passage_of(one.title, chunk.heading_path, chunk.text)
            for one in documents[::step]
            for chunk in knowledge.chunks(one.id)[:3]
        ]
    finally:
        knowledge.close()
    if not found:
        raise ConfigError("the index is empty", "ingest something first")
    return found[:: max(1, len(found) // count)][:count]
