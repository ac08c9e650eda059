"""A question that somebody asked in Slack; its thread answers.

Reads question_threads.jsonl of the dd2030 workspace. The thread holds the question itself, word for word, so that a
search by words finds it easily: the figures say how well a thread is found again, not how well its answers are.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

from banso.core.errors import ConfigError
from banso.core.language import language_of
from evals.cases import Case
from evals.derive.split import half_of

BEGINNING = 400
"""Characters of a message that are asked."""
_MARKUP = re.compile(r"<[#@!][^>]*>|<(https?://[^>|]*)(?:\|[^>]*)?>|:[a-z0-9_+-]+:")


def slack_cases(path: Path) -> list[Case]:
    """The cases, in the order of the file. `path`: it, or its folder. Raises ConfigError naming file and line."""
    file = path / "question_threads.jsonl" if path.is_dir() else path
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read", "give the folder that holds question_threads.jsonl") from error
    return list(_cases(file, lines))


def _cases(file: Path, lines: list[str]) -> Iterator[Case]:
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            ref, question = f"{row['channel']}/{row['ts']}", _plain(row["question"])[:BEGINNING]
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise ConfigError(f"{file}:{number}: {error!r}", "channel, ts and question are needed") from error
        if question:
            language = "ja" if language_of(question) == "ja" else "en"
            yield Case(
                id=f"slack-{ref}", question=question, language=language, gold={ref: 1.0}, answerable=True,
                tags=("slack", half_of(ref)),
            )  # fmt: skip


def _plain(text: str) -> str:
    """The words that were typed, without mentions, emoji and the brackets of addresses."""
    return html.unescape(_MARKUP.sub(lambda match: match[1] or "", text)).strip()
