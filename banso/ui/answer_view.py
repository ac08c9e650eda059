"""Answers as Markdown for the chat: numbered links to sources, nothing else that a renderer could act on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from banso.core.feedback import Asked
from banso.knowledge.documents import Citation, Variant
from banso.knowledge.variants import named
from banso.ui import local_form
from banso.ui.aside.lines import as_markdown, small_lines, stale_line
from banso.ui.inert import inert, one_line
from banso.ui.models.view import dollars
from banso.ui.paths import copy_path
from banso.ui.services import AnswerView, EventView, TurnView
from banso.ui.source_page import source_path, variant_path
from banso.ui.texts import Text

_MARKER = re.compile(r"\[(\d{1,3})\]")
_RULE = re.compile(r"\|?[\s:|-]+\|?")
Message = dict[str, Any]


def answer_markdown(answer: AnswerView, t: Text, timezone: str) -> str:
    """The answer's text with its markers as links, then its sources (or the nearest ones), notices and the draft. One
    that is not sure says so before anything else."""
    parts = [f"> **{t('ask.unsure')}** {t('ask.unsure_why')}"] if answer.unsure else []
    parts += [text_markdown(answer.text, answer.citations), *_translated(answer, t)]
    if answer.draft:
        parts.append("**" + t("ask.draft_filed", draft=inert(answer.draft)) + "**")
    if answer.asks and answer.text != answer.asks.question:
        parts.append(f"**{inert(answer.asks.question)}**")
    parts += [f"> {inert(notice)}" for notice in (*answer.notices, stale_line(answer, t)) if notice]
    if answer.removed:
        parts.append(_removed(answer.removed, t))
    heading = t("ask.sources") if answer.citations else t("ask.nearest")
    listed = source_list(answer.citations or answer.nearest, t, timezone)
    if listed:
        parts.append(f"**{heading}**\n\n{listed}")
    if lines := as_markdown(small_lines(answer, t, timezone)):
        parts.append(lines)
    if answer.seconds and not answer.stopped:
        parts.append("<small>" + " · ".join(map(inert, _took(answer, t))) + "</small>")
    return "\n\n".join(parts)


def _translated(answer: AnswerView, t: Text) -> list[str]:
    """What quotes in the other language say, as text with nothing to click but the numbers of the sources."""
    if not answer.translations:
        return []
    known = {citation.marker: citation for citation in answer.citations}
    lines = [f"{_link(f'[{one.marker}]', known.get(one.marker))} {inert(one.text)}" for one in answer.translations]
    return ["\n>\n".join(f"> {line}" for line in (f"**{inert(translations_head(answer, t))}**", *lines))]


def translations_head(answer: AnswerView, t: Text) -> str:
    """The line above translations: that a machine made them, and which."""
    models = dict.fromkeys(one.model for one in answer.translations)
    return t("ask.translations", model=", ".join(models))


def _removed(sentences: Sequence[str], t: Text) -> str:
    """What was taken out of the answer, folded away: as text, with nothing to click."""
    listed = "".join(f"<li>{inert(one_line(one, 300))}</li>" for one in sentences)
    return f"<details><summary>{t('ask.removed', count=len(sentences))}</summary><ul>{listed}</ul></details>"


def _took(answer: AnswerView, t: Text) -> list[str]:
    """Time, and of prompted models their names, tokens and price."""
    prompted = [one for one in answer.usage if one.tokens]
    told = [t("ask.seconds", seconds=f"{answer.seconds:.1f}"), *(one.model for one in prompted)]
    if prompted:
        count = local_form.number(sum(one.tokens for one in prompted), t.language)
        tokens = t("models.about", value=count) if any(one.estimated for one in prompted) else count
        told.append(t("ask.tokens", count=tokens))
        if all(one.cost is not None for one in prompted):
            told.append(dollars(sum(one.cost or 0.0 for one in prompted), t))
    return told


def text_markdown(text: str, citations: Sequence[Citation]) -> str:
    """Inert text whose markers [n] link to their source; a marker without a citation stays plain text.

    Tables stay tables, with inert cells.
    """
    known = {citation.marker: citation for citation in citations}
    blocks = groupby(text.splitlines(), key=lambda line: line.lstrip().startswith("|"))
    parts = [_block(list(lines), is_table, known) for is_table, lines in blocks]
    return "\n\n".join(part for part in parts if part.strip())


def _block(lines: list[str], is_table: bool, known: dict[int, Citation]) -> str:
    if is_table and len(lines) > 2 and is_rule(lines[1]):
        rows = [_row(lines[0], known), "|" + " --- |" * len(cells(lines[0]))]
        return "\n".join(rows + [_row(line, known) for line in lines[2:]])
    return _linked("\n".join(lines), known)


def _row(line: str, known: dict[int, Citation]) -> str:
    return "| " + " | ".join(_linked(cell, known) for cell in cells(line)) + " |"


def _linked(text: str, known: dict[int, Citation]) -> str:
    pieces = _MARKER.split(text)
    out = [inert(pieces[0])]
    for number, following in zip(pieces[1::2], pieces[2::2], strict=True):
        out += [_link(f"[{number}]", known.get(int(number))), inert(following)]
    return "".join(out)


def _link(label: str, citation: Citation | None) -> str:
    path = source_path(citation) if citation else ""
    return f"[{inert(label)}]({path})" if path else inert(label)


def source_list(citations: Sequence[Citation], t: Text, timezone: str) -> str:
    """One line a source: number, linked title, kind, page, date and the quoted words."""
    return "\n\n".join(_source_line(citation, t, timezone) for citation in citations)


def _source_line(citation: Citation, t: Text, timezone: str) -> str:
    facts = [t(f"knowledge.source_{citation.source}"), inert(citation.ref)]
    if citation.page:
        facts.append(t("ask.page", page=citation.page))
    if citation.updated_at:
        facts.append(local_form.day(citation.updated_at, t.language, timezone))
    head = _link(f"[{citation.marker}] {one_line(citation.title, 70)}", citation)
    also = also_in(citation.variants, t)
    line = f"{head} · {' · '.join(facts)}" + (f"  \n{also}" if also else "")
    return f"{line}\n> {inert(one_line(readable(citation.quote), 160))}"


def also_in(variants: Sequence[Variant], t: Text) -> str:
    """The other documents that say the same, each a link to its own page; empty where there are none."""
    links = [f"[{inert(one_line(named(one), 90))}]({variant_path(one)})" for one in variants]
    return t("source.also_in", documents=" · ".join(links)) if links else ""


def readable(quote: str) -> str:
    """A quote without the drawing of a table: cells joined by dots, rules left out."""
    rows = [row for row in quote.splitlines() if not is_rule(row)]
    return "\n".join(" · ".join(filter(None, cells(row))) if row.strip().startswith("|") else row for row in rows)


def is_rule(row: str) -> bool:
    """Whether this is the line below a table's head."""
    return bool(_RULE.fullmatch(row.strip()))


def cells(row: str) -> list[str]:
    """The cells of a table's row."""
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def step_line(event: EventView, t: Text) -> str:
    """What the copilot is doing, in the reader's words."""
    return t(f"ask.step_{event.step}", detail=inert(one_line(event.detail, 60)))


def progress_markdown(steps: Sequence[str], text: str) -> str:
    """The answer while it is being made: the step at work, and the text so far."""
    shown = inert(text) if text else ""
    working = f"*{steps[-1]}…*" if steps and not text else ""
    return "\n\n".join(part for part in (working, shown) if part) or "…"


def conversation(turns: Sequence[TurnView], t: Text, timezone: str) -> list[Message]:
    """A whole conversation as chat messages. A turn without a question (news about a draft) is one message."""
    messages: list[Message] = []
    before = ""
    for number, turn in enumerate(turns):
        if turn.question:
            again = t("ask.asked_again") if turn.question == before else ""
            messages.append(question_message(turn.question, again))
            before = turn.question
        last = turn if number == len(turns) - 1 else None
        messages.append(answer_message(_kept_markdown(turn, number, t, timezone), _choices(last, t)))
    return messages


def _choices(turn: TurnView | None, t: Text) -> list[dict[str, str]]:
    """The choices of the question back that stands last, each with the question that it asks."""
    if turn is None or turn.answer.asks is None:
        return []
    return [
        {"label": one.label, "value": t("ask.choice", question=turn.question, choice=one.label)}
        for one in turn.answer.asks.choices
    ]


def _kept_markdown(turn: TurnView, number: int, t: Text, timezone: str) -> str:
    """An answer of the history, with a link to its text; static/ask.js copies what the link leads to."""
    markdown = answer_markdown(turn.answer, t, timezone)
    if not turn.question or turn.answer.stopped:
        return markdown
    return f"{markdown}\n\n[{t('ask.copy')}]({copy_path(turn.answer.thread, number, t)})"


def turn_at(turns: Sequence[TurnView], message: int) -> int | None:
    """Which turn the message at this position of the chat belongs to."""
    position = 0
    for number, turn in enumerate(turns):
        position += 2 if turn.question else 1
        if message < position:
            return number
    return None


def asked_at(turns: Sequence[TurnView], turn: int) -> Asked | None:
    """What a thumb on this turn is about; None where nobody asked anything, it was stopped or a draft was filed."""
    if not 0 <= turn < len(turns) or not turns[turn].question or turns[turn].answer.draft or turns[turn].answer.stopped:
        return None
    answer = turns[turn].answer
    return Asked(
        question=turns[turn].question, text=answer.text, refused=answer.grounded == "refused",
        sources=tuple(dict.fromkeys(citation.ref for citation in answer.citations)),
    )  # fmt: skip


def question_message(question: str, note: str = "") -> Message:
    """What the person wrote, shown as written; below it a note of ours."""
    return {"role": "user", "content": inert(question) + (f"\n\n<small>{inert(note)}</small>" if note else "")}


def answer_message(markdown: str, choices: Sequence[dict[str, str]] = ()) -> Message:
    """A message of the copilot; with choices, buttons below it."""
    return {"role": "assistant", "content": markdown} | ({"options": list(choices)} if choices else {})
