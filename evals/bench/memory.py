"""Resident memory of ingestion with all its children, and whether it grows with the number of documents."""

from __future__ import annotations

import subprocess
import sys
import time

from evals.bench.bench import Bench
from evals.bench.clock import ProgramFailed, environment
from evals.bench.result import Measure
from evals.peers.process import tree_bytes
from evals.peers.systems import ROOT

EVERY = 0.2  # seconds between two looks
MEGABYTE = 1e6


def measure(bench: Bench) -> list[Measure]:
    """The peak, and the peak of the last half of the time over that of the first. The texts repeat, so that ten
    thousand documents need the embedding of a few hundred: what is measured is everything else."""
    folder = bench.many("documents", bench.documents)
    command = [sys.executable, "-m", "ingest", "manuals", str(folder), "--json", "--yes"]
    began, seen = time.monotonic(), list[tuple[float, float]]()
    environ = environment(bench.scratch("memory"))
    with subprocess.Popen(
        command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as program:
        while program.poll() is None:
            seen.append((time.monotonic() - began, tree_bytes(program.pid) / MEGABYTE))
            bench.tell(0, 0, f"memory: {seen[-1][1]:.0f} MB")
            time.sleep(EVERY)
    if program.returncode not in {0, 3}:
        raise ProgramFailed(f"ingestion ended with {program.returncode}")
    peak = max(size for _, size in seen)
    half = seen[-1][0] / 2
    growth = max(size for at, size in seen if at > half) / max(size for at, size in seen if at <= half)
    thin = tuple(seen[:: max(1, len(seen) // 400)])
    return [
        Measure(part="memory", name="memory_peak", value=peak, unit="MB", bound=1200.0, series=thin),
        Measure(part="memory", name="memory_growth", value=growth, unit="x", bound=1.05),
        Measure(part="memory", name="memory_documents", value=bench.documents, unit=""),
    ]
