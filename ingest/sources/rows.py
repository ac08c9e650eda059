"""What a reader in a child process says about the documents of an export, row by row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from ingest.sandbox import nonsense


class Row(BaseModel):
    """One document that a reader offers (`fingerprint`, with its record or whole), or why there is none (`error`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ref: str = ""
    place: str = ""
    fingerprint: str = ""
    record: str = ""
    document: str = ""
    path: str = ""
    covers: str = ""
    error: str = ""
    hint: str = ""
    hides: bool = False


def rows_of(answers: Iterator[dict[str, Any]]) -> Iterator[Row]:
    """Every row of a reader's batches. Raises ItemError when the reader dies or talks nonsense."""
    for answer in answers:
        try:
            for text in answer.get("rows", ()):
                yield Row.model_validate(json.loads(text))
        except (ValidationError, ValueError, TypeError, RecursionError) as error:
            raise nonsense() from error
