"""doc and ppt through a real LibreOffice, where there is one."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from banso.core.errors import ItemError
from ingest.sandbox import Sandbox

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice") or ""
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A .doc and a .ppt, converted from files made here."""
    import docx
    import pptx

    folder = tmp_path_factory.mktemp("legacy")
    document = docx.Document()
    document.add_heading("返金の手順", 1)
    document.add_paragraph("返金は経理部が5営業日以内に行います。")
    document.save(str(folder / "a.docx"))
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text, slide.placeholders[1].text = "Billing", "Invoices are sent on the first."
    deck.save(str(folder / "b.pptx"))
    for name, suffix in (("a.docx", "doc"), ("b.pptx", "ppt")):
        command = [SOFFICE, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", suffix]
        subprocess.run([*command, "--outdir", folder, folder / name], check=True, capture_output=True, timeout=120)
    return folder


@pytest.fixture(scope="module")
def pool() -> Iterator[Sandbox]:
    pool = Sandbox(seconds=90, workers=1)
    yield pool
    pool.close()


def test_a_doc_and_a_ppt_are_read(folder: Path, pool: Sandbox) -> None:
    document, deck = pool.parse(folder / "a.doc", "doc"), pool.parse(folder / "b.ppt", "ppt")
    assert [part.text for part in document.parts] == ["返金の手順", "返金は経理部が5営業日以内に行います。"]
    assert document.created_at is None  # the date of python-docx's template
    assert {part.text.removeprefix("- ") for part in deck.parts} == {"Billing", "Invoices are sent on the first."}
    assert deck.parts[0].page == 1


def test_what_is_no_document_is_refused_by_name(tmp_path: Path, pool: Sandbox) -> None:
    (tmp_path / "x.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000)
    with pytest.raises(ItemError):
        pool.parse(tmp_path / "x.doc", "doc")


def test_the_time_limit_ends_libreoffice_too_and_leaves_nothing(folder: Path) -> None:
    pool = Sandbox(seconds=0.4, workers=1)
    try:
        with pytest.raises(ItemError, match=r"more than 0\.4 s"):
            pool.parse(folder / "a.doc", "doc")
    finally:
        pool.close()
    for _ in range(50):
        if not (left := running()):
            break
        time.sleep(0.1)
    assert left == []


def running() -> list[str]:
    """Command lines of LibreOffice in the scratch folder of a reader."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().replace(b"\x00", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if "banso-reader-" in line and "office" in line:
            found.append(line)
    return found
