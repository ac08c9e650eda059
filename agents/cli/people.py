"""`python -m agents users …`: who may sign in, for whoever has this shell."""

from __future__ import annotations

import getpass
import sys
from typing import Annotated

import typer

from agents.cli.opening import users
from banso.core.console import print_json, say, write
from banso.core.errors import ConfigError

Name = Annotated[str, typer.Argument(help="the name to sign in with")]
RoleName = Annotated[str, typer.Argument(help="csm, reviewer or admin")]


def register(app: typer.Typer) -> None:
    """Add the group `users` to `app`."""
    people = typer.Typer(help="Who may sign in.", no_args_is_help=True)
    people.command("add", help="Add or replace a user. Example: python -m agents users add sato --role csm")(add)
    people.command("list", help="Every user. Example: python -m agents users list")(list_)
    people.command("role", help="Change a role. Example: python -m agents users role sato reviewer")(role)
    people.command("password", help="Set a new password. Example: python -m agents users password sato")(password)
    people.command("disable", help="End every session; no more sign-in. Example: users disable sato")(disable)
    people.command("enable", help="Undo disable. Example: python -m agents users enable sato")(enable)
    people.command("unlock", help="End a lock after wrong passwords. Example: users unlock sato")(unlock)
    app.add_typer(people, name="users")


def add(name: Name, role: Annotated[str, typer.Option("--role", help="csm, reviewer or admin")]) -> None:
    """Add a user; the password comes from standard input, or is asked for at a terminal."""
    chosen = _password()
    with users() as table:
        user = table.add(name, role, chosen)
    say(f"{user.name} can sign in as {user.role}")


def list_(as_json: Annotated[bool, typer.Option("--json", help="one JSON value instead of text")] = False) -> None:
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
    say(f"{user.name} is {user.role} now")


def password(name: Name) -> None:
    """Set a new password, read as in `add`; every session and lock of this person ends."""
    with users() as table:
        table.get(name)
        table.set_password(name, _password())
    say(f"{name} has a new password and is signed out everywhere")


def disable(name: Name) -> None:
    """End every session at once; what this person approved and is not sent yet, stays unsent."""
    with users() as table:
        table.disable(name)
    say(f"{name} can no longer sign in or decide; undo: python -m agents users enable {name}")


def enable(name: Name) -> None:
    """Let a disabled person sign in again, with the role they had."""
    with users() as table:
        user = table.enable(name)
    say(f"{user.name} can sign in as {user.role}")


def unlock(
    name: Annotated[str, typer.Argument(help="the name that is locked")] = "",
    address: Annotated[str, typer.Option("--address", help="instead: the IP address that is locked")] = "",
) -> None:
    """End the locks of a name, or of an address."""
    if bool(name) == bool(address):
        raise ConfigError("say whom to unlock", "python -m agents users unlock NAME, or unlock --address 192.0.2.7")
    with users() as table:
        ended = table.unlock(name, address)
    say(f"{ended} lock(s) ended")


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    chosen = getpass.getpass("password: ")
    if getpass.getpass("once more: ") != chosen:
        raise ConfigError("the two passwords differ", "try again")
    return chosen
