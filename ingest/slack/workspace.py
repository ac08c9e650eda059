"""Who and what an export names: people, bots, channels, and where each channel's day files lie."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from banso.core.errors import ConfigError, ItemError
from ingest.archive import Tree
from ingest.sources.base import Failure
from ingest.texts import told
from ingest.values import storable

_DAY = re.compile(r"(?P<folder>.+)/\d{4}-\d{2}-\d{2}\.json$")
_LISTS = {"channels": False, "groups": True, "mpims": True, "dms": True}
"""The files that list conversations, and whether they are private."""


@dataclass(frozen=True)
class Channel:
    """A channel, group or direct message and its day files in order of date."""

    id: str
    name: str
    folder: str
    private: bool
    members: tuple[str, ...] = ()
    days: tuple[str, ...] = ()

    @property
    def direct(self) -> bool:
        """A direct message, which has an id and no name."""
        return self.name == self.id


@dataclass
class Workspace:
    """Names by id, and the channels. `failures` names the lists that could not be read."""

    people: dict[str, str] = field(default_factory=dict)
    bots: set[str] = field(default_factory=lambda: {"USLACKBOT"})
    channels: list[Channel] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def person(self, user: str) -> str:
        """The shown name of a user id; the id itself when the export does not know it."""
        return self.people.get(user, user)

    def channel(self, channel: str) -> str:
        """The name of a channel id, empty when unknown."""
        return next((c.name for c in self.channels if c.id == channel), "")


def read_json(tree: Tree, name: str) -> list[dict[str, Any]]:
    """The objects of a JSON array. Raises ItemError, with the line, when it is not one."""
    try:
        value = json.loads(tree.read(name).decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise ItemError(told("slack.bad_json", line=error.lineno, why=error.msg), told("archive.again")) from error
    except ValueError as error:  # no UTF-8, or a number with thousands of digits
        raise ItemError(told("slack.no_utf8", why=error), told("archive.again")) from error
    except RecursionError as error:
        raise ItemError(told("records.deep"), told("archive.again")) from error
    if not isinstance(value, list):
        raise ItemError(told("slack.no_array"), told("slack.array_hint"))
    try:
        return [storable(entry) for entry in value if isinstance(entry, dict)]
    except RecursionError as error:
        raise ItemError(told("records.deep"), told("archive.again")) from error


def as_list(value: object) -> list[Any]:
    """A JSON list, or an empty one where an export has something else."""
    return value if isinstance(value, list) else []


def read_workspace(tree: Tree, where: str) -> Workspace:
    """People and channels of the export. Raises ConfigError when no day file `<channel>/YYYY-MM-DD.json` is there."""
    days: dict[str, list[str]] = defaultdict(list)
    for name in tree.names():
        if (match := _DAY.fullmatch(name)) and "__MACOSX" not in name:
            days[match["folder"]].append(name)
    if not days:
        raise ConfigError(told("slack.no_export", path=where), told("slack.name_folder"))
    workspace = Workspace(failures=list(tree.refused))
    root = _root(tree.names())
    for user in _list(tree, f"{root}users.json", workspace):
        _add_user(workspace, user)
    listed = {name: _list(tree, f"{root}{name}.json", workspace) for name in _LISTS}
    _add_channels(workspace, listed, root, days)
    return workspace


def display_name(user: dict[str, Any]) -> str:
    """What Slack shows for a user object or a message's `user_profile`."""
    profile = user.get("profile")
    profile = profile if isinstance(profile, dict) else {}  # some exporters write an empty object as []
    shown = (profile.get("display_name"), profile.get("real_name"), user.get("display_name"), user.get("real_name"))
    return next((str(name).strip() for name in (*shown, user.get("name")) if name and str(name).strip()), "")


def _root(names: list[str]) -> str:
    """The folder inside the tree that holds the lists; some tools wrap the export in one of its own."""
    lists = [name for name in names if name.rpartition("/")[2] in ("channels.json", "users.json")]
    return min(lists, key=len).rpartition("/")[0] + "/" if lists and "/" in min(lists, key=len) else ""


def _list(tree: Tree, name: str, workspace: Workspace) -> list[dict[str, Any]]:
    if name not in tree.names():
        return []
    try:
        return read_json(tree, name)
    except ItemError as error:
        workspace.failures.append(Failure(name, error.message, error.hint, hides=True))
        return []


def _add_user(workspace: Workspace, user: dict[str, Any]) -> None:
    identity = str(user.get("id", ""))
    workspace.people[identity] = display_name(user) or identity
    if user.get("is_bot"):
        workspace.bots.add(identity)


def _add_channels(
    workspace: Workspace, listed: dict[str, list[dict[str, Any]]], root: str, days: dict[str, list[str]]
) -> None:
    known: dict[str, Channel] = {}
    for kind, private in _LISTS.items():
        for entry in listed[kind]:
            identity = str(entry.get("id", ""))
            name = str(entry.get("name") or identity)
            private_too = private or bool(entry.get("is_private"))
            members = tuple(map(str, as_list(entry.get("members"))))
            known[name] = Channel(identity, name, f"{root}{name}", private_too, members)
    for folder in sorted(days):
        name = folder.removeprefix(root)
        # A folder that no list names may be a private channel whose list was left out of the export.
        channel = known.pop(name, Channel("", name, folder, private=bool(listed["channels"])))
        workspace.channels.append(
            Channel(channel.id, name, folder, channel.private, channel.members, tuple(sorted(days[folder])))
        )
    workspace.channels.extend(known.values())
