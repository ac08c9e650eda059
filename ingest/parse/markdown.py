"""Markdown and MDX. Front matter becomes fields; JSX, vuepress containers, comments and images go, their words stay.

The cleaned Markdown is rendered by markdown-it (CommonMark with tables: unlike python-markdown it knows fences and
lists inside lists) and its HTML goes the way of every HTML page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from banso.core.errors import ItemError
from ingest.parse.html import parse_html
from ingest.parse.model import Parsed
from ingest.parse.text import decode
from ingest.parse.values import as_datetime, as_names, as_text
from ingest.texts import told

_FRONT = re.compile(r"\A\ufeff?\s*---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_FENCE = re.compile(r"[ \t>]*(?:[-*+]\s+|\d+[.)]\s+)?(`{3,}|~{3,})([^`]*)$")
_CODE_SPAN = re.compile(r"(`+)(?!`)(?:(?!\n[ \t]*\n).){1,400}?(?<!`)\1(?!`)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|\{/\*.*?(?:\*/\}|\Z)", re.DOTALL)
_CONTAINER = re.compile(r"^([ \t>]*):{3,}[ \t]*([\w-]*)[ \t]*(.*?)[ \t]*$", re.MULTILINE)
_TOC = re.compile(r"^[ \t]*\[\[?toc\]?\][ \t]*$|^[ \t]*\{:toc\}[ \t]*$", re.MULTILINE | re.IGNORECASE)
_IMAGE = re.compile(
    r"!\[[^\]\n]{0,500}\](?:\([^()\n]{0,4000}(?:\([^()\n]{0,400}\)[^()\n]{0,2000})?\)|\[[^\]\n]{0,200}\])"
)
_EMPTY_LINK = re.compile(r"(?<!\!)\[\s*\]\([^()\n]{0,1000}\)")
_FOOTNOTE = re.compile(r"\[\^\*?([^\]\s]{1,40})\]:?[ \t]*")
_INNER_LIST = re.compile(
    r"^([ \t]{4,}(?![-*+] |\d{1,3}[.)] |\|)\S[^\n]*\n)(?=[ \t]{4,}(?:[-*+]|\d{1,3}[.)])[ \t])", re.MULTILINE
)
"""A list inside a component, after a line of text: so deep that Markdown would take it for more of that text."""
_IMPORT = re.compile(r"^import\s+(?:[\w*{}\s,$]{1,500}\s+from\s+)?[\"'][^\"'\n]{1,300}[\"'];?[ \t]*$", re.MULTILINE)
_EXPORT = re.compile(
    r"^export\s+(?:const|let|var|default|function|async)\b.*?(?:\n[ \t]*\n|\Z)", re.DOTALL | re.MULTILINE
)
_TAG_START = re.compile(r"</?([A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9.]*)(?=[\s/>])|</?>")
_TITLES = re.compile(
    r"\b(?:title|label|header|summary|path|query|body|name)\s*=\s*\{?\s*(?:\"([^\"]*)\"|'([^']*)'|`([^`]*)`)"
)
_EXPRESSION = re.compile(r"\{\s*(?:\"([^\"]*)\"|'([^']*)'|`([^`]*)`)\s*\}")
_HEADING_ID = re.compile(r"^(#{1,6} .*?)[ \t]*\{#[\w-]+\}[ \t]*$", re.MULTILINE)
_UNKNOWN_TAG = re.compile(r"<(?=/?([A-Za-z][\w.-]*)[^<>\n]{0,300}>)")
_STYLED = re.compile(r"(<[a-z][^<>{}]{0,500}?)\s[\w-]+=\{\{?[^{}<>]{0,500}\}?\}")
_BLOCK_END = re.compile(
    r"^([ \t]*</?(?:table|div|details|summary|figure|center|section)(?:\s[^<>]{0,500})?>)[ \t]*$", re.MULTILINE
)
_CELL = re.compile(r"^[ \t]*<t[dhr]\b.*$", re.MULTILINE)
_ESCAPED = re.compile(r"\\([_\[\]*#])|\*\*(?=\S)|(?<=\S)\*\*")
_BOLD = re.compile(r"(?<![\\*])\*\*([^*\n]{1,400})\*\*(?!\*)")
_LONGEST_TAG = 4000
_NOTABLE_COMMENT = 80
_KNOWN_TAG = re.compile(
    r"a|abbr|b|blockquote|br|button|caption|center|cite|code|col|colgroup|dd|del|details|div|dl|dt|em|figcaption"
    r"|figure|font|form|h1|h2|h3|h4|h5|h6|hr|i|iframe|img|input|ins|kbd|label|li|main|mark|nav|object|ol|p|pre|q"
    r"|s|samp|script|section|small|source|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|template"
    r"|tfoot|th|thead|time|tr|tt|u|ul|var|video|article|aside|header|footer|noscript|path",
    re.IGNORECASE,
)
_CONTAINER_WORDS = {"tip", "warning", "danger", "info", "note", "details", "tabs", "tab", "important", "caution", ""}


def read_markdown(data: bytes, *, mdx: bool = False) -> Parsed:
    """A Markdown or MDX file."""
    facts, body, warnings = front_matter(decode(data).replace("\r\n", "\n"))
    # The blank line lets a fence begin where Markdown, not knowing components, sees a paragraph going on.
    cleaned = "".join(f"\n{part}" if code else clean(part, mdx=mdx) for part, code in _fences(body))
    parsed = parse_html(_renderer(mdx).render(cleaned), keep_comments=False)
    if not parsed.parts:
        raise ItemError(told("parse.no_words"), told("parse.landing"), settled=True)
    comments = sum(len(found) for part, code in _fences(body) if not code for found in _COMMENT.findall(part))
    if comments > _NOTABLE_COMMENT:
        warnings.append(told("parse.comments", count=comments))
    title = facts.pop("title", "") or parsed.title
    return parsed.model_copy(update={**facts, "title": title, "warnings": (*parsed.warnings, *warnings)})


@cache
def _renderer(mdx: bool) -> Any:
    from markdown_it import MarkdownIt

    renderer = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    # MDX has no code by indentation: what is indented stands inside a component.
    return renderer.disable("code") if mdx else renderer


def front_matter(text: str) -> tuple[dict[str, Any], str, list[str]]:
    """The Document fields that YAML front matter names, the text after it, and what was wrong with it."""
    import frontmatter
    import yaml

    block = _FRONT.match(text)
    if not block or not re.search(r"^[\w-]+[ \t]*:", block.group(1), re.MULTILINE):
        return {}, text, []
    body, warnings = text[block.end() :], []
    try:
        values: dict[str, Any] = dict(frontmatter.loads(text[: block.end()].lstrip("\ufeff \n")).metadata)
    except (yaml.YAMLError, ValueError, TypeError) as error:
        values = dict(re.findall(r"^([\w-]+)[ \t]*:[ \t]*[\"']?(.*?)[\"']?[ \t]*$", block.group(1), re.MULTILINE))
        warnings.append(told("parse.front_matter", why=str(error).splitlines()[0]))
    found = {key.lower().replace("-", "_"): value for key, value in values.items() if isinstance(key, str)}
    return _fields(found), body, warnings


def _fields(found: dict[str, Any]) -> dict[str, Any]:
    def first(names: str, read: Callable[[object], Any]) -> Any:
        return next((value for name in names.split() if (value := read(found.get(name)))), None)

    fields = {
        "title": first("title sidebartitle", as_text),
        "updated_at": first("updated updated_at lastmod last_updated last_modified modified date", as_datetime),
        "created_at": first("created created_at published date", as_datetime),
        "version": first("version", as_text),
        "product": first("product", as_text),
        "superseded_by": first("superseded_by", as_text),
        "people": first("owner owners maintainer maintainers author authors", as_names),
    }
    language = as_text(first("language lang locale", as_text)).lower()[:2]
    if language in ("ja", "en"):
        fields["language"] = language
    return {name: value for name, value in fields.items() if value is not None}


def _fences(text: str) -> list[tuple[str, bool]]:
    """Stretches of the text in order, and whether each is a fenced code block."""
    stretches: list[tuple[str, bool]] = []
    lines: list[str] = []
    fence = ""
    for line in text.splitlines(keepends=True):
        mark = _FENCE.match(line.rstrip("\n"))
        if not fence and mark:
            stretches.append(("".join(lines), False))
            # Documentation builders write titles and highlighting after the language; the fence keeps none.
            lines, fence = [line], mark.group(1)
        elif fence and mark and mark.group(1).startswith(fence) and not mark.group(2).strip():
            stretches.append(("".join([*lines, line]), True))
            lines, fence = [], ""
        else:
            lines.append(line)
    stretches.append(("".join(lines), bool(fence)))
    return stretches


def clean(text: str, *, mdx: bool) -> str:
    """Markdown outside fences without what is not for readers; code spans stay as they are."""
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match.group())
        return f"\ue000{len(kept) - 1}\ue001"

    text = _CODE_SPAN.sub(keep, text.replace("\ue000", "").replace("\ue001", ""))
    text = _COMMENT.sub("", text)
    text = _TOC.sub("", _IMAGE.sub("", text))
    text = _EMPTY_LINK.sub("", text)
    text = _FOOTNOTE.sub(r"(*\1) ", text)
    text = _HEADING_ID.sub(r"\1", text)
    text = _IMPORT.sub("", text)
    if mdx:
        text = _EXPORT.sub("\n", text)
    text = _without_components(text)
    if mdx:
        text = _EXPRESSION.sub(lambda match: next(group for group in match.groups() if group is not None), text)
    for _ in range(3):
        text = _STYLED.sub(r"\1", text)
    # CommonMark refuses **強調（あ）**を between Japanese letters; the text keeps no emphasis anyway.
    text = _BOLD.sub(r"\1", text)
    # An HTML block would swallow the Markdown after it, and Markdown marks inside a cell would stay marks.
    text = _CELL.sub(lambda cell: _ESCAPED.sub(lambda match: match.group(1) or "", cell.group()), text)
    text = _BLOCK_END.sub(r"\1\n", text)
    text = _CONTAINER.sub(_container, text)
    if mdx:
        text = _INNER_LIST.sub(r"\1\n", text)
    text = _UNKNOWN_TAG.sub(lambda match: "<" if _KNOWN_TAG.fullmatch(match.group(1)) else "&lt;", text)
    return re.sub("\ue000(\\d+)\ue001", lambda match: kept[int(match.group(1))], text)


def _container(match: re.Match[str]) -> str:
    """`::: tip Title` leaves its title, `:::` nothing; a word that is no container type is a title."""
    indent, word, title = match.groups()
    if word.lower() not in _CONTAINER_WORDS and not re.fullmatch(r"[a-z-]+", word):
        title = f"{word} {title}".strip()
    return f"\n{indent}{title}\n" if title else f"{indent}"


def _without_components(text: str) -> str:
    """JSX tags removed, attributes with them; a title stays as a paragraph of its own."""
    out, position = [], 0
    while match := _TAG_START.search(text, position):
        end = _tag_end(text, match.end()) if match.group(1) else match.end()
        out.append(text[position : match.start()])
        if end < 0:
            out.append("&lt;")
            position = match.start() + 1
            continue
        titles = [
            next(group for group in found if group)
            for found in _TITLES.findall(text[match.start() : end])
            if any(found)
        ]
        indent = re.search(r"[ \t]*\Z", text[position : match.start()])
        pad = indent.group() if indent else ""
        if titles and not text.startswith("</", match.start()):
            out.append(f"\n\n{pad}**{_plain(' '.join(dict.fromkeys(titles)))}**\n\n")
        position = end
    out.append(text[position:])
    return "".join(out)


def _plain(title: str) -> str:
    return title.replace("*", "").replace("\n", " ").strip()


def _tag_end(text: str, start: int) -> int:
    """The index after the `>` that closes a tag, past quotes and braces; -1 when there is none near."""
    braces, quote = 0, ""
    for index in range(start, min(len(text), start + _LONGEST_TAG)):
        character = text[index]
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'`":
            quote = character
        elif character in "{}":
            braces += 1 if character == "{" else -1
        elif character == ">" and braces <= 0:
            return index + 1
    return -1
