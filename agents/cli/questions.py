"""`python -m agents ask | search | draft`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from agents.cli.beside import beside_lines
from agents.cli.hits import also_in, citation_json, hit_json, parts_json, periods_json, show_found
from agents.cli.opening import OPERATOR, batch, copilot, failure, person, tell_if_empty
from agents.texts import helped, told
from banso.core.clock import utc_now
from banso.core.console import EXIT_PARTIAL, print_json, say, write
from banso.core.errors import BansoError, ConfigError, ItemError, NotFound
from banso.core.settings import Settings
from banso.core.users import User
from banso.knowledge.documents import Installed
from banso.review.child import take_sender_environment

Account = Annotated[str, typer.Option("--account", help=helped("account"))]
As = Annotated[str, typer.Option("--as", help=helped("asking_as"))]
Json = Annotated[bool, typer.Option("--json", help=helped("json"))]
Batch = Annotated[Path | None, typer.Option("--batch", help=helped("batch"))]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("ask", help=helped("ask", 'python -m agents ask "HR-1007 の解除方法は？"'))(ask)
    app.command("search", help=helped("search", 'python -m agents search "証明書 期限" --k 5'))(search)
    app.command(
        "draft",
        help=helped("draft", 'python -m agents draft --account AC-0001 --about "…" --as sato'),
    )(draft)


def ask(  # noqa: PLR0913, PLR0917
    question: Annotated[str, typer.Argument(help=helped("question"))] = "",
    account: Account = "",
    as_: As = "",
    thread: Annotated[str, typer.Option("--thread", help=helped("thread"))] = "",
    as_json: Json = False,
    batch_file: Batch = None,
) -> None:
    """Answer one question, or a file of them."""
    take_sender_environment()
    user = person(as_)
    with copilot() as opened:
        tell_if_empty(opened.knowledge, opened.settings)

        def one(text: str) -> dict[str, Any]:
            return _answer_json(opened.ask(text, user=user, account=account, thread=thread))

        if batch_file is not None:
            _each(batch_file, one)
        elif not question.strip():
            raise ConfigError(told("ask.no_question"), told("ask.no_question_hint"))
        elif as_json:
            print_json(one(question))
        else:
            _show_answer(opened, question, user, account, thread)


def search(  # noqa: PLR0913, PLR0917 - a command has as many arguments as it has options
    words: Annotated[str, typer.Argument(help=helped("words"))] = "",
    k: Annotated[int, typer.Option("--k", min=1, max=100, help=helped("k"))] = 10,
    account: Account = "",
    explain: Annotated[bool, typer.Option("--explain", help=helped("explain"))] = False,
    as_json: Json = False,
    batch_file: Batch = None,
) -> None:
    """The best passages, best first."""
    take_sender_environment()
    from banso.core.settings import load_settings
    from banso.knowledge.asked import search_asked, search_parts
    from banso.knowledge.documents import Scope
    from banso.knowledge.embedding import get_embedder
    from banso.knowledge.index import open_knowledge

    settings = load_settings()
    knowledge = open_knowledge(settings, get_embedder(settings))
    scope = Scope(account=account, private=settings.private_channels, installed=_installed(settings, account))
    zone = ZoneInfo(settings.timezone)
    try:
        tell_if_empty(knowledge, settings)

        def one(text: str) -> dict[str, Any]:
            now = utc_now().astimezone(zone)
            if explain:
                return parts_json(search_parts(knowledge.search, text, scope, k, now), knowledge, k)
            hits, parts = search_asked(knowledge.search, text, scope, k, now)
            return {"hits": [hit_json(hit) for hit in hits], "periods": periods_json(parts)}

        if batch_file is not None:
            _each(batch_file, one)
        elif not words.strip():
            raise ConfigError(told("search.no_words"), 'python -m agents search "…"')
        elif as_json:
            print_json(one(words))
        else:
            show_found(one(words))
    finally:
        knowledge.close()


def _installed(settings: Settings, account: str) -> Installed:
    """What the account runs: its pages come first, as in an answer."""
    from agents.account_facts import facts_of
    from banso.core.database import open_database
    from banso.crm.embedded import open_crm

    database = open_database(settings, "app")
    try:
        return facts_of(open_crm(settings, database), account).installed
    finally:
        database.close()


def draft(
    about: Annotated[str, typer.Option("--about", help=helped("about"))],
    account: Annotated[str, typer.Option("--account", help=helped("draft_account"))],
    as_: Annotated[str, typer.Option("--as", help=helped("draft_as"))],
    to: Annotated[str, typer.Option("--to", help=helped("draft_to"))] = "",
    as_json: Json = False,
) -> None:
    """File a draft reply and leave it for a reviewer."""
    take_sender_environment()
    user = person(as_)
    with copilot() as opened:
        made = opened.draft(about, user=user, account=account, to=to)
        state = opened.ledger.state(made.draft)
    if as_json:
        print_json({"id": made.draft, "state": state, **made.model_dump(mode="json")})
        return
    write(told("draft.filed", to=made.recipient, state=state, **made.model_dump()))
    say(told("draft.waits", draft=made.draft, hash=made.hash))


def _each(path: Path, one: Callable[[str], dict[str, Any]]) -> None:
    """One JSON line an item; items that fail are named and counted, and the rest goes on."""
    failed = 0
    for item in batch(path, "question"):
        if isinstance(item, ItemError):
            failed += 1
            say(item.message)
            continue
        try:
            print_json({"id": item[0], **one(item[1])})
        except BansoError as error:
            failed += 1
            say(told("batch.item", path=path, id=item[0], error=error.message))
            print_json(failure(item[0], error))
    if failed:
        say(told("batch.failed", count=failed))
        sys.exit(EXIT_PARTIAL)


def _answer_json(answer: Any) -> dict[str, Any]:
    return {
        "text": answer.text,
        "grounded": answer.grounded,
        "citations": [citation_json(citation) for citation in answer.citations],
        "translations": [one.model_dump(mode="json") for one in answer.translations],
        "draft": answer.draft,
        "confidence": answer.confidence,
        "unsure": answer.unsure,
        "seconds": round(answer.seconds, 3),
        "thread": answer.thread,
        "notices": list(answer.notices),
        "nearest": [citation_json(citation) for citation in answer.nearest],
        "ages": answer.ages and answer.ages.model_dump(mode="json"),
        "facts": [fact.model_dump(mode="json") for fact in answer.facts],
        "beside": answer.beside.model_dump(mode="json"),
        "unanswered": list(answer.unanswered),
        "asks": answer.asks and {"question": answer.asks.question, "choices": [c.label for c in answer.asks.choices]},
        "removed": list(answer.removed),
        "usage": [one.model_dump(mode="json") for one in answer.usage],
        "prompt": answer.prompt,
    }


def _write_text(answer: Any) -> None:
    if answer.unsure:
        say(f"! {told('ask.unsure')}")
    write(answer.text)


def _show_answer(opened: Any, question: str, user: User, account: str, thread: str) -> None:
    answer = None
    for event in opened.stream(question, user=user, account=account, thread=thread):
        if event.kind == "step" and event.detail:
            say(f"… {event.detail}")
        answer = event.answer or answer
    if answer is None:
        raise NotFound(told("ask.no_answer"))
    _write_text(answer)
    _show_sources(answer)
    if answer.asks:
        choices = " / ".join(one.label for one in answer.asks.choices)
        write(f"? {answer.asks.question}" + (f" [{choices}]" if choices else ""))
    for sentence in answer.removed:
        say(told("ask.removed", sentence=sentence))
    for line in beside_lines(answer):
        write(line)
    for notice in answer.notices:
        say(f"! {notice}")
    how = "ask.go_on" if user == OPERATOR else "ask.go_on_as"
    say(told(how, seconds=answer.seconds, thread=answer.thread, name=user.name))


def _show_sources(answer: Any) -> None:
    for one in answer.translations:
        write(told("ask.translation", marker=one.marker, model=one.model, text=one.text))
    for citation in answer.citations or answer.nearest:
        page = told("ask.page", page=citation.page) if citation.page else ""
        write(f"  [{citation.marker}] {citation.title} ({citation.source}: {citation.ref}{page})")
        if variants := also_in(citation.variants):
            write(f"      {variants}")
