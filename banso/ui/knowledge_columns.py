"""Which column of an uploaded ticket file is what: shown with its first rows, corrected by a person, kept as a mapping.

The mapping is the file `<name>.mapping.yaml` beside the upload, which ingestion finds by itself; `--mapping` of the
command line reads the same file.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr
import yaml

from banso.core.errors import UnknownColumns
from banso.ui.inert import one_line
from banso.ui.texts import Text

FIELDS = ("id", "subject", "description", "resolution", "status", "account", "product", "created_at")


def build_columns(t: Text) -> tuple[gr.Column, gr.Dataframe, list[gr.Dropdown], gr.Button, gr.State]:
    """The panel, hidden until it is needed: first rows, one choice of a column for each field, and a button."""
    path = gr.State("")
    with gr.Column(visible=False, elem_id="columns") as panel:
        gr.Markdown(t("knowledge.columns_ask"))
        sample = gr.Dataframe(datatype="str", interactive=False, wrap=True, show_label=False, max_height=240)
        with gr.Row():
            choices = [gr.Dropdown([], label=t(f"knowledge.column_{name}"), min_width=220) for name in FIELDS]
        button = gr.Button(t("knowledge.columns_button"), variant="primary", elem_id="columns-use")
    return panel, sample, choices, button, path


def asked(unknown: UnknownColumns, path: Path, t: Text) -> list[Any]:
    """Updates of panel, sample, choices and path."""
    none = (t("knowledge.column_none"), "")
    options = [none, *((one_line(name, 60), name) for name in unknown.columns)]
    rows = {"headers": [one_line(n, 60) for n in unknown.columns], "data": unknown.rows}
    chosen = [gr.update(choices=options, value=unknown.guess.get(name, "")) for name in FIELDS]
    return [gr.update(visible=True), gr.update(value=rows), *chosen, str(path)]


def hidden() -> list[Any]:
    """The same updates, when there is nothing to ask."""
    return [gr.update(visible=False), gr.update(), *(gr.update() for _ in FIELDS), ""]


def problem(columns: Sequence[str | None], t: Text) -> str:
    """What is missing in a choice of columns, or an empty text."""
    chosen = dict(zip(FIELDS, columns, strict=True))
    if not chosen["id"]:
        return t("knowledge.columns_id")
    return "" if chosen["subject"] or chosen["description"] else t("knowledge.columns_text")


def keep_mapping(path: Path, columns: Sequence[str | None], timezone: str) -> Path:
    """Write the mapping file beside the upload."""
    fields = {name: column for name, column in zip(FIELDS, columns, strict=True) if column}
    mapping = {"kind": "tickets", "timezone": timezone, "fields": fields}
    target = path.with_name(f"{path.name}.mapping.yaml")
    target.write_text(yaml.safe_dump(mapping, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return target
