"""HTML pages, and the HTML that Markdown, mails and pandoc give. What a reader would not see is set apart first."""

from __future__ import annotations

import re
from typing import Any

from ingest.parse.elements import from_html
from ingest.parse.model import Parsed, Part, tidy
from ingest.parse.text import decode
from ingest.parse.values import as_datetime

NOT_READ = ("script", "style", "noscript", "template", "nav", "svg", "iframe", "video", "object", "head")
"""Elements whose words are not part of what a page says."""
_DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_-]+)", re.IGNORECASE)
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0?\.?0*(?:;|$|\s|!)"
    r"|font-size\s*:\s*(?:0(?:\.\d+)?\s*(?:px|pt)?|0?(?:\.0\d*)?\s*(?:em|rem|%)|1\s*(?:px|pt))\s*(?:;|$|!)"
    r"|(?:left|top|right|text-indent|margin-left)\s*:\s*-\d{3,}|clip(?:-path)?\s*:\s*(?:rect\(0|inset\((?:50|100)%)",
    re.IGNORECASE,
)
_WHITE = r"(?:white|#fff(?:fff)?|rgba?\(\s*255\s*,\s*255\s*,\s*255[^)]*\)|transparent)\s*(?:;|$|!)"
_WHITE_TEXT = re.compile(r"(?:^|[;\s])color\s*:\s*" + _WHITE, re.IGNORECASE)
_BACKGROUND = re.compile(r"background(?:-color|-image)?\s*:\s*(?!" + _WHITE + ")", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_NO_XML = re.compile("[\x00-\x08\x0b-\x0c\x0e-\x1f\ufffe\uffff]")  # characters that no element may hold
_RULE = re.compile(r"\.([\w-]+)\s*\{([^{}]{0,2000})\}")


def read_html(data: bytes) -> Parsed:
    """An HTML file: visible parts, hidden ones flagged, title and dates from its head."""
    declared = _DECLARED.search(data[:4000])
    return parse_html(decode(data, declared.group(1).decode() if declared else ""))


def parse_html(text: str, *, keep_comments: bool = True) -> Parsed:
    """An HTML text. Raises nothing on damaged markup; hopelessly nested markup comes back without parts."""
    from lxml import html as lxml_html

    root = tree_of(text)
    if root is None:
        return Parsed()
    title, facts = _head(root)
    hidden = take_hidden(root, hidden_classes(root), keep_comments)
    for name in NOT_READ:
        for element in list(root.iter(name)):
            element.drop_tree()
    _open_code(root)
    _number_lists(root)
    visible = lxml_html.tostring(root, encoding="unicode")
    words = tidy(root.text_content())
    parts = from_html(visible) if words else []
    if words and not parts:
        # `unstructured` gives nothing for very deep markup and for paragraphs of one character.
        parts = [Part(kind="text", text=words)]
    parts += [Part(kind="text", text=found, hidden=True) for found in hidden]
    return Parsed(parts=tuple(parts), title=title, **facts)


def tree_of(text: str) -> Any:
    """The element tree of an HTML text; None when there is nothing in it. Below about 2,000 levels it is cut."""
    from lxml import etree
    from lxml import html as lxml_html

    text = _NO_XML.sub("", _DECLARATION.sub("", text))
    if not text.strip():
        return None
    try:
        return lxml_html.document_fromstring(text, parser=lxml_html.HTMLParser(huge_tree=True))
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


def _head(root: Any) -> tuple[str, dict[str, Any]]:
    heads = root.xpath("//h1")
    title = tidy(" ".join(root.xpath("//head/title//text()")))
    # A <title> without a space in Latin letters is a file name that a converter left.
    named = title and not re.fullmatch(r"[\w.-]+", title, re.ASCII)
    if heads and heads[0].text_content().strip() and (len(heads) == 1 or not named):
        title = tidy(heads[0].text_content())
    facts: dict[str, Any] = {}
    for meta in root.xpath("//meta[@content]"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        if name in ("article:modified_time", "last-modified", "dcterms.modified", "datemodified", "revised"):
            facts["updated_at"] = as_datetime(meta.get("content"))
        elif name in ("article:published_time", "date", "dcterms.created", "datepublished"):
            facts["created_at"] = as_datetime(meta.get("content"))
    return title, facts


def hidden_classes(root: Any) -> set[str]:
    """The classes that the page's own style sheets hide."""
    sheets = " ".join(style.text or "" for style in root.iter("style"))
    return {name for name, rules in _RULE.findall(sheets[:200_000]) if _HIDING.search(rules)}


def take_hidden(root: Any, classes: set[str], keep_comments: bool) -> list[str]:
    """Removes what is not shown and returns its words."""
    from lxml import etree

    found = []
    for node in list(root.iter()):
        if node.getparent() is None:
            continue
        if isinstance(node, etree._Comment | etree._ProcessingInstruction):
            words = tidy(node.text or "") if keep_comments and isinstance(node, etree._Comment) else ""
            if words and not words.startswith("[if"):
                found.append(words)
            node.tail, tail = None, node.tail
            _drop(node, tail)
        elif isinstance(node.tag, str) and node.tag not in NOT_READ and _is_hidden(node, classes):
            if words := tidy(node.text_content()):
                found.append(" ".join(words.split()))
            node.drop_tree()
    return found


def _drop(node: Any, tail: str | None) -> None:
    """Removes a comment and leaves the text after it."""
    parent, previous = node.getparent(), node.getprevious()
    if previous is not None:
        previous.tail = (previous.tail or "") + (tail or "")
    else:
        parent.text = (parent.text or "") + (tail or "")
    parent.remove(node)


def _is_hidden(node: Any, classes: set[str]) -> bool:
    if node.tag == "input" or node.get("hidden") is not None or classes.intersection((node.get("class") or "").split()):
        return True
    style = node.get("style") or ""
    if style and _HIDING.search(style):
        return True
    white = _WHITE_TEXT.search(style) or (
        node.tag == "font" and (node.get("color") or "").lower() in ("white", "#fff", "#ffffff")
    )
    return bool(white) and not any(
        _BACKGROUND.search(above.get("style") or "") or above.get("bgcolor") or above.get("class")
        for above in (node, *node.iterancestors())
    )


def _open_code(root: Any) -> None:
    """Highlighters put one span a line into <pre>, and pandoc one link a line: only the text is code."""
    for pre in list(root.iter("pre")):
        code = pre.text_content()
        for child in list(pre):
            pre.remove(child)
        pre.text = code


def _number_lists(root: Any) -> None:
    """Writes the numbers of ordered lists into their items: "step 3" is how people speak of them."""
    for ordered in root.iter("ol"):
        start = ordered.get("start") or "1"
        items = ordered.findall("li")
        for number, item in enumerate(items, int(start) if start.isdigit() and len(start) < 6 else 1):
            paragraph = item.find("p")
            holder = item if (item.text or "").strip() or paragraph is None or item[0] is not paragraph else paragraph
            holder.text = f"{number}. {(holder.text or '').lstrip()}"
