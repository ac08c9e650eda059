"""A team's own FAQ as cases: CSV (UTF-8 or CP932) or Excel with a question and its answer a row.

What a right answer must say is proposed from the figures, codes and quoted words of the FAQ's answer. Such a case has
the tag `check` until a person has read it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from banso.core.errors import ConfigError
from banso.learning.extract import named_facts
from evals.cases import Case
from ingest.records import Raw, read_records

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "question": ("question", "q", "質問", "問い", "お問い合わせ"),
    "answer": ("answer", "a", "回答", "答え"),
    "source": ("source", "sources", "document", "出典", "資料", "参照"),
    "language": ("language", "lang", "言語"),
    "account": ("account", "customer", "顧客", "アカウント"),
    "answerable": ("answerable", "回答可", "回答できる"),
    "must_say": ("must_say", "must say", "必須", "必須の語"),
    "must_not_say": ("must_not_say", "must not say", "禁止", "禁止の語"),
    "id": ("id", "番号"),
}
YES, NO = (
    frozenset({"yes", "y", "true", "1", "はい", "可", "○", "〇"}),
    frozenset({"no", "n", "false", "0", "いいえ", "不可", "×"}),
)
PROPOSED = "check"
"""The tag of a case whose facts nobody has confirmed yet."""
MOST_FACTS = 3
_QUOTES = '「」『』"“”'
"""A right answer need not quote as the FAQ did."""
_KANA = re.compile(r"[\u3040-\u30ff]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_BETWEEN = re.compile(r"[;；\n]")


def import_cases(path: Path) -> list[Case]:
    """The rows of the file as cases, in order. Raises ConfigError that names the line and what to do."""
    cases: dict[str, Case] = {}
    columns: dict[str, str] | None = None
    for place, row in _rows(path):
        if columns is None:
            columns = _columns(path, row)
        case = _case(place, {name: str(row[given] or "").strip() for name, given in columns.items()}, len(cases) + 1)
        if case.id in cases:
            raise ConfigError(f"{place}: the id {case.id!r} stands twice", "give each row an id of its own")
        cases[case.id] = case
    if not cases:
        raise ConfigError(f"{path}: no rows", "the first line names the columns: question, answer")
    return list(cases.values())


def write_cases(cases: Iterable[Case], out: Path) -> None:
    """One JSON object a line; fields that say nothing are left out."""
    lines = [
        json.dumps(
            {"answerable": case.answerable, **case.model_dump(mode="json", exclude_defaults=True)}, ensure_ascii=False
        )
        for case in cases
    ]
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _rows(path: Path) -> Iterator[tuple[str, Mapping[str, object]]]:
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        yield from _sheet(path)
        return
    if path.suffix.lower() not in (".csv", ".tsv"):
        raise ConfigError(f"{path}: a CSV, TSV or Excel (.xlsx) file is needed", "save the FAQ as CSV UTF-8")
    for record in read_records(path, str(path)).rows:
        if not isinstance(record, Raw):
            raise ConfigError(f"{record.path}: {record.error}", record.hint)
        yield record.place, record.value


def _sheet(path: Path) -> Iterator[tuple[str, Mapping[str, object]]]:
    import zipfile

    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path, data_only=True)
    except (OSError, InvalidFileException, zipfile.BadZipFile, KeyError) as error:
        raise ConfigError(f"{path}: cannot be read as Excel: {error}", "save the FAQ as CSV UTF-8") from error
    first, *rows = book.worksheets[0].iter_rows(values_only=True)
    header = [str(cell or "").strip() for cell in first]
    for line, cells in enumerate(rows, start=2):
        if any(str(cell or "").strip() for cell in cells):
            yield f"{path}:{line}", dict(zip(header, cells, strict=False))


def _columns(path: Path, row: Mapping[str, object]) -> dict[str, str]:
    """Our name -> the column's name in the file."""
    found = {
        name: given for name, ways in COLUMNS.items() for given in row if given.strip().casefold() in ways
    }  # fmt: skip
    for name in ("question", "answer"):
        if name not in found:
            raise ConfigError(
                f"{path}:1: no column for the {name}; there are: {', '.join(row)}",
                f"name it one of: {', '.join(COLUMNS[name])}",
            )
    return found


def _case(place: str, row: Mapping[str, str], number: int) -> Case:
    answerable = _answerable(place, row)
    if answerable and not row["answer"]:
        raise ConfigError(f"{place}: no answer", "write one, or set the column answerable to no")
    if not row["question"]:
        raise ConfigError(f"{place}: no question", "write one, or delete the row")
    given = _split(row.get("must_say", ""))
    proposed = (
        ()
        if given or not answerable
        else tuple(dict.fromkeys(fact.strip(_QUOTES) for fact in named_facts(row["answer"])))[:MOST_FACTS]
    )
    try:
        return Case.model_validate({
            "id": row.get("id") or f"faq-{number:03d}",
            "question": row["question"],
            "language": row.get("language") or _language(row["question"]),
            "gold": _split(row.get("source", "")),
            "must_say": given or proposed,
            "must_not_say": _split(row.get("must_not_say", "")),
            "answerable": answerable,
            "account": row.get("account", ""),
            "tags": (PROPOSED,) if proposed else (),
        })  # fmt: skip
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(f"{place}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def _answerable(place: str, row: Mapping[str, str]) -> bool:
    said = row.get("answerable", "").casefold()
    if said and said not in YES | NO:
        raise ConfigError(f"{place}: answerable is {said!r}", "write yes or no (はい, いいえ)")
    return said not in NO


def _language(text: str) -> str:
    return "ja" if _KANA.search(text) or _HAN.search(text) else "en"


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in _BETWEEN.split(cell) if part.strip())
