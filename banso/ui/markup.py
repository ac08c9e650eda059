"""HTML for Markdown fields, from templates in which every value is neutralised.

Three locks, each enough alone: the values are escaped here, Gradio sanitises what a Markdown field shows, and the page
policy runs no script and loads nothing from elsewhere.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from banso.ui.inert import inert_character


def neutral(value: object) -> Markup:
    """Any text as HTML that a Markdown field shows as it is, line breaks included; what a template made stays."""
    if isinstance(value, Markup):
        return value
    text = "" if value is None else str(value).replace("\r\n", "\n")
    # A real line break could end the HTML block, after which Markdown would be read again.
    return Markup("".join(f"&#{ord(c)};" if c in "\n\r" else inert_character(c) for c in text))


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "pages"),
    autoescape=True,
    finalize=neutral,
    undefined=StrictUndefined,
)


def render(template: str, **values: Any) -> Markup:
    """The template of this name (below `pages/`), filled, on one line: to Markdown it is one HTML block."""
    filled = _TEMPLATES.get_template(template).render(**values)
    return Markup("".join(line.strip() for line in filled.split("\n")))
