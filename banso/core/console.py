"""What every command line shares: exit codes, one place where expected errors become one line, JSON on request."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Callable
from typing import Any, NoReturn

from pydantic import BaseModel

from banso.core.errors import BansoError, ConfigError, NotApproved
from banso.core.texts import CORE, operator_language, speaking

EXIT_CONFIG, EXIT_PARTIAL, EXIT_REFUSED, EXIT_ERROR = 2, 3, 4, 1


def print_json(value: object) -> None:
    """One JSON value on one line of standard output, Japanese as it is."""
    print(json.dumps(value, ensure_ascii=False, default=_plain), flush=True)


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    return str(value)


def safe(text: str) -> str:
    """Text of others for a terminal: a control character but tab and line end is written as `[U+001B]`, so that a file
    name or a source can neither move the cursor nor rename the window."""
    return "".join(
        c if c in "\t\n" or unicodedata.category(c) not in ("Cc", "Cs") else f"[U+{ord(c):04X}]" for c in text
    )


def say(text: str) -> None:
    """A line for the person at the terminal: standard error, so that standard output stays data."""
    print(safe(text), file=sys.stderr, flush=True)


def write(text: str) -> None:
    """A line of text of others on standard output."""
    print(safe(text), flush=True)


def run(main: Callable[[], Any]) -> NoReturn:
    """Run a command line in the operator's language; expected errors print one line (and the hint) and choose the exit
    code."""
    with speaking(operator_language()):
        try:
            main()
        except BansoError as error:
            say(f"{error.message}" + (f"\n  {error.hint}" if error.hint else ""))
            sys.exit(exit_code(error))
        except KeyboardInterrupt:
            say(CORE.told("console.stopped"))
            sys.exit(130)
    sys.exit(0)


def exit_code(error: BansoError) -> int:
    """2: the operator can fix it; 4: refused by the review ledger; 1: anything else expected."""
    if isinstance(error, ConfigError):
        return EXIT_CONFIG
    return EXIT_REFUSED if isinstance(error, NotApproved) else EXIT_ERROR
