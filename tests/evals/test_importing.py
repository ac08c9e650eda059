"""An FAQ as cases, from the files that people have; errors name the line."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from banso.core.errors import ConfigError
from evals.answers import read_cases, resolved, sources_of
from evals.cases import Case
from evals.importing import PROPOSED, import_cases, write_cases

JA = "質問,回答,出典\nAPI は1分に何回までですか,「ビジネス」は120回です。,api.md;faq.md\n営業日は,平日です,\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_japanese_columns_in_the_encodings_of_excel(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "faq.csv").write_bytes(JA.encode(encoding))
    first, second = import_cases(tmp_path / "faq.csv")
    assert (first.id, first.language, list(first.gold)) == ("faq-001", "ja", ["api.md", "faq.md"])
    assert (first.must_say, first.tags) == (("ビジネス", "120回"), (PROPOSED,))
    assert (second.must_say, second.tags, second.answerable) == ((), (), True)


def test_every_column_and_an_excel_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Question", "Answer", "Language", "Account", "Answerable", "Must say", "ID", "Owner"])
    sheet.append(["How long?", "30 days", "en", "AC-1", None, "30 days|a month", "x1", "kim"])
    sheet.append([None] * 8)
    sheet.append(["Who founded it?", None, None, None, "no", None, None, "kim"])
    book.save(tmp_path / "faq.xlsx")
    first, second = import_cases(tmp_path / "faq.xlsx")
    assert (first.id, first.account, first.must_say, first.tags) == ("x1", "AC-1", ("30 days|a month",), ())
    assert (second.answerable, second.language, second.must_say) == (False, "en", ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("frage,answer\na,b\n", ":1: no column for the question; there are: frage, answer"),
        ("question,answer\na,b\nc,\n", ":3: no answer"),
        ("question,answer\n,b\n", ":2: no question"),
        ("question,answer,answerable\na,b,perhaps\n", ":2: answerable is 'perhaps'"),
        ("question,answer,language\na,b,fr\n", ":2: language"),
        ("question,answer,id\na,b,1\nc,d,1\n", ":3: the id '1' stands twice"),
        ("question,answer\na,b,c\n", ":2: "),
        ("question,answer\n", "no rows"),
    ],
)
def test_an_error_names_the_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "faq.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        import_cases(tmp_path / "faq.csv")
    assert said in error.value.message


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    (tmp_path / "faq.csv").write_text(JA, encoding="utf-8")
    cases = import_cases(tmp_path / "faq.csv")
    write_cases(cases, tmp_path / "cases.jsonl")
    assert read_cases(tmp_path / "cases.jsonl") == cases == read_cases(tmp_path / "faq.csv")


def test_a_folder_says_what_its_files_are(tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    folder = tmp_path / "ours"
    (folder / "guide").mkdir(parents=True)
    (folder / "crm").mkdir()
    for name in ("guide/api.md", "price.pdf", "tickets.csv", "cases.csv", ".hidden"):
        (folder / name).write_text("x", encoding="utf-8")
    found = sources_of(folder, place)
    assert [kind for kind, _ in found] == ["crm", "tickets", "manuals"]
    loose = {path.relative_to(found[2][1]).as_posix() for path in found[2][1].rglob("*") if path.is_file()}
    assert loose == {"guide/api.md", "price.pdf"}
    case = Case(id="a", question="q", language="en", answerable=True, gold={"api.md": 1.0, "TK-1": 1.0})
    assert list(resolved([case], found)[0].gold) == ["guide/api.md", "TK-1"]
    (found[2][1] / "api.md").write_text("x", encoding="utf-8")
    (found[2][1] / "guide" / "v2").mkdir()
    (found[2][1] / "guide" / "v2" / "b.md").write_text("x", encoding="utf-8")
    (found[2][1] / "b.md").unlink(missing_ok=True)
    assert list(resolved([case], found)[0].gold) == ["api.md", "TK-1"], "a path as it stands comes before a name"


def test_two_files_of_one_name_are_asked_about(tmp_path: Path) -> None:
    for name in ("a/x.md", "b/x.md"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("x", encoding="utf-8")
    case = Case(id="c1", question="q", language="en", answerable=True, gold={"x.md": 1.0})
    with pytest.raises(ConfigError) as error:
        resolved([case], [("manuals", tmp_path)])
    assert "c1" in error.value.message and "a/x.md, b/x.md" in error.value.hint
