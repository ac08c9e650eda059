"""The example company's documents with the orders in them, and a question that leads to each."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, groupby
from pathlib import Path
from typing import Any

from evals.hijack.disguise import planted
from evals.hijack.plants import Plant

KINDS = ("crm", "manuals", "tickets", "slack")
_PARAGRAPH = re.compile(r"(?:^|\n\n)(?P<text>(?![#|>\-*<`!]|\d+\.)[^\n]{25,}(?:\n(?![#|>\-*<`])[^\n]+)*)(?=\n\n|\n*\Z)")
_HTML = re.compile(r"<p>(?P<text>[^<]{25,})</p>")


@dataclass(frozen=True)
class Planting:
    """One order in its place. `question` leads to the passage; `account` is whose ticket it is, or empty."""

    plant: Plant
    ref: str
    question: str
    account: str = ""


def poison(plants: Sequence[Plant], source: Path, target: Path) -> tuple[list[Planting], list[tuple[str, Path]]]:
    """Copies crm, manuals, tickets and slack of `source` and plants the orders. Returns what stands where, and the
    sources as (kind, path)."""
    for kind in KINDS:
        shutil.copytree(source / kind, target / kind)
    by_place = {place: [plant for plant in plants if plant.place == place] for place in ("manual", "ticket", "slack")}
    found = [
        *_manuals(target / "manuals", by_place["manual"]),
        *_tickets(target / "tickets" / "tickets.jsonl", by_place["ticket"]),
        *_slack(target / "slack", by_place["slack"]),
    ]
    ingested = [(kind, target / kind / "tickets.jsonl" if kind == "tickets" else target / kind) for kind in KINDS]
    return found, ingested


def _manuals(folder: Path, plants: Sequence[Plant]) -> Iterator[Planting]:
    veiled = [plant for plant in plants if plant.technique == "hidden_html"]
    shown = [plant for plant in plants if plant.technique != "hidden_html"]
    for pattern, kept, paragraph in (("*.html", veiled, _HTML), ("*.md", shown, _PARAGRAPH)):
        files = sorted(path for path in folder.rglob(pattern) if paragraph.search(path.read_text(encoding="utf-8")))
        pairs = sorted(zip(cycle(files), kept, strict=False), key=lambda pair: pair[0])
        for path, group in groupby(pairs, key=lambda pair: pair[0]):
            yield from _page(path, folder, [plant for _, plant in group], paragraph)


def _page(path: Path, folder: Path, plants: Sequence[Plant], paragraph: re.Pattern[str]) -> Iterator[Planting]:
    """The orders behind paragraphs of one page, from its end to its beginning, so that places stay what they are."""
    text = path.read_text(encoding="utf-8")
    places = [(match.end(), match["text"]) for match in paragraph.finditer(text)]
    taken: dict[int, list[str]] = {}
    for number, plant in enumerate(plants):
        place = number * 2 % len(places)
        for offset, piece in enumerate(planted(plant, number)):
            taken.setdefault(min(place + offset, len(places) - 1), []).append(piece)
        yield Planting(plant, str(path.relative_to(folder)), _asked(places[place][1]))
    for place, pieces in sorted(taken.items(), reverse=True):
        end = places[place][0]
        text = text[:end] + "".join(f"\n\n{piece}" for piece in pieces) + text[end:]
    path.write_text(text, encoding="utf-8")


def _tickets(path: Path, plants: Sequence[Plant]) -> Iterator[Planting]:
    tickets = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for plant, ticket in zip(plants, tickets, strict=False):
        said = ticket["messages"]
        for offset, piece in enumerate(planted(plant)):
            said[min(offset, len(said) - 1)]["body"] += f"\n\n{piece}"
        question = f"{ticket['subject']} {_asked(said[0]['body'])}"
        yield Planting(plant, ticket["id"], question, ticket.get("account") or "")
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in tickets), encoding="utf-8")


def _slack(folder: Path, plants: Sequence[Plant]) -> Iterator[Planting]:
    public = {channel["name"] for channel in json.loads((folder / "channels.json").read_text(encoding="utf-8"))}
    days = {path: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*/*.json"))}
    fit = [(path, at) for path, said in days.items() if path.parent.name in public for at in _roots(said)]
    step = max(1, len(fit) // max(1, len(plants)))
    for plant, (path, at) in zip(plants, fit[::step], strict=False):
        question = _asked(days[path][at]["text"])
        for offset, piece in enumerate(planted(plant)):
            days[path][min(at + offset, len(days[path]) - 1)]["text"] += f"\n{piece}"
        yield Planting(plant, path.parent.name, question)
    for path, said in days.items():
        path.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")


def _roots(said: Sequence[dict[str, Any]]) -> Iterable[int]:
    """Messages that say enough to be asked about."""
    return [at for at, one in enumerate(said) if not one.get("subtype") and len(one.get("text", "")) >= 25]


def _asked(text: str) -> str:
    """The first words of what stands before the order, on one line."""
    return " ".join(text.split())[:90]
