"""`python -m agents users …`: who may sign in, for whoever has this shell."""

from __future__ import annotations

import getpass
import sys
from typing import Annotated

import typer

from agents.cli.opening import users
from agents.texts import helped, told
from banso.core.console import print_json, say, write
from banso.core.errors import ConfigError

Name = Annotated[str, typer.Argument(help=helped("user_name"))]
RoleName = Annotated[str, typer.Argument(help=helped("user_role"))]


def register(app: typer.Typer) -> None:
    """Add the group `users` to `app`."""
    people = typer.Typer(help=helped("users", "python -m agents users list"), no_args_is_help=True)
    people.command("add", help=helped("users_add", "python -m agents users add sato --role csm"))(add)
    people.command("list", help=helped("users_list", "python -m agents users list"))(list_)
    people.command("role", help=helped("users_role", "python -m agents users role sato reviewer"))(role)
    people.command("password", help=helped("users_password", "python -m agents users password sato"))(password)
    people.command("disable", help=helped("users_disable", "python -m agents users disable sato"))(disable)
    people.command("enable", help=helped("users_enable", "python -m agents users enable sato"))(enable)
    people.command("unlock", help=helped("users_unlock", "python -m agents users unlock sato"))(unlock)
    app.add_typer(people, name="users")


def add(name: Name, role: Annotated[str, typer.Option("--role", help=helped("user_role"))]) -> None:
    """Add a user; the password comes from standard input, or is asked for at a terminal."""
    chosen = _password()
    with users() as table:
        user = table.add(name, role, chosen)
    say(told("users.can", name=user.name, role=user.role))


def list_(as_json: Annotated[bool, typer.Option("--json", help=helped("json"))] = False) -> None:
    """Every user with their role."""
    with users() as table:
        everyone = table.all()
    if as_json:
        print_json([user.model_dump() for user in everyone])
        return
    for user in everyone:
        write(f"{user.name}\t{user.role}" + ("\tdisabled" if user.disabled else ""))


def role(name: Name, role: RoleName) -> None:
    """Change what a person may do, from the next click on."""
    with users() as table:
        user = table.set_role(name, role)
    say(told("users.role", name=user.name, role=user.role))


def password(name: Name) -> None:
    """Set a new password, read as in `add`; every session and lock of this person ends."""
    with users() as table:
        table.get(name)
        table.set_password(name, _password())
    say(told("users.password", name=name))


def disable(name: Name) -> None:
    """End every session at once; what this person approved and is not sent yet, stays unsent."""
    with users() as table:
        table.disable(name)
    say(told("users.disabled", name=name))


def enable(name: Name) -> None:
    """Let a disabled person sign in again, with the role they had."""
    with users() as table:
        user = table.enable(name)
    say(told("users.can", name=user.name, role=user.role))


def unlock(
    name: Annotated[str, typer.Argument(help=helped("locked_name"))] = "",
    address: Annotated[str, typer.Option("--address", help=helped("locked_address"))] = "",
) -> None:
    """End the locks of a name, or of an address."""
    if bool(name) == bool(address):
        raise ConfigError(told("users.whom"), told("users.whom_hint"))
    with users() as table:
        ended = table.unlock(name, address)
    say(told("users.unlocked", count=ended))


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    chosen = getpass.getpass(told("users.ask_password"))
    if getpass.getpass(told("users.once_more")) != chosen:
        raise ConfigError(told("users.differ"), told("users.try_again"))
    return chosen
