"""`python -m agents model show | set | try` and `python -m agents usage`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from agents.models.choice import ModelChoice
from agents.models.desk import ModelDesk, Trial
from agents.texts import helped, told
from agents.usage_book import UsageBook, UsageLine
from banso.core.console import EXIT_PARTIAL, print_json, say, write
from banso.core.database import open_database
from banso.core.settings import load_settings
from banso.review.child import take_sender_environment

Json = Annotated[bool, typer.Option("--json", help=helped("json"))]
Fallbacks = Annotated[list[str] | None, typer.Option("--fallback", help=helped("model_fallback"))]
Base = Annotated[str, typer.Option("--api-base", help=helped("model_api_base"))]
Key = Annotated[bool, typer.Option("--key-stdin", help=helped("model_key"))]
Name = Annotated[str, typer.Argument(help=helped("model_name"))]


def register(app: typer.Typer) -> None:
    """Add the commands about chat models to `app`."""
    models = typer.Typer(help=helped("model", "python -m agents model show"), no_args_is_help=True)
    models.command("show", help=helped("model_show", "python -m agents model show --json"))(show)
    example = "python -m agents model set openai/gpt-5-mini --fallback ollama/qwen3"
    models.command("set", help=helped("model_set", example))(set_)
    models.command("try", help=helped("model_try", "python -m agents model try ollama/qwen3 --json"))(try_)
    app.add_typer(models, name="model")
    app.command("usage", help=helped("usage", "python -m agents usage --days 7 --daily"))(usage)


@contextmanager
def _desk() -> Iterator[ModelDesk]:
    take_sender_environment()
    settings = load_settings()
    database = open_database(settings, "app")
    try:
        yield ModelDesk(settings, UsageBook(database, settings.timezone))
    finally:
        database.close()


def show(as_json: Json = False) -> None:
    """The choice in force; its key is never shown."""
    with _desk() as desk:
        choice, decided = desk.choice(), desk.fixed
    _show(choice, decided, as_json)


def set_(
    model: Name, fallbacks: Fallbacks = None, api_base: Base = "", key: Key = False, as_json: Json = False
) -> None:
    """Choose the models of this data folder, from the next question on."""
    with _desk() as desk:
        _show(desk.save(model, fallbacks or (), api_base, _key() if key else None), desk.fixed, as_json)


def try_(
    model: Name, fallbacks: Fallbacks = None, api_base: Base = "", key: Key = False, as_json: Json = False
) -> None:
    """One small call of each; exit 3 when one did not answer."""
    with _desk() as desk:
        trials = desk.trial(model, fallbacks or (), api_base, _key() if key else None)
    if as_json:
        print_json([one.model_dump(mode="json") for one in trials])
    for one in () if as_json else trials:
        write(_trial(one))
    if not all(one.answered for one in trials):
        sys.exit(EXIT_PARTIAL)


def usage(
    days: Annotated[int, typer.Option(min=1, max=3660, help=helped("usage_days"))] = 30,
    daily: Annotated[bool, typer.Option("--daily", help=helped("usage_daily"))] = False,
    as_json: Json = False,
) -> None:
    """Answers, tokens, price and time, a line a model."""
    with _desk() as desk:
        lines = desk.usage(days=days, daily=daily)
    if as_json:
        print_json([line.model_dump(mode="json") for line in lines])
    elif not lines:
        say(told("usage.none", days=days))
    for line in () if as_json else lines:
        write(told("usage.line", **_line(line)))


def _line(line: UsageLine) -> dict[str, Any]:
    prices = [told("usage.unpriced", count=line.unpriced)] if line.unpriced else []
    cost = " ".join([f"${line.cost:.4f}", *prices])
    return line.model_dump() | {"cost": cost, "day": f"{line.day}  " if line.day else ""}


def _trial(one: Trial) -> str:
    if not one.answered:
        return told("model.silent", model=one.model, reason=one.reason)
    tools = told("model.tools" if one.calls_tools else "model.no_tools")
    return told("model.answered", model=one.model, seconds=one.seconds, tools=tools)


def _show(choice: ModelChoice, decided: bool, as_json: bool) -> None:
    told_ = {
        "model": choice.model, "fallbacks": list(choice.fallbacks), "api_base": choice.api_base,
        "key": bool(choice.api_key.get_secret_value()), "from_environment": decided,
    }  # fmt: skip
    if as_json:
        print_json(told_)
        return
    write(told("model.shown", model=choice.model, fallbacks=", ".join(choice.fallbacks) or "–"))
    if choice.api_base:
        write(told("model.base", base=choice.api_base))
    say(told("model.by_environment" if decided else "model.by_choice"))


def _key() -> str:
    return sys.stdin.readline().strip()
