"""The HTML page of a run: verdict, escaping, size, both languages; and the terminal's report."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from banso.core.errors import ConfigError
from banso.core.settings import Settings
from banso.ui.quality import metrics
from banso.ui.quality.records import Against
from evals import history
from evals.compare import compare
from evals.record import RunReport
from evals.report.command import find, write_page
from evals.report.console import print_report
from evals.report.html import ROOM, Room, page
from tests.evals.kept_runs import HOSTILE, case, failing, hostile, run

LOADS = {"src", "href", "srcset", "action", "data", "poster", "background", "xlink:href", "formaction", "style"}
VOID = {"meta", "br", "line", "rect", "circle"}


class Page(HTMLParser):
    """Tags, ids and addresses of a page; complains about what is not closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag, f"</{tag}> after {self.open[-3:]}"

    def ids(self) -> list[str]:
        return [str(attributes["id"]) for _, attributes in self.tags if "id" in attributes]


def shown(report: RunReport, language: Any = "en", *earlier: RunReport) -> str:
    return page(report, [*earlier, report], language, "Asia/Tokyo")


def words(text: str) -> str:
    body = re.sub(r"<style>.*?</style>", "", text, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.mark.parametrize("language", ["ja", "en"])
def test_nothing_of_a_model_or_source_is_markup(language: Any) -> None:
    text = shown(run(hostile(1), hostile(2), suite=HOSTILE, missed=(HOSTILE,)), language)
    found = Page(text)
    assert {tag for tag, _ in found.tags}.isdisjoint({"script", "img", "iframe", "object", "link", "form", "base"})
    for tag, attributes in found.tags:
        assert not [name for name in attributes if name.startswith("on")], tag
        assert all(str(attributes[name]).startswith("#") for name in LOADS & attributes.keys()), attributes
    assert HOSTILE.split("\u202e", maxsplit=1)[0] in html.unescape(text)
    assert "\u202e" not in text and "\u2066" not in text and "[U+202E]" in text
    assert "{{ 7*7 }}" in html.unescape(text)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_anchor_leads_somewhere(language: Any) -> None:
    found = Page(shown(run(case(0), failing(1), failing(2, "unsupported")), language))
    ids = found.ids()
    anchors = [str(attributes["href"])[1:] for tag, attributes in found.tags if tag == "a"]
    assert len(ids) == len(set(ids)) and set(anchors) <= set(ids)
    assert {"case-0", "case-1", "case-2", "cause-missing_fact", "cause-unsupported"} <= set(ids)


def test_the_verdict_says_what_was_missed_and_whether_it_may_be_chance() -> None:
    said = words(shown(run(case(0), failing(1))))
    assert "1 of 4 bounds missed." in said
    assert "Found (recall@10): 66.0% (asked for: ≥ 70.0%)" in said
    assert "With this many cases, the miss may be chance." in said
    sure = run(case(0), floors={"recall@10": 0.9}, ceilings={})
    assert "This is not chance." in words(shown(sure))
    assert "All 1 bounds are kept." in words(shown(run(case(0), floors={"recall@10": 0.6}, ceilings={})))
    assert "sets no bounds" in words(shown(run(case(0), floors={}, ceilings={})))


def test_a_bound_on_what_was_not_measured_is_missed() -> None:
    said = words(shown(run(case(0), floors={"citation_precision": 0.5}, ceilings={})))
    assert "Citations that are right: not measured (asked for: ≥ 50.0%)" in said


def test_a_case_shows_evidence_answer_support_and_reason() -> None:
    said = words(shown(run(failing(1, confidence=0.31))))
    shown_words = ("証明書は 2 枚まで", "SSO の設定", "✓ supported 0.93", "why 1", "二枚まで", "Confidence 0.31")
    for part in (*shown_words, "search_knowledge"):
        assert part in said, part


def test_not_scored_is_never_zero() -> None:
    text = shown(run(case(0)))
    (value,) = re.findall(r"<dt>Order of results \(nDCG@10\)</dt><dd>(.*?)</dd>", text)
    assert value == "–"


def test_a_held_out_suite_shows_figures_alone() -> None:
    said = words(shown(run(held_out=True)))
    assert "This suite is held out." in said and "66.0%" in said


def test_confidence_that_was_not_recorded_is_said_to_be_not_measured() -> None:
    assert "Not measured: this run recorded no confidence." in words(shown(run(case(0, confidence=None))))
    assert "Calibration error" in words(shown(run(case(0))))


def test_quality_over_releases_stands_where_there_is_more_than_one_run() -> None:
    alone, among = shown(run(case(0))), shown(run(case(0), day=21), "en", run(day=19), run(day=20))
    assert "the only run of the suite" in alone and "the only run" not in among
    assert all(f"{day} Nov 2026" in among and f"{day}abcde" in among for day in (19, 20, 21))


def test_runs_of_other_questions_are_not_joined() -> None:
    def asked(day: int, digest: str) -> RunReport:
        made = run(case(0), day=day)
        return made.model_copy(update={"info": made.info.model_copy(update={"cases_digest": digest})})

    assert "cases or sources changed</span>" in shown(asked(21, "b"), "en", asked(20, "a"))
    assert "cases or sources changed</span>" not in shown(asked(21, "a"), "en", asked(20, "a"))


def held(before: RunReport, after: RunReport) -> Against:
    return Against("baseline", before.info, compare(before, after))


@pytest.mark.parametrize(("language", "worse"), [("ja", "有意に悪化"), ("en", "Significantly worse")])
def test_what_dropped_against_the_baseline_is_named_with_its_cases(language: Any, worse: str) -> None:
    before = run(*(case(n) for n in range(40)), day=19)
    after = run(*(case(n, scores={"key_facts": float(n > 15), "recall@10": 1.0}) for n in range(40)))
    text = page(after, [after], language, "Asia/Tokyo", against=held(before, after))
    said = words(text)
    assert said.count(f"{worse} ") == 2, "in the verdict and in the table, for one metric"
    assert (
        "−40.0%" in said
        and '<a href="#case-3">c-3</a>' in text
        and '<a href="#case-30">' not in text.split("groups")[0]
    )
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(Page(text).ids())
    calm = words(page(before, [before], language, "Asia/Tokyo", against=held(before, before)))
    assert f"{worse} " not in calm and ("有意な悪化なし" if language == "ja" else "no significant drop") in calm


def test_five_thousand_cases_still_open() -> None:
    long = "長い回答です。" * 300
    text = shown(run(*(failing(n, text=long) if n % 3 else case(n, text=long) for n in range(5_000))))
    assert len(text) < ROOM.characters + 3_000_000
    listed = Page(text).ids()
    (left,) = re.findall(r"(\d+) further cases stand as one line each", text)
    assert sum(name.startswith("case-") for name in listed) == 5_000
    assert 0 < text.count('<details class="case') == 5_000 - int(left)
    assert '<details class="case good' not in text, "failed cases come first"


def test_what_is_not_even_listed_is_counted() -> None:
    report = run(*(case(n) for n in range(6)))
    said = words(page(report, [report], "en", "Asia/Tokyo", room=Room(characters=1, lines=2)))
    assert "2 further cases stand as one line each" in said and "3 further cases are not listed here" in said


def test_a_link_to_a_case_without_room_leads_to_its_line() -> None:
    report = run(*(failing(n) for n in range(6)))
    found = Page(page(report, [report], "en", "Asia/Tokyo", room=Room(characters=1)))
    anchors = {str(attributes["href"])[1:] for tag, attributes in found.tags if tag == "a"}
    assert anchors <= set(found.ids())


@pytest.mark.parametrize("language", ["ja", "en"])
def test_unknown_metrics_and_causes_of_a_newer_record_are_shown_by_their_names(language: Any) -> None:
    new = {"new_metric": {"mean": 0.5, "low": 0.4, "high": 0.6, "n": 3}, "promise_recall": {"mean": 1, "low": 1, "high": 1, "n": 3}}  # fmt: skip  # noqa: E501
    said = words(shown(run(case(0, error="boom"), metrics=new), language))
    assert "new_metric" in said and ("約束" if language == "ja" else "promise") in said.lower() and "boom" in said


@pytest.fixture
def kept(tmp_path: Path) -> Settings:
    for day in (18, 19, 20):
        history.save(run(case(0), failing(1), day=day), tmp_path)
    history.save(run(case(0), day=21, suite="drafts"), tmp_path)
    return Settings(data=tmp_path)


def test_a_run_is_found_by_latest_suite_name_or_file(kept: Settings) -> None:
    stems = [path.stem for path in history.runs(kept.data)]
    assert find("latest", kept.data).stem == stems[0] == "20261121T093000Z-drafts"
    assert find("smoke", kept.data).stem == "20261120T093000Z-smoke"
    assert find(stems[2], kept.data).stem == stems[2]
    assert find(str(history.runs(kept.data)[1]), kept.data).stem == stems[1]
    with pytest.raises(ConfigError, match="no run 'nothing'; the newest are: 20261121T093000Z-drafts"):
        find("nothing", kept.data)


def test_the_command_writes_the_page(kept: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from evals.__main__ import app

    monkeypatch.setenv("BANSO_DATA", str(kept.data))
    out = tmp_path / "page.html"
    done = CliRunner().invoke(app, ["report", "smoke", "--out", str(out), "--language", "en", "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == {
        "run": "20261120T093000Z-smoke", "suite": "smoke", "html": str(out), "bytes": out.stat().st_size,
    }  # fmt: skip
    assert "18 Nov 2026" in out.read_text(encoding="utf-8")


def test_a_run_leaves_its_page_where_html_says(kept: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from evals.__main__ import app

    monkeypatch.setenv("BANSO_DATA", str(kept.data))
    out = tmp_path / "page.html"
    done = CliRunner().invoke(app, ["run", "writing", "--html", str(out), "--json"])
    assert done.exit_code == 0, done.output
    figures = json.loads(done.stdout)
    said = words(out.read_text(encoding="utf-8"))
    precision = metrics.percent(figures["metrics"]["precision"]["mean"], "ja")
    assert figures["suite"] in said and f"指摘のうち正しいもの {precision}" in said
    assert "基準をすべて満たしています" in said


def test_a_file_that_cannot_be_written_is_named(kept: Settings, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none/x\.html: cannot be written"):
        write_page(run(case(0)), tmp_path / "none" / "x.html", kept, "en")


def test_the_terminal_shows_bounds_and_causes_and_no_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    print_report(run(case(0), failing(1, question="\x1b[2Jgone"), missed=("recall@10 is 0.660",)))
    said = capsys.readouterr().out
    assert "≥ 0.7 !" in said and "failed by cause: missing_fact 1" in said and "MISSED: recall@10" in said
    assert "\x1b[2J" not in said and "[U+001B]" in said
