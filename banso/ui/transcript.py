"""A conversation to take along: one answer as plain text, the whole as Markdown in which nothing acts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from banso.knowledge.documents import Citation
from banso.ui import local_form
from banso.ui.answer_view import cells, is_rule, translations_head
from banso.ui.inert import one_line
from banso.ui.services import AnswerView, ThreadView, TurnView
from banso.ui.texts import Text

_ACTS = re.compile(r"[\\`*_{}\[\]<>#!|~^&$]|:(?=//)|@|(?<=www)\.", re.I)
_BEGINS = re.compile(r"^(\s*(?:\d+(?=[.)]))?)([-+=.)])", re.M)


def quiet(text: str) -> str:
    """Text as Markdown shows it word for word: no picture, link, heading, list or HTML comes of it. Unlike
    `inert`, it can still be read where nothing renders it."""
    return _BEGINS.sub(r"\1\\\2", _ACTS.sub(r"\\\g<0>", text)).replace("\n", "  \n")


def quiet_answer(text: str) -> str:
    """The same for an answer, whose tables stay tables."""
    runs = groupby(text.splitlines(), key=lambda line: line.lstrip().startswith("|"))
    return "\n\n".join(_run(list(lines), barred) for barred, lines in runs).strip("\n")


def _run(lines: list[str], barred: bool) -> str:
    if not barred or len(lines) < 3 or not is_rule(lines[1]):
        return quiet("\n".join(lines))
    rows = ["| " + " | ".join(map(quiet, cells(line))) + " |" for line in (lines[0], *lines[2:])]
    return "\n".join([rows[0], "|" + " --- |" * len(cells(lines[0])), *rows[1:]])


def answer_text(answer: AnswerView, t: Text, timezone: str) -> str:
    """An answer and its numbered sources as plain text, to paste into a mail or a message."""
    parts = [f"{t('ask.unsure')} {t('ask.unsure_why')}"] if answer.unsure else []
    parts.append(answer.text)
    if answer.translations:
        parts.append("\n".join([f"{translations_head(answer, t)}:", *_translations(answer)]))
    if answer.citations:
        parts.append("\n".join([f"{t('ask.sources')}:", *_sources(answer.citations, t, timezone)]))
    return "\n\n".join(parts) + "\n"


def as_markdown(turns: Sequence[TurnView], thread: ThreadView, t: Text, timezone: str, now: datetime) -> str:
    """The whole conversation: questions, answers, notices and sources, with dates in local form."""

    def when(moment: datetime) -> str:
        return local_form.moment(moment, t.language, timezone)

    lines = [f"# {quiet(one_line(thread.title, 200))}", ""]
    about = [t("export.account", account=quiet(thread.account))] if thread.account else []
    about += [t("export.begun", when=when(thread.created_at)), t("export.made", when=when(now))]
    lines += [f"- {line}" for line in about]
    for turn in turns:
        heading = t("export.question") if turn.question else t("export.news")
        lines += ["", f"## {heading} · {when(turn.at)}", ""]
        lines += [quiet(turn.question), "", f"**{t('export.answer')}**", ""] if turn.question else []
        lines += _answer(turn.answer, t, timezone)
    return "\n".join(lines).rstrip() + "\n"


def as_json(turns: Sequence[Any], thread: ThreadView) -> dict[str, Any]:
    """The whole conversation as plain data; times with their offset."""
    return {
        "thread": thread.id,
        "title": thread.title,
        "account": thread.account,
        "created_at": thread.created_at.isoformat(),
        "updated_at": thread.updated_at.isoformat(),
        "turns": [turn.model_dump(mode="json") for turn in turns],
    }


def _answer(answer: AnswerView, t: Text, timezone: str) -> list[str]:
    lines = [f"> {t('ask.unsure')} {t('ask.unsure_why')}", ""] if answer.unsure else []
    lines += [quiet_answer(answer.text), ""]
    if answer.translations:
        head = f"**{quiet(translations_head(answer, t))}**"
        lines += [head, "", *(f"- {quiet(line)}" for line in _translations(answer)), ""]
    if answer.draft:
        lines += [t("ask.draft_filed", draft=quiet(answer.draft)), ""]
    lines += [line for notice in answer.notices for line in (f"> {quiet(one_line(notice, 1000))}", "")]
    listed = _sources(answer.citations or answer.nearest, t, timezone)
    if listed:
        heading = t("ask.sources") if answer.citations else t("ask.nearest")
        lines += [f"**{heading}**", "", *(f"- {quiet(line)}" for line in listed), ""]
    return lines


def _translations(answer: AnswerView) -> list[str]:
    """One line a quote: its number and what it says."""
    return [f"[{one.marker}] {' '.join(one.text.split())}" for one in answer.translations]


def _sources(citations: Sequence[Citation], t: Text, timezone: str) -> list[str]:
    """One line a source: number, title, kind, ref, page and date."""
    return [_source(citation, t, timezone) for citation in citations]


def _source(citation: Citation, t: Text, timezone: str) -> str:
    facts = [t(f"knowledge.source_{citation.source}"), citation.ref]
    if citation.page:
        facts.append(t("ask.page", page=citation.page))
    if citation.updated_at:
        facts.append(local_form.day(citation.updated_at, t.language, timezone))
    return f"[{citation.marker}] {one_line(citation.title, 120)} ({' · '.join(facts)})"
