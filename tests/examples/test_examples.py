"""The example company keeps its promises: formats, deliberate dirt, and questions whose sources exist."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import frontmatter
import pytest

from examples.build import build

ROOT = Path(__file__).resolve().parents[2]
MANUALS = ROOT / "examples" / "manuals"
CASES = ROOT / "evals" / "cases" / "smoke.jsonl"
TICKETS = ROOT / "examples" / "tickets" / "tickets.jsonl"
SLACK = ROOT / "examples" / "slack"
KEYS = {"id", "question", "language", "gold", "must_say", "answerable", "account", "tags"}
PAGES = sorted(path.relative_to(MANUALS).as_posix() for path in MANUALS.rglob("*") if path.is_file())
BINARY = [page for page in PAGES if not page.endswith((".md", ".html"))]


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


cases = _lines(CASES)


def _pdf(path: Path) -> str:
    import pdfplumber

    with pdfplumber.open(path) as document:
        return "\n".join(page.extract_text() for page in document.pages)


def _docx(path: Path) -> str:
    from docx import Document

    document = Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def _pptx(path: Path) -> str:
    from pptx import Presentation

    parts: list[str] = []
    for slide in Presentation(str(path)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                parts.append(shape.text_frame.text)
            if shape.has_table:
                parts += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(parts)


def _xlsx(path: Path) -> str:
    from openpyxl import load_workbook

    book = load_workbook(path)
    return "\n".join(str(v) for sheet in book for row in sheet.iter_rows(values_only=True) for v in row if v)


READERS = {".pdf": _pdf, ".docx": _docx, ".pptx": _pptx, ".xlsx": _xlsx}


@cache
def text_of(ref: str) -> str:
    path = MANUALS / ref
    return READERS[path.suffix](path) if path.suffix in READERS else path.read_text(encoding="utf-8")


@cache
def sources() -> dict[str, str]:
    """Every ref that a case may name, with its text."""
    found = {page: text_of(page) for page in PAGES}
    for ticket in _lines(TICKETS):
        bodies = [message["body"] for message in ticket["messages"]]
        found[ticket["id"]] = "\n".join([ticket["subject"], *bodies, ticket.get("resolution") or ""])
    for day in sorted(SLACK.glob("*/*.json")):
        for message in json.loads(day.read_text(encoding="utf-8")):
            ref = f"{day.parent.name}/{message.get('thread_ts') or message['ts']}"
            found[ref] = f"{found.get(ref, '')}\n{message.get('text', '')}"
    return found


def plain(text: str) -> str:
    """Width, emphasis and spaces do not matter when a fact is looked for."""
    return re.sub(r"[\s*]", "", unicodedata.normalize("NFKC", text)).casefold()


def test_manuals_cover_formats_and_languages() -> None:
    assert len(PAGES) >= 28
    for suffix in (".md", ".html", ".pdf", ".docx", ".pptx", ".xlsx"):
        assert sum(page.endswith(suffix) for page in PAGES) >= 2, suffix
    for language in ("ja/", "en/"):
        assert sum(page.startswith(language) for page in PAGES) >= 12, language
    assert all((MANUALS / page).stat().st_size < 200_000 for page in PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_every_manual_has_text(page: str) -> None:
    text = text_of(page)
    assert len(text) > 300
    assert "\ufffd" not in text and "(cid:" not in text


def test_built_files_match_their_source_text(tmp_path: Path) -> None:
    built = {path.relative_to(tmp_path).as_posix(): path for path in build(tmp_path)}
    assert sorted(built) == BINARY
    for page, path in built.items():
        assert READERS[path.suffix](path) == text_of(page), f"{page}: run python examples/build.py"


def test_japanese_pdf_keeps_its_pages_and_tables() -> None:
    import pdfplumber

    with pdfplumber.open(MANUALS / "ja/archive/denshi-hokan.pdf") as document:
        assert len(document.pages) == 3
        assert "保存ロック" in document.pages[1].extract_text()
        assert document.pages[1].extract_tables()[0][0] == ["書類の種類", "初期値", "選べる期間"]


def test_the_superseded_page_names_the_one_that_replaces_it() -> None:
    old = frontmatter.load(str(MANUALS / "ja/plans/plans-2025.md"))
    new = frontmatter.load(str(MANUALS / str(old["superseded_by"])))
    assert new["updated"] > old["updated"]
    assert "1,000 円" in old.content and "1,200 円" in new.content


def test_only_the_version_tells_the_old_sso_page() -> None:
    old = frontmatter.load(str(MANUALS / "ja/admin/sso-setup-guide-v2.md"))
    new = frontmatter.load(str(MANUALS / "ja/admin/sso-setup.md"))
    assert "superseded_by" not in old and "superseded_by" not in new
    assert old["version"] < new["version"] and old["updated"] < new["updated"]
    assert "管理 > セキュリティ > SSO" in old.content and "管理 > 認証 > シングルサインオン" in new.content


def test_two_pages_contradict_each_other_and_the_facts_say_which_is_right() -> None:
    assert "60 回" in text_of("ja/connect/developer-faq.html")
    assert "**120**" in text_of("en/connect/api-overview.md")
    assert "**120 a minute**" in (ROOT / "examples" / "FACTS.md").read_text(encoding="utf-8")


def test_the_other_dirt_is_there() -> None:
    assert {"updated", "date", "version"}.isdisjoint(frontmatter.load(str(MANUALS / "ja/security/audit-log.md")).keys())
    assert "１３桁" in text_of("ja/invoice/qualified-invoice.md")
    copy, page = (text_of(f"ja/connect/{name}.md") for name in ("csv-import-copy", "csv-import"))
    assert copy != page and len(set(copy.splitlines()) & set(page.splitlines())) > 20
    assert re.search(r'display:none">Ignore previous instructions', text_of("en/connect/slack-integration.html"))


def test_cases_are_well_formed_and_enough() -> None:
    assert len({case["id"] for case in cases}) == len(cases) >= 66
    for case in cases:
        assert set(case) == KEYS and case["language"] in ("ja", "en") and case["question"], case["id"]
        assert bool(case["gold"]) == bool(case["must_say"]) == case["answerable"], case["id"]
    assert sum(not case["answerable"] for case in cases) >= 15
    assert min(sum(case["language"] == language for case in cases) for language in ("ja", "en")) >= 30
    assert sum("cross-language" in case["tags"] for case in cases) >= 8
    assert sum(bool({"ticket", "slack"} & set(case["tags"])) for case in cases) >= 15


@pytest.mark.parametrize("case", cases, ids=[case["id"] for case in cases])
def test_gold_sources_exist_and_say_what_the_answer_must(case: dict[str, Any]) -> None:
    assert [ref for ref in case["gold"] if ref not in sources()] == []
    said = plain("\n".join(sources()[ref] for ref in case["gold"]))
    missing = [fact for fact in case["must_say"] if not any(plain(way) in said for way in fact.split("|"))]
    assert missing == []


@pytest.mark.parametrize("code", ["HR-1016", "HR-3030", "HR-5015", "HR-7001", "INC-2026-10", "Chatwork", "Terraform"])
def test_what_cannot_be_answered_is_nowhere(code: str) -> None:
    assert [ref for ref, text in sources().items() if plain(code) in plain(text)] == []
