"""doc and ppt, after LibreOffice has converted them.

It runs inside the child that reads the file: in the child's process group, so that the time limit ends both; with a
profile of its own in the child's private scratch folder; and, where the system lets an ordinary user do that, without
any network.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from banso.core.errors import ItemError
from ingest.parse.model import Parsed
from ingest.texts import told

LEGACY = frozenset({"doc", "ppt"})
_MEMORY = 4 << 30
"""Address space: LibreOffice maps far more than it uses, so the reader's own limit would not let it start."""
_CPU_SECONDS = 60
"""Ends what is left of it when the reader was killed from outside."""
_LARGEST_FILE = 500 << 20
_NOWHERE = "http://127.0.0.1:9"


def converter(suffix: str) -> str:
    """The path of LibreOffice. Raises ItemError with the command that installs it when it is absent."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        command = "brew install --cask libreoffice" if sys.platform == "darwin" else "sudo apt-get install libreoffice"
        hint = told("parse.install_office", command=command, suffix=suffix)
        raise ItemError(told("parse.no_office", suffix=suffix), hint)
    return program


def read_legacy(data: bytes, suffix: str) -> Parsed:
    """A .doc or .ppt file. Raises ItemError with the command that installs LibreOffice when it is absent."""
    program = converter(suffix)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, f"in.{suffix}")
        source.write_bytes(data)
        command = [*_offline(), program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore"]
        command += ["--convert-to", f"{suffix}x", "--outdir", folder, str(source)]
        environment = {**os.environ, "HOME": folder, "http_proxy": _NOWHERE, "https_proxy": _NOWHERE}
        quiet = subprocess.DEVNULL
        try:
            subprocess.run(
                command, stdin=quiet, stdout=quiet, stderr=quiet, check=True, env=environment, preexec_fn=_limits
            )
            converted = source.with_suffix(f".{suffix}x").read_bytes()
        except (subprocess.SubprocessError, OSError) as error:
            failed = told("parse.office_failed", suffix=suffix)
            raise ItemError(failed, told("parse.save_office", suffix=suffix)) from error
    from ingest.parse.office import read_docx, read_pptx

    return read_docx(converted) if suffix == "doc" else read_pptx(converted)


def _limits() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))


@cache
def _offline() -> tuple[str, ...]:
    """The command that starts another one in a network with nobody else in it; empty where that is not allowed."""
    program = shutil.which("unshare")
    if program is None:
        return ()
    command = (program, "--map-root-user", "--net")
    tried = subprocess.run([*command, "true"], capture_output=True, check=False)
    return command if tried.returncode == 0 else ()
