"""rst, rtf, epub and odt: pandoc (carried by pypandoc_binary) makes HTML of them, `unstructured` makes the elements."""

from __future__ import annotations

import re
import subprocess

from banso.core.errors import ItemError
from ingest.parse.html import parse_html
from ingest.parse.model import Parsed
from ingest.parse.text import decode
from ingest.parse.values import as_datetime
from ingest.texts import told

_SECONDS = 25
_PAGE = """$if(title)$<title>$title$</title>$endif$
$if(date)$<meta name="dcterms.modified" content="$date$">$endif$
$if(title)$<h1>$title$</h1>$endif$
$body$"""


def read_pandoc(data: bytes, suffix: str) -> Parsed:
    """A file of the pandoc format `suffix`. Raises ItemError when pandoc refuses it."""
    html = _convert(data if suffix in ("epub", "odt", "rtf") else decode(data).encode(), suffix)
    parsed = parse_html(html, keep_comments=False)
    stated = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
    date = re.search(r'content="([^"]*)"', html[:2000])
    title = re.sub(r"<[^>]+>", "", stated.group(1)).strip() if stated else parsed.title
    return parsed.model_copy(update={"title": title, "updated_at": as_datetime(date.group(1)) if date else None})


def _convert(data: bytes, suffix: str) -> str:
    import tempfile

    import pypandoc

    with tempfile.TemporaryDirectory() as folder:
        template = f"{folder}/page.html"
        with open(template, "w", encoding="utf-8") as file:
            file.write(_PAGE)
        # --sandbox: a file cannot include others of this machine; +RTS bounds the memory of pandoc itself.
        command = [pypandoc.get_pandoc_path(), "+RTS", "-M512M", "-RTS", "--sandbox", "-f", suffix, "-t", "html"]
        command += ["--wrap=none", "--no-highlight", "--template", template]
        try:
            done = subprocess.run(command, input=data, capture_output=True, timeout=_SECONDS, check=True)
        except subprocess.TimeoutExpired as error:
            raise ItemError(told("parse.pandoc_time", seconds=_SECONDS), told("parse.split_docx")) from error
        except subprocess.CalledProcessError as error:
            said = error.stderr.decode("utf-8", "replace").strip().splitlines()
            reason = said[0] if said else f"exit code {error.returncode}"
            raise ItemError(told("parse.pandoc", why=reason), told("parse.again_docx")) from error
    return done.stdout.decode("utf-8", "replace")
