"""The Quality tab's presenters and handlers, role by role, without a browser."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any, get_args

import gradio as gr
import pytest
from fastapi import FastAPI
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.testclient import TestClient

from banso.core.database import open_database
from banso.core.errors import ConfigError
from banso.core.settings import Settings
from banso.core.users import Users
from banso.ui.quality import choosing, curves, metrics, present, show, tab
from banso.ui.quality.choosing import Wanted, matching
from banso.ui.quality.tab import QualityHandlers
from banso.ui.services import Services
from banso.ui.texts import text_of
from evals import history
from evals.record import Cause, RunReport, Support
from evals.report.kept import KeptRuns
from tests.evals.kept_runs import HOSTILE, case, failing, hostile, run

JA, EN = text_of("ja"), text_of("en")
ZONE = "Asia/Tokyo"
SECRET = "三日月保険の質問"


def request(name: str) -> gr.Request:
    return gr.Request(username=name)


def read(markup: object) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", str(markup))).split())


@pytest.fixture
def services(tmp_path: Path) -> Any:
    settings = Settings(data=tmp_path)
    database = open_database(settings)
    users = Users(database)
    for name, role in (("yui", "csm"), ("ren", "reviewer"), ("admin", "admin")):
        users.add(name, role, "correct horse battery")  # type: ignore[arg-type]
    given = {"settings": settings, "users": users, "quality": KeptRuns(settings)}
    yield Services(**{field: given.get(field) for field in Services.__dataclass_fields__})  # type: ignore[arg-type]
    database.close()


@pytest.fixture
def measured(services: Services) -> Services:
    for day in (18, 19):
        history.save(run(case(0), failing(1, question=SECRET), day=day), services.settings.data)
    history.save(run(held_out=True, suite="manuals_test"), services.settings.data)
    return services


def handlers(services: Services, t: Any = EN) -> QualityHandlers:
    assert services.quality is not None
    return QualityHandlers(services, services.quality, t)


# --- who sees what ---


def test_the_empty_state_names_the_command(services: Services) -> None:
    said = handlers(services).open("", request("admin"))
    assert "python -m evals run smoke" in read(said[0])


@pytest.mark.parametrize(("name", "whole"), [("yui", False), ("ren", True), ("admin", True)])
def test_everyone_reads_figures_and_only_reviewers_and_admins_cases(measured: Services, name: str, whole: bool) -> None:
    do = handlers(measured)
    said = str(do.open("smoke", request(name)))
    assert "66.0%" in html.unescape(said)
    assert (SECRET in html.unescape(said)) is whole
    assert ("/quality/report?run" in html.unescape(said)) is whole
    assert (SECRET in read(do.narrow("smoke", "", "", "", "", request(name)))) is whole
    assert (EN("quality.only_reviewers") in said) is not whole


def test_a_held_out_suite_shows_figures_only(measured: Services) -> None:
    do = handlers(measured)
    body, _, group, *_, listed = do.choose("manuals_test", request("admin"))
    assert "held out" in read(body) and "66.0%" in read(body)
    assert (
        group["visible"] is False and listed == "" and do.narrow("manuals_test", "", "", "", "", request("admin")) == ""
    )


@pytest.mark.parametrize("made_up", ["../smoke", "", None, 7, ["smoke"], {"suite": "smoke"}])
def test_a_made_up_suite_shows_nothing(measured: Services, made_up: Any) -> None:
    do = handlers(measured)
    assert do.choose(made_up, request("admin"))[0] == "" and do.narrow(made_up, "", "", "", "", request("admin")) == ""


def test_made_up_filters_match_nothing_and_break_nothing(measured: Services) -> None:
    do = handlers(measured)
    assert EN("quality.nothing_matches") in read(do.narrow("smoke", "none", "", "", "", request("ren")))
    assert SECRET in read(do.narrow("smoke", None, ["x"], {"a": 1}, 7, request("ren")))


def test_the_full_report_is_for_reviewers_and_admins(measured: Services) -> None:
    app = FastAPI()

    @app.get("/be/{name}")
    def be(name: str, request: Request) -> dict[str, str]:
        request.session["user"] = name
        return {}

    tab.add_routes(app, measured)
    app.add_middleware(SessionMiddleware, secret_key="k")
    client, name = TestClient(app), "20261119T093000Z-smoke"
    answers = {}
    for person in ("yui", "ren", "admin"):
        client.get(f"/be/{person}")
        answers[person] = client.get("/quality/report", params={"run": name, "lang": "en"})
    assert [answers[person].status_code for person in ("yui", "ren", "admin")] == [403, 200, 200]
    assert SECRET not in answers["yui"].text and SECRET in answers["ren"].text
    for made_up in ("", "../../banso", "../runs/" + name, name + ".json", "20261119T093000Z-smoke\x00"):
        assert client.get("/quality/report", params={"run": made_up}).status_code == 404


# --- what is shown ---


@pytest.mark.parametrize("t", [JA, EN], ids=["ja", "en"])
def test_hostile_words_are_inert(t: Any) -> None:
    made = run(hostile(1), suite=HOSTILE)
    body = show.body(show.Kept("x", made), [made], t, ZONE, whole=True)
    shown = f"{body}{show.cases(made, Wanted(), t)}{show.overview([show.Kept('x', made)], [HOSTILE], t, ZONE)}"
    for tag in re.findall(r"<(\w+)", shown):
        assert tag not in ("script", "svg", "iframe", "style")
    assert all(src.startswith("data&#58;image/svg") for src in re.findall(r'<img[^>]*src="([^"]+)', shown))
    assert re.findall(r'href="([^"]+)"', shown) == ["/quality/report?run=x".replace("=", "&#61;")]
    assert "\u202e" not in shown and "[U+202E]" in html.unescape(shown)
    assert "\n" not in shown, "a line break would end the HTML block for Markdown"


def test_the_filters_offer_what_there_is_with_its_number() -> None:
    cases = (case(0), failing(1), failing(2), failing(3, "unsupported"))
    assert choosing.outcome_choices(cases, EN) == [
        ("All", ""), ("failed (3)", "failed"), ("passed (1)", "passed"), ("Key fact missing (2)", "missing_fact"),
        ("Sentence without support (1)", "unsupported"),
    ]  # fmt: skip
    assert choosing.tag_choices(cases, EN)[1:] == [("slack (2)", "slack"), ("error-code (2)", "error-code")]
    assert choosing.language_choices(cases, EN)[1:] == [("Japanese", "ja"), ("English", "en")]


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (Wanted(), ["c-1", "c-2", "c-0"]), (Wanted(outcome="failed"), ["c-1", "c-2"]),
        (Wanted(outcome="passed"), ["c-0"]), (Wanted(outcome="error"), ["c-2"]), (Wanted(tag="error-code"), ["c-1"]),
        (Wanted(language="en"), ["c-2", "c-0"]),
        (Wanted(words="ｈｒ-1012　証明書"), ["c-0"]), (Wanted(words="C-2"), ["c-2"]), (Wanted(words="none"), []),
    ],
)  # fmt: skip
def test_cases_are_found_by_outcome_tag_language_and_words(wanted: Wanted, ids: list[str]) -> None:
    cases = (case(0, question="HR-1012 の証明書"), failing(1), case(2, error="boom"))
    assert [one.id for _, one in matching(cases, wanted)] == ids


def test_more_cases_than_fit_are_counted() -> None:
    said = read(show.cases(run(*(case(n) for n in range(show.MOST + 5))), Wanted(), EN))
    assert "Showing the first 30 of 35" in said


def test_groups_come_worst_first_with_an_honest_interval() -> None:
    columns, groups = present.groups(run(failing(0), case(1), case(2), case(3)), lambda one: one.tags, EN)
    assert [(group.name, group.passed) for group in groups] == [("slack", "50.0%"), ("error-code", "100%")]
    assert columns == ["Key facts said", "Found (recall@10)", "Order of results (nDCG@10)"]
    assert groups[0].means == ("100%", "100%", "–"), "not scored is never zero"


def test_the_wilson_interval_by_hand() -> None:
    assert present.wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert present.wilson(0, 5) == pytest.approx((0.0, 0.4345), abs=1e-4)
    assert present.wilson(5, 5)[1] == 1.0


def test_the_calibration_error_and_brier_score_by_hand() -> None:
    made = curves.calibration(
        [case(0, confidence=0.9), case(1, confidence=0.9, answerable=False), case(2, confidence=0.1, answerable=False)],
        EN,
    )
    assert made is not None and (made.n, made.ece, made.brier) == ("3", "0.300", "0.277")
    assert [row[:2] for row in made.rows] == [("0.1–0.2", "1"), ("0.9–1.0", "2")]
    assert curves.calibration([case(0, confidence=None)], EN) is None


def test_latency_by_hand() -> None:
    made = curves.latency([case(n, seconds=seconds) for n, seconds in enumerate((1.0, 2.0, 3.0, 4.0))], EN)
    assert made is not None and (made.p50, made.p95, made.longest) == ("2.50 s", "3.85 s", "4.00 s")
    assert curves.latency([case(0, seconds=0.0)], EN) is None
    assert curves.latency([case(0, seconds=5.0, error="boom")], EN) is None


def test_numbers_are_in_local_form() -> None:
    assert metrics.shown(0.935, "share", "ja") == "93.5%" and metrics.shown(1, "share", "en") == "100%"
    assert metrics.shown(1234.5, "count", "en") == "1,234.5" and metrics.shown(1.5, "seconds", "ja") == "1.50 秒"
    assert metrics.shown(0.00125, "dollars", "en") == "$0.0012"
    assert metrics.interval(0.1, 0.2, "share", "ja") == "10.0%〜20.0%" and metrics.interval(1, 1, "share", "ja") == "–"


@pytest.mark.parametrize("t", [JA, EN], ids=["ja", "en"])
def test_every_metric_cause_and_support_has_words(t: Any) -> None:
    for one in metrics.METRICS:
        assert metrics.title(one.name, t) != one.name and metrics.meaning(one.name, t)
        assert t(f"quality.theme_{one.theme}")
    for cause in get_args(Cause):
        assert all(
            present.cause_words(cause, part, t) not in ("", cause) for part in ("cause", "cause_means", "cause_todo")
        )
    for support in get_args(Support):
        assert t(f"quality.support_{support}")


# --- the kept runs ---


def test_the_newest_whole_run_of_each_suite_is_shown(services: Services) -> None:
    data, kept = services.settings.data, KeptRuns(services.settings)
    history.save(run(case(0), day=18), data)
    limited = run(case(0), day=19)
    history.save(limited.model_copy(update={"info": limited.info.model_copy(update={"limit": 1})}), data)
    ablated = run(case(0), day=20)
    history.save(ablated.model_copy(update={"info": ablated.info.model_copy(update={"ablation": "dense only"})}), data)
    history.save(limited.model_copy(update={"suite": "cs", "info": limited.info.model_copy(update={"limit": 1})}), data)
    assert [(one.run.suite, one.run.info.started_at[8:10]) for one in kept.latest()] == [("cs", "19"), ("smoke", "18")]
    assert [one.run.info.started_at[8:10] for one in kept.history("smoke")] == ["18"]
    assert all(one.run.cases == () for one in kept.history("smoke")) and kept.latest()[1].run.cases


def test_a_new_run_is_seen_and_a_broken_file_named(services: Services) -> None:
    data, kept = services.settings.data, KeptRuns(services.settings)
    history.save(run(case(0), day=18), data)
    assert len(kept.history("smoke")) == 1
    history.save(run(case(0), day=19), data)
    (history.folder(data) / "20261101T000000Z-smoke.json").write_text("{", encoding="utf-8")
    assert len(kept.history("smoke")) == 2 and kept.unreadable() == ["20261101T000000Z-smoke.json"]
    said = read(handlers(services).open("smoke", request("admin"))[0])
    assert "20261101T000000Z-smoke.json" in said


def test_a_run_of_the_harness_serves_the_screens(services: Services) -> None:
    """The record goes to disk and back as it is."""
    made = run(case(0), failing(1))
    path = history.save(made, services.settings.data)
    assert history.load(path) == made == RunReport.model_validate(json.loads(path.read_text(encoding="utf-8")))
    with pytest.raises(ConfigError):
        history.load(path.with_name("none.json"))


# --- against the run before and the baseline ---


@pytest.fixture
def worse(services: Services) -> Services:
    data = services.settings.data
    history.save(run(*(case(n) for n in range(40)), day=18), data)
    lost = [case(n, scores={"key_facts": float(n > 15), "recall@10": 1.0}) for n in range(40)]
    history.save(run(*lost, day=19), data)
    return services


def test_a_drop_since_the_run_before_is_named_with_its_interval(worse: Services) -> None:
    said = read(handlers(worse).choose("smoke", request("ren"))[0])
    assert "Against the run before 18 Nov 2026" in said
    assert re.search(
        r"Significantly worse : Key facts said 100% → 60\.0% \(Change −40\.0%, 95 % interval −5\d\.\d%", said
    )
    assert "Found (recall@10) 1" not in said, "what did not change is not listed"
    assert "Cases that went worse: c-0, c-1" in said
    figures_only = read(handlers(worse).choose("smoke", request("yui"))[0])
    assert "Key facts said 100% → 60.0%" in figures_only and "c-0" not in figures_only


def test_a_baseline_of_the_suite_is_compared_where_cases_are_shared(worse: Services, monkeypatch: Any) -> None:
    from evals import baseline

    folder = worse.settings.data / "baselines"
    monkeypatch.setattr(baseline, "FOLDER", folder)  # the suite's own is of other cases: nothing to compare
    baseline.write(run(*(case(n) for n in range(40)), day=1), folder / "smoke.json")
    found = KeptRuns(worse.settings).compared("20261119T093000Z-smoke")
    assert [(one.what, one.found.n, [c.metric for c in one.found.changes if c.fails]) for one in found] == [
        ("baseline", 40, ["key_facts"]), ("before", 40, ["key_facts"]),
    ]  # fmt: skip


def test_a_run_like_the_one_before_shows_no_drop(measured: Services) -> None:
    said = read(handlers(measured, JA).choose("smoke", request("ren"))[0])
    assert "前回の測定との比較" in said and "有意な悪化はありません" in said and "基準測定との比較" not in said
    assert "前回の測定との比較" not in read(handlers(measured, JA).choose("manuals_test", request("ren"))[0])


@pytest.mark.parametrize("t", [JA, EN], ids=["ja", "en"])
def test_the_tab_shows_what_the_report_shows(measured: Services, t: Any) -> None:
    body = handlers(measured, t).choose("smoke", request("yui"))[0]
    said = read(body)
    for key in ("by_language", "by_tag", "trend", "calibration", "latency", "failures"):
        assert t(f"quality.{key}") in said, key
    assert "error-code" in said and t("quality.language_ja") in said
    assert t("quality.calibration_note", ece="0.350", brier="0.123", n="2")[:20] in said
