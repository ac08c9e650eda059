"""How a run tells how far it is, and the bar that a terminal shows of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from banso.core.console import safe

Progress = Callable[[int, int, str], None]
"""done, total, what was last read. Total is 0 while items are still being listed; done then counts what was found."""


def no_progress(done: int, total: int, name: str) -> None:
    """Tells nobody."""


@contextmanager
def progress_bar(title: str, listing: str) -> Iterator[Progress]:
    """A bar on standard error with rate and time left; plain silence where that is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}", markup=False),
        TimeRemainingColumn(),
        TextColumn("{task.fields[name]}", style="dim", markup=False),
    )
    console = Console(stderr=True)
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(safe(f"{title}: {listing}"), total=None, rate="", name="")

        def tell(done: int, total: int, name: str) -> None:
            state = next(one for one in bar.tasks if one.id == task)
            rate = f"{state.speed:.1f}/s" if state.speed else ""
            words = f"{title}" if total else f"{title}: {listing}"
            bar.update(
                task, completed=done, total=total or None, description=safe(words), rate=rate, name=safe(name[-40:])
            )

        yield tell
