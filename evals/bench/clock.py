"""Wall time and processor time, of calls and of whole programs."""

from __future__ import annotations

import os
import resource
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from banso.core.errors import BansoError
from evals.peers.compare import percentile
from evals.peers.systems import ROOT

MILLI = 1000.0


class ProgramFailed(BansoError):
    """A measured program ended with an error; the message has its last words."""


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock, and of the processor: what other work on the machine hardly stretches."""

    wall: float
    cpu: float


def timed(act: Callable[[], object]) -> Spent:
    """One call; processor time is that of the whole process."""
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return Spent(time.perf_counter() - wall, time.process_time() - cpu)


def run_program(command: Sequence[str], data: Path, accept: Sequence[int] = (0,)) -> Spent:
    """A program at the project's root on this data folder, with all it starts. Raises ProgramFailed."""
    before, wall = _children(), time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env=environment(data), capture_output=True, text=True, check=False)
    spent = Spent(time.perf_counter() - wall, _children() - before)
    if done.returncode not in accept:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise ProgramFailed(f"{' '.join(command[1:4])}: {said[-1] if said else done.returncode}")
    return spent


def environment(data: Path) -> Mapping[str, str]:
    """Of a measured program: no setting of ours but the data folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BANSO_")}
    return kept | {"BANSO_DATA": str(data)}


def p50_p95(values: Sequence[float]) -> tuple[float, float]:
    """Median and 95th percentile (nearest rank)."""
    return percentile(values, 0.5), percentile(values, 0.95)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
