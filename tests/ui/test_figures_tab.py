"""Figures and lessons as the screens give them, role by role, without a browser."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from banso.core.database import Database, open_database
from banso.core.settings import Settings
from banso.core.users import User, Users
from banso.learning.book import Lessons
from banso.review.figures import OUTCOMES, Line
from banso.review.ledger import Ledger
from banso.ui.figures import may_see, shown
from banso.ui.learning import LearningHandlers
from banso.ui.services import Services
from banso.ui.texts import text_of
from tests.agents.fakes import ListCrm
from tests.review.passing import Passing

LINE = Line(
    group="<script>", n=2, counts={k: int(k in ("edited", "waiting")) for k in OUTCOMES},
    shares={k: 0.5 * (k in ("edited", "waiting")) for k in OUTCOMES}, sent_back=0.0, changed=0.25, median_hours=1.5,
    decided=1,
)  # fmt: skip


@pytest.mark.parametrize("language", ["ja", "en"])
def test_plots_are_pictures_with_text_and_tables(language: Any) -> None:
    t = text_of(language)
    html = shown([LINE], "model", t)
    assert html.count("<img") == 2 and html.count("<table") == 2 and "<script>" not in html
    picture = html.split("base64")[1].split('"')[0]
    svg = base64.b64decode(
        picture.replace("&#44;", "").replace("&#43;", "+").replace("&#61;", "=").lstrip(",")
    ).decode()
    assert "<text" in svg and t("figures.edited") in svg and "<script" not in svg
    assert shown([], "week", t) == t("figures.none")


def test_figures_about_reviewers_are_not_for_everyone() -> None:
    assert [may_see("reviewer", User(name="a", role=role)) for role in ("csm", "reviewer", "admin")] == [
        False, True, True,
    ]  # fmt: skip
    assert may_see("week", User(name="a", role="csm")) and not may_see("passwords", User(name="a", role="admin"))


@pytest.fixture
def handlers(tmp_path: Path) -> Any:
    settings = Settings(data=tmp_path)
    database: Database = open_database(settings)
    users = Users(database)
    for name, role in (("yui", "csm"), ("ren", "reviewer"), ("admin", "admin")):
        users.add(name, role, "correct horse battery")  # type: ignore[arg-type]
    ledger = Ledger(database, check=Passing())
    made = ledger.file("AC-1", "a@b.example", "件名", "設定を確認してください。", (), "yui", "th_1")
    ledger.edit(made.draft, 1, editor=users.get("ren"), subject="件名", body="設定をご確認いただけますと幸いです。")
    crm = ListCrm()
    names = {"settings": settings, "users": users, "crm": crm, "ledger": ledger}
    services = Services(**{field: names.get(field) for field in Services.__dataclass_fields__})  # type: ignore[arg-type]
    yield LearningHandlers(services, Lessons(database, crm), text_of("en"))
    database.close()


def request(name: str) -> gr.Request:
    return gr.Request(username=name)


@pytest.mark.parametrize("name", ["yui", "ren"])
def test_only_an_administrator_decides_by_any_handler(handlers: Any, name: str) -> None:
    handlers.open(request(name))
    assert "幸い" not in str(handlers.open(request(name))) and "幸い" not in str(handlers.choose(1, request(name)))
    handlers.accept(1, "確認", "見る", "", "", "", "", "team", True, request(name))
    handlers.refuse(1, request(name))
    handlers.switch(1, request(name))
    assert handlers.lessons.get(1).standing == "candidate"


def test_an_administrator_accepts_and_everyone_reads_the_rule(handlers: Any) -> None:
    assert "R-1" in str(handlers.open(request("admin")))
    rule = handlers.lessons.get(1).rule
    handlers.accept(1, rule.before, rule.after, "", "", "", "", "team", False, request("admin"))
    assert handlers.lessons.get(1).standing == "accepted"
    assert "幸い" in str(handlers.open(request("yui")))
    handlers.switch(1, request("admin"))
    assert handlers.lessons.get(1).standing == "off" and "幸い" not in str(handlers.open(request("yui")))
