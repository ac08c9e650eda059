"""The source over a folder, and what hidden text becomes."""

from __future__ import annotations

import io
import socket
from pathlib import Path

import pytest

from banso.core.errors import ConfigError, ItemError
from banso.knowledge.documents import Document
from ingest.chunk import chunk
from ingest.parse.elements import prepare
from ingest.parse.formats import parse
from ingest.parse.model import to_document
from ingest.sources.base import Failure, Item
from ingest.sources.manuals import open_manuals


def read(data: bytes, suffix: str = "html") -> Document:
    return to_document(parse(data, suffix), collection="c", ref="r", fallback_title="page")


def seen(document: Document, *, hidden: bool) -> str:
    return "\n".join(document.text[s.start : s.end] for s in document.spans if s.hidden == hidden)


def offered(path: Path) -> dict[str, Item | Failure]:
    return {item.ref if isinstance(item, Item) else item.path: item for item in open_manuals(path).items()}


def test_a_folder_offers_its_manuals(tmp_path: Path) -> None:
    for name in (
        "b.md",
        "a/README.md",
        "a/index.html",
        ".git/x.md",
        ".hidden.md",
        "~$x.docx",
        "LICENSE",
        "data.json",
        "scan.PNG",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("# 題\n\n本文です。", encoding="utf-8")
    items = offered(tmp_path)
    assert list(items) == ["b.md", "scan.PNG", "a/README.md", "a/index.html"]
    document = items["b.md"].load()  # type: ignore[union-attr]
    assert (document.source, document.ref, document.title) == ("manual", "b.md", "題")
    assert document.collection == str(tmp_path.resolve())
    with pytest.raises(ItemError, match="OCR"):
        items["scan.PNG"].load()  # type: ignore[union-attr]


def test_fingerprints_follow_the_bytes_only(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("one")
    before = offered(tmp_path)["a.md"].fingerprint  # type: ignore[union-attr]
    (tmp_path / "a.md").write_text("one")
    assert offered(tmp_path)["a.md"].fingerprint == before  # type: ignore[union-attr]
    (tmp_path / "a.md").write_text("two")
    assert offered(tmp_path)["a.md"].fingerprint != before  # type: ignore[union-attr]


def test_one_named_file_is_always_read(tmp_path: Path) -> None:
    (tmp_path / ".note.md").write_text("# T\n\nwords")
    assert list(offered(tmp_path / ".note.md")) == [".note.md"]
    (tmp_path / "data.json").write_text("{}")
    with pytest.raises(ItemError, match="not supported"):
        offered(tmp_path / "data.json")["data.json"].load()  # type: ignore[union-attr]


def test_links_out_of_the_folder_and_giant_files_are_refused(tmp_path: Path) -> None:
    outside = tmp_path / "secret.md"
    outside.write_text("secret")
    root = tmp_path / "root"
    root.mkdir()
    (root / "link.md").symlink_to(outside)
    with (root / "big.txt").open("wb") as file:
        file.truncate(50_000_001)
    items = offered(root)
    assert isinstance(items["link.md"], Failure) and "leaves the folder" in items["link.md"].error
    assert isinstance(items["big.txt"], Failure) and "50 MB" in items["big.txt"].error


def test_a_missing_path_cannot_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        open_manuals(tmp_path / "nowhere")


HIDDEN_HTML = [
    "<p style='display:none'>SECRET</p>",
    "<p style='color:#fff'>SECRET</p>",
    "<span style='font-size:0'>SECRET</span>",
    "<p style='font-size:1px'>SECRET</p>",
    "<p hidden>SECRET</p>",
    "<!-- SECRET -->",
    "<div style='position:absolute;left:-9999px'>SECRET</div>",
    "<style>.gone{display:none}</style><p class='gone'>SECRET</p>",
    "<p style='opacity:0'>SECRET</p>",
    "<font color='white'>SECRET</font>",
    "<p>tags " + "".join(chr(0xE0000 + ord(c)) for c in "SECRET") + "</p>",
]


@pytest.mark.parametrize("markup", HIDDEN_HTML)
def test_hidden_html_is_flagged_and_never_in_a_visible_chunk(markup: str) -> None:
    document = read(f"<html><body><h1>T</h1><p>before</p>{markup}<p>after</p></body></html>".encode())
    assert "SECRET" in seen(document, hidden=True)
    assert "SECRET" not in seen(document, hidden=False)
    assert any("hidden text" in warning for warning in document.warnings)
    assert all(one.hidden for one in chunk(document, len) if "SECRET" in one.text)


@pytest.mark.parametrize(
    "markup",
    [
        "<p style='color:#fff;background-color:#036'>SHOWN</p>",
        "<div style='background:navy'><b style='color:white'>SHOWN</b></div>",
        "<p style='opacity:0.9'>SHOWN</p>",
        "<p style='font-size:10px'>SHOWN</p>",
        "<p style='font-size:1.2em'>SHOWN</p>",
        "<p style='font-size:1em'>SHOWN</p>",
        "<p style='font-size:100%'>SHOWN</p>",
        "<p style='left:-10px'>SHOWN</p>",
    ],
)
def test_visible_html_is_not_flagged(markup: str) -> None:
    document = read(f"<html><body><p>before</p>{markup}</body></html>".encode())
    assert "SHOWN" in seen(document, hidden=False) and not document.warnings


def test_zero_width_characters_leave_the_text() -> None:
    assert (
        read("pass\u200bword\u202e ok \U0001f468\u200d\U0001f469".encode(), "txt").text
        == "password ok \U0001f468\u200d\U0001f469"
    )


def test_hidden_docx_runs_are_flagged() -> None:
    import docx
    from docx.shared import Pt, RGBColor

    file = docx.Document()
    paragraph = file.add_paragraph("before ")
    paragraph.add_run("VANISH").font.hidden = True
    paragraph.add_run("WHITE").font.color.rgb = RGBColor(255, 255, 255)
    paragraph.add_run("TINY").font.size = Pt(1)
    paragraph.add_run("after")
    buffer = io.BytesIO()
    file.save(buffer)
    document = read(buffer.getvalue(), "docx")
    assert seen(document, hidden=False) == "before after"
    assert seen(document, hidden=True) == "VANISHWHITETINY"


def test_endless_nesting_is_a_failure_or_keeps_the_words() -> None:
    data = ("<div>" * 20_000 + "deep words" + "</div>" * 20_000).encode()
    try:
        document = read(data)
    except ItemError as error:
        assert "no text" in error.message
    else:
        assert "deep words" in document.text


def test_unstructured_is_prepared_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("no network in a parser")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    prepare()
    from unstructured.nlp.tokenize import sent_tokenize

    assert sent_tokenize("Open it. 保存します。") == ["Open it.", "保存します。"]
