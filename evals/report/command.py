"""`python -m evals report [RUN]` and the option `--html` of a run: a run as one HTML page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from banso.core.console import print_json, write
from banso.core.errors import ConfigError
from banso.core.settings import Settings, load_settings
from banso.ui.quality.records import Against
from banso.ui.texts import ScreenLanguage
from evals.record import RunReport
from evals.texts import helped

Which = Annotated[str, typer.Argument(help=helped("report_run"))]
Out = Annotated[Path | None, typer.Option(help=helped("report_out"))]
Html = Annotated[Path | None, typer.Option("--html", help=helped("html"))]
Language = Annotated[Literal["ja", "en"] | None, typer.Option(help=helped("report_language"))]
Baseline = Annotated[Path | None, typer.Option(help=helped("report_baseline"))]
Json = Annotated[bool, typer.Option("--json", help=helped("json"))]


def report(
    run: Which = "latest", out: Out = None, language: Language = None, baseline: Baseline = None, json: Json = False
) -> None:
    """Write a run as one HTML page."""
    from evals import history
    from evals.comparing import baseline_of, compared

    settings = load_settings()
    path = find(run, settings.data)
    found = history.load(path)
    before = baseline_of(baseline, found) if baseline else None
    against = Against("baseline", before.info, compared(before, found)) if before else None
    target = write_page(found, out or path.with_suffix(".html"), settings, language, against)
    if json:
        print_json({"run": path.stem, "suite": found.suite, "html": str(target), "bytes": target.stat().st_size})
    else:
        write(str(target))


def find(run: str, data: Path) -> Path:
    """The file of a run: `latest`, the name of a suite or of a run, or a file. Raises ConfigError."""
    from evals import history

    if Path(run).is_file():
        return Path(run)
    kept = history.runs(data)
    named = [path for path in kept if run in ("latest", path.stem, path.name)]
    if found := [*named, *history.runs(data, run)]:
        return found[0]
    known = ", ".join(path.stem for path in kept[:5]) or "none yet"
    raise ConfigError(
        f"{data}: no run {run!r}; the newest are: {known}", "python -m evals run smoke; then python -m evals report"
    )


def write_page(
    found: RunReport, out: Path, settings: Settings, language: ScreenLanguage | None = None,
    against: Against | None = None,
) -> Path:  # fmt: skip
    """Write the page, among the earlier runs of its suite. Raises ConfigError when the file cannot be written."""
    from evals.report.html import page
    from evals.report.kept import KeptRuns

    among = KeptRuns(settings).earlier(found)
    html = page(found, among, language or settings.language, settings.timezone, against=against)
    try:
        out.write_text(html, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{out}: cannot be written: {error.strerror}", "--out names a file in a folder that exists") from error  # fmt: skip  # noqa: E501
    return out
