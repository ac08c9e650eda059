"""Whatever a customer, a model or a colleague writes is shown as text: no tag, link or Markdown of theirs."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from banso.review.diff import diff
from banso.review.drafts import DraftVersion
from banso.review.flags import flags
from banso.review.gate_report import GateReport, Kind, Mark
from banso.ui.markup import neutral
from banso.ui.review import present
from banso.ui.review.explain import explain_in
from banso.ui.review.letter import runs
from banso.ui.texts import text_of

NASTY = st.text(
    alphabet=st.one_of(st.sampled_from("<>&\"'`*_[]()!#\n\r$|~{}%- ./:@=aあ確\u202e\u200b"), st.characters())
)
SAMPLES = st.sampled_from(
    [
        "<img src=x onerror=alert(1)>", "</div><script>x</script>", "![x](https://evil.example/a.png)",
        "a\n\n# b\n\n**c**",
        "{{ 7*7 }}{% raw %}", "&lt;b&gt;", '" onclick="x', "$$\\href{javascript:x}{y}$$", "| a | b |\n|---|---|",
    ]
)  # fmt: skip
TEXT = st.one_of(SAMPLES, NASTY).filter(lambda text: not any("\ud800" <= c <= "\udfff" for c in text))
ALLOWED = {"section", "div", "p", "span", "sup", "b", "br", "ins", "del", "q"}


class Reader(HTMLParser):
    """Which tags there are, with which attributes, and the text of everything but the explanations."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(str(html))
    reader.close()
    return reader


def version(body: str, number: int = 1) -> DraftVersion:
    return DraftVersion(
        draft="dr_1", version=number, account="A", recipient="a@b.example", subject="s", body=body, evidence=(),
        author="x", via="person", thread="", created_at="2026-01-01T00:00:00+00:00",
        expires_at="2026-01-04T00:00:00+00:00", hash="h",
    )  # fmt: skip


@given(TEXT)
def test_a_value_becomes_one_line_without_any_character_that_markdown_or_html_reads(text: str) -> None:
    made = neutral(text)
    assert "\n" not in made and not set(made) & set("<>\"'`*_[](){}!|~$")
    assert read(made).text == text.replace("\r\n", "\n")


@given(TEXT, TEXT)
def test_a_diff_shows_both_texts_and_no_tag_of_theirs(old: str, new: str) -> None:
    html = present.difference(version(old), version(new, 2), text_of("en"))
    reader = read(html)
    assert reader.tags <= ALLOWED and reader.attributes <= {"class", "id"}
    assert "\n" not in html
    shown = "".join(span.text.replace("\r\n", "\n") for span in diff(old, new))
    assert reader.text.endswith(shown)


KINDS = st.sampled_from(["supported", "unsupported", "promise", "internal", "secret", "neutral"])


@given(TEXT, st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), KINDS), max_size=4), TEXT)
def test_a_marked_letter_has_the_text_and_no_tag_of_theirs(
    body: str, places: list[tuple[int, int, Kind]], why: str
) -> None:
    marks = [
        Mark(start=min(a, b), end=max(a, b), where="body", kind=kind, blocks=kind == "secret", why=why)
        for a, b, kind in places
    ]
    cut = runs(body, marks, "body")
    assert "".join(run.text for run in cut) == body
    assert sum(run.odd is not None for run in cut) == len(flags(body))
    report = None if not marks else _report(marks)
    reader = read(present.letter(version(body), report, lambda mark: mark.why, text_of("ja")))
    assert reader.tags <= ALLOWED and reader.attributes <= {"class", "id", "lang", "tabindex", "role", "title"}


def _report(marks: list[Mark]) -> GateReport:
    return GateReport(draft="dr_1", version=1, hash="h", rules="r", marks=tuple(marks))


def test_a_reason_of_other_rules_is_still_shown() -> None:
    mark = Mark(start=0, end=3, where="body", kind="promise", blocks=False, why="a name of gate 0")
    assert explain_in("en")(mark) == "Promise"


def test_a_mark_has_a_sign_and_an_explanation_beside_its_colour() -> None:
    mark = Mark(start=0, end=3, where="body", kind="promise", blocks=False, why="w")
    html = present.letter(version("明日送る。"), _report([mark]), lambda _: "期日の約束です", text_of("ja"))
    assert 'class="mk mk-promise" tabindex="0"' in html.replace("&#45;", "-")
    assert '<sup class="sign">&#33;</sup>' in html and "期日の約束です" in html and "約束" in html
