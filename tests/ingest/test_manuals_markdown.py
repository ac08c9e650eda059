from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from banso.core.language import language_of
from banso.knowledge.documents import Document
from ingest.parse.formats import parse
from ingest.parse.model import to_document
from tests.conftest import SHARED

LEAKS = [
    r"^:::",
    r"</?(?:Note|Card|Tab|Step|Frame|Accordion|Info|ParamField)",
    r"^import .* from ['\"]",
    r"\A---",
    r"\{/\*",
    r"<!--",
]


def read(text: str, suffix: str = "mdx") -> Document:
    return to_document(parse(text.encode(), suffix), collection="c", ref="r", fallback_title="file")


def prose(document: Document) -> str:
    return "\n".join(document.text[s.start : s.end] for s in document.spans if s.kind != "code")


def test_front_matter_becomes_fields() -> None:
    document = read(
        "---\ntitle: 'API: keys'\ndescription: secret sauce\nlastmod: 2024-05-06\nversion: 3.2\nproduct: Cloud\n"
        "superseded_by: new/keys.md\nlanguage: en-US\n---\n\nBody text here."
    )
    assert (document.title, document.version, document.product) == ("API: keys", "3.2", "Cloud")
    assert document.superseded_by == "new/keys.md" and document.language == "en"
    assert document.updated_at == datetime(2024, 5, 6, tzinfo=UTC)
    assert document.text == "Body text here."


@pytest.mark.parametrize(
    "line, people",
    [
        ("owner: 志村 愛子", ("志村 愛子",)),
        ("owner: ''\nauthors: [Aiko Shimura, Ren Takamine]", ("Aiko Shimura", "Ren Takamine")),
        ("author: 志村 愛子、高嶺 蓮", ("志村 愛子", "高嶺 蓮")),
        (f"author: {'x' * 200}", ()),
        ("author: {name: x}", ()),
    ],
)
def test_front_matter_names_whose_page_it_is(line: str, people: tuple[str, ...]) -> None:
    assert read(f"---\n{line}\n---\nBody text here.").people == people


@pytest.mark.parametrize("target, ref", [("./new.md", "a/new.md"), ("../new.md", "new.md"), ("/b/new.md", "b/new.md")])
def test_superseded_by_names_a_ref(target: str, ref: str) -> None:
    parsed = parse(f"---\nsuperseded_by: {target}\n---\nOld.".encode(), "md")
    assert to_document(parsed, collection="c", ref="a/old.md", fallback_title="").superseded_by == ref


def test_broken_front_matter_is_read_line_by_line() -> None:
    document = read("---\ntitle: 使い方: その1\nx: [\n---\n本文です。")
    assert document.title == "使い方: その1" and document.text == "本文です。"
    assert "front matter" in document.warnings[0]


def test_a_rule_at_the_top_is_not_front_matter() -> None:
    assert "kept" in read("---\n\nkept words\n\n---\n\nmore").text


def test_components_leave_their_words() -> None:
    document = read(
        'import { A } from "/snippets/a.mdx"\nexport const x = {\n  a: 1,\n}\n\n# Page\n\n'
        '<CardGroup cols={2}>\n  <Card title="Start here" icon="x" href="/a">\n    Build an **app**.\n  </Card>\n'
        '</CardGroup>\n\n<Steps>\n  <Step title="Open">\n    Go on:\n    ```bash Terminal\n    <Note> npm i\n    ```\n'
        "  </Step>\n</Steps>\n{/* not\nshown */}\n<Frame>\n  ![alt](a.png)\n</Frame>\n<ParamField "
        'path="user_id" type="string" '
        "required>\n  Who asks.\n</ParamField>\nUse `<Card>` or <YOUR_KEY>.\n"
    )
    assert "Start here" in document.text and "Build an app." in document.text and "user_id" in document.text
    assert "Use <Card> or <YOUR_KEY>." in document.text
    code = [document.text[s.start : s.end] for s in document.spans if s.kind == "code"]
    assert code == ["<Note> npm i"]
    for leak in ("import", "export", "not\nshown", "alt", "icon", "CardGroup", "**"):
        assert leak not in document.text


def test_vuepress_containers_toc_and_comments() -> None:
    document = read(
        "# 題\n\n[[toc]]\n\n::: tip ヒント\n保存を**忘れず（必ず）**に。\n:::\n\n"
        ":::: tabs\n::: tab npm\nrun it\n:::\n::::\n"
        "<!-- textlint-disable -->\n1. 開く\n\n    ```sh\n    ::: keep\n    ```\n\n2. 閉じる[^1]\n\n[^1]: 注です。\n",
        "md",
    )
    assert "ヒント" in document.text and "保存を忘れず（必ず）に。" in document.text and "注です。" in document.text
    assert "1. 開く" in document.text and "2. 閉じる" in document.text
    assert ":::" not in prose(document) and "toc" not in document.text and "textlint" not in document.text
    assert "::: keep" in document.text


def test_html_tables_in_markdown_and_what_follows_them() -> None:
    document = read(
        "<table>\n<tr><td>a **b**</td><td>c\\_d</td></tr>\n<tr><td>1</td><td>2</td></tr>\n</table>\n## Next\n"
    )
    assert "| a b | c_d |" in document.text
    assert [document.text[s.start : s.end] for s in document.spans if s.kind == "heading"] == ["Next"]


@pytest.mark.parametrize(
    "text, language",
    [
        ("設定を開く", "ja"),
        ("Open it", "en"),
        ("123", "und"),
        ("GROWI の API key を使う", "ja"),
        ("한국어 문서", "und"),
        ("中文文档", "und"),
    ],
)
def test_language(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("name", ["growi_docs_ja_en", "dify_docs_ja_en"])
def test_real_documentation_leaks_no_markup(name: str) -> None:
    root = SHARED / name
    if not root.is_dir():
        pytest.skip("the shared documentation is not on this machine")
    paths = sorted(path for path in root.rglob("*.md*"))[::25]
    assert paths
    for path in paths:
        document = read(path.read_text(encoding="utf-8"), path.suffix[1:])
        for leak in LEAKS:
            assert not re.search(leak, prose(document), re.MULTILINE), (path, leak)
        assert document.text and document.title
        assert all(document.text[s.start : s.end].strip() for s in document.spans)
