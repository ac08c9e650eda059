"""What a run tells at the terminal, when names are hostile."""

from __future__ import annotations

import io

from rich.console import Console

from ingest.report import FailedItem, Report
from ingest.show import print_report

ODD = "x\x1b[2J [/b] [red]\ny"


def test_names_cannot_steer_the_terminal_nor_break_the_report() -> None:
    out = io.StringIO()
    report = Report(
        source="manual",
        collection=f"/manuals/{ODD}",
        failures=(FailedItem(path=ODD, error=ODD, hint=ODD),),
        warnings={ODD: 2},
    )
    print_report(report, "en", Console(file=out, force_terminal=False, width=200))
    shown = out.getvalue()
    assert "\x1b" not in shown
    assert "[U+001B][2J [/b] [red] y" in shown
