"""doc and ppt, after LibreOffice has converted them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from banso.core.errors import ItemError
from ingest.parse.model import Parsed

LEGACY = frozenset({"doc", "ppt"})
_SECONDS = 25


def converter(suffix: str) -> str:
    """The path of LibreOffice. Raises ItemError with the command that installs it when it is absent."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        command = "brew install --cask libreoffice" if sys.platform == "darwin" else "sudo apt-get install libreoffice"
        raise ItemError(
            f".{suffix} files need LibreOffice, which is not installed",
            f"{command}, or save the file as .{suffix}x and add that.",
        )
    return program


def _lift_memory_limit() -> None:
    """LibreOffice reserves more address space than a reader may; its time stays limited."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.getrlimit(resource.RLIMIT_AS)[1]))


def read_legacy(data: bytes, suffix: str) -> Parsed:
    """A .doc or .ppt file. Raises ItemError with the command that installs LibreOffice when it is absent."""
    program = converter(suffix)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, f"in.{suffix}")
        source.write_bytes(data)
        command_line = [program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore"]
        command_line += ["--convert-to", f"{suffix}x", "--outdir", folder, str(source)]
        environment = {**os.environ, "HOME": folder}
        try:
            subprocess.run(
                command_line,
                capture_output=True,
                timeout=_SECONDS,
                check=True,
                env=environment,
                preexec_fn=_lift_memory_limit,
            )
            converted = source.with_suffix(f".{suffix}x").read_bytes()
        except (subprocess.SubprocessError, OSError) as error:
            raise ItemError(
                f"LibreOffice could not convert the .{suffix} file", "Save it as .docx or .pptx and add that."
            ) from error
    from ingest.parse.office import read_docx, read_pptx

    return read_docx(converted) if suffix == "doc" else read_pptx(converted)
