"""Which systems are measured, and the environment of each: below BANSO_DATA/peers, never among our dependencies."""

from __future__ import annotations

import hashlib
import importlib.util
import subprocess
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from banso.core.errors import BansoError, ConfigError
from evals.texts import say

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
INSTALL_SECONDS = 1800


class NotInstalled(BansoError):
    """A system that cannot be measured here; the message says why."""


@dataclass(frozen=True)
class SystemSpec:
    """A script that speaks `protocol.py`. `requirements`: exact pins; empty: it runs in our own environment.

    `absent`: why it cannot be measured at all; it has no script then. `note`: what a reader of the figures should
    know, in English and in Japanese. `borrows`: a package of our own environment that it finds there, with what that
    needs, behind its own.
    """

    name: str
    script: Path = Path()
    requirements: str = ""
    absent: str = ""
    absent_ja: str = ""
    note: str = ""
    note_ja: str = ""
    borrows: str = ""


OURS = SystemSpec(
    name="Bansō",
    script=HERE / "banso_system.py",
    note=say("peers.note_banso", "en"),
    note_ja=say("peers.note_banso", "ja"),
)
PEERS = (
    SystemSpec(
        name="LangChain",
        script=HERE / "langchain_system.py",
        requirements="requirements-langchain.txt",
        note=say("peers.note_langchain", "en"),
        note_ja=say("peers.note_langchain", "ja"),
    ),
    SystemSpec(
        name="LlamaIndex",
        script=HERE / "llama_index_system.py",
        requirements="requirements-llama-index.txt",
        note=say("peers.note_llamaindex", "en"),
        note_ja=say("peers.note_llamaindex", "ja"),
    ),
    SystemSpec(
        name="haiku.rag",
        absent=say("peers.absent_haiku", "en"),
        absent_ja=say("peers.absent_haiku", "ja"),
    ),
)

LANGCHAIN_TORCH = SystemSpec(
    name="LangChain, torch",
    script=HERE / "langchain_torch_system.py",
    requirements="requirements-langchain.txt",
    note=say("peers.note_langchain_torch", "en"),
    note_ja=say("peers.note_langchain_torch", "ja"),
    borrows="sentence_transformers",
)
"""For `evals bench`: what somebody gets who takes the usual parts."""


def chosen(names: Collection[str] | None) -> tuple[SystemSpec, ...]:
    """The peers of these names, all for None. Raises ConfigError listing those there are."""
    if not names:
        return PEERS
    known = {spec.name.casefold(): spec for spec in PEERS}
    unknown = [name for name in names if name.casefold() not in known]
    if unknown:
        raise ConfigError(f"no peer {unknown[0]!r}", "there are: " + ", ".join(spec.name for spec in PEERS))
    return tuple(known[name.casefold()] for name in names)


def python_for(spec: SystemSpec, data: Path) -> Path:
    """The interpreter that runs this system; its environment is made, or made anew when the pins have changed.

    Raises NotInstalled with the reason.
    """
    if spec.absent:
        raise NotInstalled(spec.absent)
    if not spec.requirements:
        return Path(sys.executable)
    wanted = (HERE / spec.requirements).read_bytes()
    folder = (data / "peers" / spec.script.stem).resolve()
    python, mark = folder / "bin" / "python", folder / "installed"
    digest = hashlib.sha256(wanted + sys.version.encode()).hexdigest()
    if not mark.is_file() or mark.read_text(encoding="utf-8") != digest:
        _run([sys.executable, "-m", "venv", "--clear", *_pip_or_not(), str(folder)])
        _run([*_installer(python), "-r", str(HERE / spec.requirements)])
        if spec.borrows:
            _lend(spec.borrows, folder)
        mark.write_text(digest, encoding="utf-8")
    return python


def _lend(package: str, environment: Path) -> None:
    """Put the folder that our `package` lies in at the end of that environment's path: torch is 3 GB."""
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise NotInstalled(f"{package} is not installed here")
    (packages,) = environment.glob("lib/python*/site-packages")
    (packages / "lent.pth").write_text(f"{Path(found.origin).parents[1]}\n", encoding="utf-8")


def _has_uv() -> bool:
    return importlib.util.find_spec("uv") is not None


def _pip_or_not() -> list[str]:
    return ["--without-pip"] if _has_uv() else []


def _installer(python: Path) -> list[str]:
    """uv where it is at hand. Copies, not links: NLTK, which LlamaIndex reads with, refuses files with two names."""
    if _has_uv():
        return [sys.executable, "-m", "uv", "pip", "install", "-q", "--link-mode", "copy", "--python", str(python)]
    return [str(python), "-m", "pip", "install", "-q"]


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=INSTALL_SECONDS)
    except subprocess.CalledProcessError as error:
        said = (error.stderr or error.stdout or "").strip().splitlines()
        raise NotInstalled(f"does not install: {said[-1] if said else error}") from error
    except (subprocess.TimeoutExpired, OSError) as error:
        raise NotInstalled(f"does not install: {error}") from error
