"""The same folder again: nothing changed, then one document in a hundred."""

from __future__ import annotations

import sys
from pathlib import Path

from evals.bench.bench import Bench
from evals.bench.clock import Spent, run_program
from evals.bench.result import Measure

SHARE = 100  # one in so many


def measure(bench: Bench) -> list[Measure]:
    """Time of the whole program, its start included, as a share of the first run's; processor time counts."""
    folder = bench.many("documents", bench.documents, lambda number: f"\n\nRevision {number}.\n")
    data = bench.scratch("second")
    first, again = _ingest(folder, data, bench), _ingest(folder, data, bench)
    for path in sorted(folder.iterdir())[::SHARE]:
        path.write_text(path.read_text(encoding="utf-8") + "\n\nThis line is new.\n", encoding="utf-8")
    changed = _ingest(folder, data, bench)
    part = "second"
    return [
        Measure(part=part, name="second_unchanged", value=100 * again.cpu / first.cpu, unit="%", bound=3.0),
        Measure(part=part, name="second_changed", value=100 * changed.cpu / first.cpu, unit="%", bound=6.0),
        Measure(part=part, name="second_unchanged_wall", value=100 * again.wall / first.wall, unit="%"),
        Measure(part=part, name="second_changed_wall", value=100 * changed.wall / first.wall, unit="%"),
        Measure(part=part, name="second_first", value=first.cpu, unit="s"),
    ]  # fmt: skip


def _ingest(folder: Path, data: Path, bench: Bench) -> Spent:
    bench.tell(0, 0, "second run")
    return run_program([sys.executable, "-m", "ingest", "manuals", str(folder), "--json", "--yes"], data, (0, 3))
