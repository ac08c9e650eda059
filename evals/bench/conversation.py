"""A conversation of a hundred turns: what its snapshots take on disk, and whether the last turns are slower."""

from __future__ import annotations

import itertools
import statistics
import time
from pathlib import Path

from agents.session import open_copilot
from evals.asking import ASKER
from evals.bench.bench import Bench
from evals.bench.result import Measure

MEGABYTE = 1e6
FEW = 10


def measure(bench: Bench) -> list[Measure]:
    """Bytes of the checkpoint file with its log, and the time of the last ten turns over that of the first ten."""
    settings = bench.index()
    for path in settings.data.glob("conversations.db*"):
        path.unlink()
    copilot = open_copilot(settings)
    seconds, sizes, thread = list[float](), list[tuple[float, float]](), ""
    try:
        for turn, question in enumerate(itertools.islice(itertools.cycle(bench.questions), bench.turns), 1):
            bench.tell(turn, bench.turns, "conversation")
            began = time.process_time()
            thread = copilot.ask(question, user=ASKER, thread=thread).thread
            seconds.append(time.process_time() - began)
            sizes.append((turn, _bytes(settings.data) / MEGABYTE))
    finally:
        copilot.close()
    slower = statistics.median(seconds[-FEW:]) / statistics.median(seconds[:FEW])
    return [
        Measure(part="conversation", name="conversation_size", value=sizes[-1][1], unit="MB", bound=10.0,
                series=tuple(sizes)),
        Measure(part="conversation", name="conversation_slower", value=slower, unit="x"),
        Measure(part="conversation", name="conversation_turns", value=bench.turns, unit=""),
    ]  # fmt: skip


def _bytes(data: Path) -> int:
    return sum(path.stat().st_size for path in data.glob("conversations.db*"))
