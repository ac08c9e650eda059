"""Where the figures of a run come from: the commit, the settings without their secrets, the models, corpus, machine."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from pydantic import SecretStr

from banso.core.clock import utc_now
from banso.core.settings import Settings
from evals.record import RunInfo
from evals.suites import ROOT

if TYPE_CHECKING:
    from banso.knowledge.index import Knowledge

EVERY = 1_000_000
"""More documents than an index holds."""
PROMPTS = ROOT / "agents" / "prompts"


class Identified(Protocol):
    """A case of whatever suite."""

    @property
    def id(self) -> str:
        """Its own."""
        ...

    def model_dump_json(self, *, exclude: set[str] | None = None) -> str:
        """All of it, without these fields."""
        ...


def run_info(
    settings: Settings, cases: Sequence[Identified] = (), corpus: Corpus | None = None, **asked: Any
) -> RunInfo:
    """What is known before the first case. `asked`: seed, workers, limit and ablation."""
    commit, dirty = _commit()
    corpus = corpus or Corpus()
    return RunInfo(
        started_at=f"{utc_now():%Y-%m-%dT%H:%M:%SZ}", commit=commit, dirty=dirty, version=_version(),
        model=settings.model, embedding=settings.embedding, reranker=settings.reranker,
        configuration=configuration(settings), corpus_digest=corpus.digest, documents=corpus.documents,
        cases_digest=cases_digest(cases), prompts_digest=_digest(_files(PROMPTS)),
        machine=f"{platform.system()} {platform.machine()}", cores=os.cpu_count() or 0,
        python=platform.python_version(), **asked,
    )  # fmt: skip


def configuration(settings: Settings) -> dict[str, str]:
    """Every setting that is not at its default, by variable; secrets as `set`, addresses without user and password."""
    found = {}
    for name, known in type(settings).model_fields.items():
        value = getattr(settings, name)
        if value != known.default and name != "data":  # where a folder lies says nothing about a figure
            found[f"BANSO_{name.upper()}"] = _redacted(value)
    return found


def cases_digest(cases: Iterable[Identified]) -> str:
    """SHA-256 over every case, in order of id: equal digest, equal cases."""
    return _digest(_json(case) for case in sorted(cases, key=lambda case: case.id))


def _json(case: Identified) -> str:
    """Without `exclude` where that says nothing: older runs of the same cases keep their digest."""
    return case.model_dump_json(exclude=None if getattr(case, "exclude", ()) else {"exclude"})


@dataclass(frozen=True)
class Corpus:
    """What is in an index. `digest`: SHA-256 over (ref, SHA-256 of the text) of every document, sorted: equal digest,
    equal corpus. `successors`: ref -> ref of the document that replaces it."""

    digest: str = ""
    refs: frozenset[str] = frozenset()
    documents: int = 0
    successors: Mapping[str, str] = field(default_factory=dict)


def corpus_of(knowledge: Knowledge) -> Corpus:
    """Every document is read once."""
    every = [knowledge.document(one.id) for one in knowledge.documents(limit=EVERY)]
    rows = sorted((one.ref, _digest([one.text])) for one in every)
    return Corpus(
        digest=_digest(f"{ref}\x1f{digest}" for ref, digest in rows),
        refs=frozenset(one.ref for one in every),
        documents=len(every),
        successors={one.ref: one.superseded_by for one in every if one.superseded_by},
    )


def _redacted(value: object) -> str:
    if isinstance(value, SecretStr):
        return "set" if value.get_secret_value() else ""
    text = str(value)
    if "://" not in text:
        return text
    parts = urlsplit(text)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"  # nor what a query string may hold


def _digest(texts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode() + b"\x1e")
    return digest.hexdigest()


def _files(folder: Path) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*")) if path.is_file()]


def _commit() -> tuple[str, bool]:
    """The commit and whether files differ from it; empty where this is no checkout or there is no git."""
    try:
        commit = _git("rev-parse", "HEAD")
        return commit, bool(_git("status", "--porcelain", "--untracked-files=no"))
    except (OSError, subprocess.CalledProcessError):
        return "", False


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _version() -> str:
    """As pyproject.toml says; the application is run from its folder, not installed."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])
