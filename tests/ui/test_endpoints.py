"""Every way into the app without a browser: who is let in, and that no endpoint lets a csm decide."""

from __future__ import annotations

import json
import re
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from banso.review.gate_report import WARNING
from banso.ui.review.seen import Seen
from banso.ui.web import Sessions
from evals import history
from tests.evals.kept_runs import failing, run
from tests.ui.conftest import PASSWORD, RunningApp
from tests.ui.filing import file, ledger_of

pytestmark = pytest.mark.slow


def call(client: httpx.Client, number: int, data: list[Any], session: str) -> dict[str, Any]:
    """One Gradio event by its number, as any signed-in person can send it."""
    body = {"data": data, "fn_index": number, "session_hash": session}
    joined = client.post("/en/gradio_api/queue/join", json=body)
    if joined.status_code != 200:
        return {"refused": joined.status_code}
    with client.stream("GET", "/en/gradio_api/queue/data", params={"session_hash": session}) as events:
        for line in events.iter_lines():
            if line.startswith("data:"):
                message: dict[str, Any] = json.loads(line[5:])
                if message.get("msg") in ("process_completed", "unexpected_error", "close_stream"):
                    return message
    return {}


def events(client: httpx.Client) -> list[dict[str, Any]]:
    dependencies: list[dict[str, Any]] = client.get("/en/config").json()["dependencies"]
    return dependencies


def waiting(app: RunningApp) -> dict[str, Any]:
    made = app.run(
        "-m", "agents", "draft", "--account", "AC-0001", "--about", "how to solve HR-1012", "--as", "yui", "--json"
    )
    assert made.returncode == 0, made.stderr
    drafts: list[dict[str, Any]] = json.loads(app.run("-m", "agents", "drafts", "--json").stdout)
    return next(draft for draft in drafts if draft["id"] == json.loads(made.stdout)["id"])


def seen(draft: dict[str, Any]) -> str:
    """What the page of the draft posts with a decision."""
    return Seen(draft["id"], draft["version"], draft["hash"]).posted()


def named(client: httpx.Client, name: str) -> int:
    """The number of the event of this name."""
    return next(int(event["id"]) for event in events(client) if event["api_name"] == name)


def look_at(draft: str, client: httpx.Client, session: str) -> None:
    """List the queue and choose the draft, as a person does before deciding."""
    call(client, named(client, "list"), ["waiting", "", "", "", "", "", None], session)
    call(client, named(client, "show_seen"), [Seen(draft, 1, "x").posted()], session)


def approve(draft: dict[str, Any], client: httpx.Client, session: str) -> None:
    """Ask for approval and confirm with every tick, as a reviewer does."""
    call(client, named(client, "ask_approval"), [seen(draft)], session)
    call(client, named(client, "review_approve"), [seen(draft), list(WARNING)], session)
    for ticks in ([], *([kind] for kind in WARNING), list(WARNING[:2])):
        call(client, named(client, "review_approve"), [seen(draft), ticks], session)


@pytest.mark.parametrize(
    "path",
    ["/", "/ja/", "/en/", "/en/config", "/source/x", "/quality/report?run=x", "/en/gradio_api/info", "/logout/x"],
)
def test_nothing_is_shown_to_strangers(running_app: RunningApp, path: str) -> None:
    answer = httpx.get(running_app.url + path, headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers.get("location")) == (303, "/login")
    assert httpx.get(running_app.url + path).status_code == 401


def test_strangers_cannot_post(running_app: RunningApp) -> None:
    body = {"data": [], "fn_index": 0, "session_hash": "x"}
    assert httpx.post(running_app.url + "/en/gradio_api/queue/join", json=body).status_code == 401
    assert httpx.post(running_app.url + "/en/gradio_api/upload", files={"files": b"x"}).status_code == 401


def test_a_forged_cookie_opens_nothing(running_app: RunningApp) -> None:
    cookie = {"banso_session": "eyJ1c2VyIjoiYWRtaW4ifQ==.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb"}
    assert httpx.get(running_app.url + "/en/config", cookies=cookie).status_code == 401


def test_another_site_cannot_post(running_app: RunningApp) -> None:
    client = running_app.client("ren")
    body = {"data": [], "fn_index": 0, "session_hash": "x"}
    answer = client.post("/en/gradio_api/queue/join", json=body, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/login", "/en/", "/source/none", "/static/pages.css"])
def test_every_page_carries_the_policy(running_app: RunningApp, path: str) -> None:
    policy = running_app.client("yui").get(path).headers["content-security-policy"]
    assert "script-src 'self';" in policy and "img-src 'self' data:;" in policy and "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("name", ["yui", "admin"])
def test_only_a_reviewer_decides_by_any_event(running_app: RunningApp, name: str) -> None:
    """Every event of the tab, called by hand, with the state that looking at the draft leaves behind."""
    draft = file(running_app, "誰が呼んでも", hours_ago=1)
    page = {"id": draft.draft, "version": 1, "hash": draft.hash}
    client, session = running_app.client(name), uuid.uuid4().hex
    look_at(draft.draft, client, session)
    forged = [seen(page), "approve", draft.draft, "because", True, "admin"]
    posts = ("review_", "ask", "ticked", "give", "start", "mend", "choose", "close", "beat", "compare", "show", "open")
    # The same handler behind another trigger has a number at the end of its name: once is enough.
    once = {re.sub(r"_\d+$", "", event["api_name"]): event for event in reversed(events(client))}
    for event in (event for name, event in once.items() if name.startswith(posts)):
        if event["api_name"].startswith(("review_save", "review_comment", "review_pause", "review_resume")):
            continue  # theirs to use, or tested below
        count = len(event["inputs"])
        for values in ((forged * 3)[:count], [seen(page)] * count, [draft.draft] * count, [None] * count):
            call(client, event["id"], values, session)
    with ledger_of(running_app) as ledger:
        assert ledger.decisions(draft.draft) == []
        assert ledger.latest(draft.draft) == draft
        assert ledger.state(draft.draft) == "waiting"


REASONS = ("return", "reject", "revoke", "resolve_sent", "resolve_cancelled")


@pytest.mark.parametrize("name", ["yui", "admin", "ren"])
def test_no_forged_id_version_hash_or_text_decides(running_app: RunningApp, name: str) -> None:
    """Each deciding event, with everything a page posts made up in turn; for those who may decide too."""
    draft, own = file(running_app, "偽の値"), file(running_app, "自分の下書き")
    client, session = running_app.client(name), uuid.uuid4().hex
    look_at(draft.draft, client, session)
    forged = (
        f"dr_none 1 {draft.hash}", f"{draft.draft} 2 {draft.hash}", f"{draft.draft} 1 {'0' * 64}",
        f"{draft.draft} 1 {own.hash}", f"{draft.draft} 1 {draft.hash} x", "", None, 7,
    )  # fmt: skip
    approving, giving = named(client, "review_approve"), named(client, "review_reason")
    for posted in forged:
        call(client, approving, [posted, list(WARNING)], session)
        call(client, named(client, "review_bulk"), [[posted], list(WARNING)], session)
        for purpose in (*REASONS[:2], "approve", "delete"):
            call(client, giving, [posted, purpose, "tone", "because"], session)
    with ledger_of(running_app) as ledger:
        assert ledger.decisions(draft.draft) == ledger.decisions(own.draft) == []


@pytest.mark.parametrize("name", ["yui", "ren"])
def test_only_an_admin_stops_or_starts_the_sender(running_app: RunningApp, name: str) -> None:
    client, session = running_app.client(name), uuid.uuid4().hex
    call(client, named(client, "review_pause"), [], session)
    with ledger_of(running_app) as ledger:
        assert not ledger.paused()


@pytest.mark.parametrize("name", ["yui", "admin"])
def test_only_reviewers_claim_by_any_event(running_app: RunningApp, name: str) -> None:
    draft = file(running_app, "担当の確認")
    client, session = running_app.client(name), uuid.uuid4().hex
    look_at(draft.draft, client, session)
    posted = Seen.of(draft).posted()
    for verb in ("review_claim", "review_take_over"):
        call(client, named(client, verb), [posted], session)
    call(client, named(client, "review_assign"), [posted, "yui"], session)
    with ledger_of(running_app) as ledger:
        assert [event.what for event in ledger.events(draft.draft)] == ["file"]


def test_the_same_events_do_approve_for_a_reviewer(running_app: RunningApp) -> None:
    """So that the tests above prove the check and not a broken call."""
    draft = waiting(running_app)
    client, session = running_app.client("ren"), uuid.uuid4().hex
    look_at(draft["id"], client, session)
    approve(draft, client, session)
    drafts = json.loads(running_app.run("-m", "agents", "drafts", "--json").stdout)
    assert next(d for d in drafts if d["id"] == draft["id"])["state"] in ("queued", "sending", "sent")


def test_a_decision_is_about_the_text_on_the_page(running_app: RunningApp) -> None:
    """Another draft opened in between, by a quick click or in another tab, is not what gets approved."""
    shown, other = file(running_app, "画面の下書き"), file(running_app, "別の下書き")
    client, session = running_app.client("ren"), uuid.uuid4().hex
    look_at(shown.draft, client, session)
    look_at(other.draft, client, session)
    approve({"id": shown.draft, "version": 1, "hash": shown.hash}, client, session)
    with ledger_of(running_app) as ledger:
        assert (ledger.state(shown.draft) != "waiting", ledger.state(other.draft)) == (True, "waiting")


@pytest.mark.parametrize("posted", ["", "dr_1", "dr_1 x y", "dr_1 ٣ y", "dr_1 1 y z", [], {"draft": 1}, 7])
def test_a_malformed_decision_is_about_nothing(posted: Any) -> None:
    assert Seen.parse(posted) == Seen()


def test_nobody_speaks_for_or_listens_to_another_persons_tab(running_app: RunningApp) -> None:
    mine, theirs, session = running_app.client("ren"), running_app.client("yui"), uuid.uuid4().hex
    number = events(mine)[0]["id"]
    call(mine, number, [], session)
    body = {"data": [], "fn_index": number, "session_hash": session}
    api = "/en/gradio_api"
    assert theirs.post(f"{api}/queue/join", json=body).status_code == 403
    assert theirs.post(f"/ja//gradio_api/queue/join?session_hash={session}", json={}).status_code == 403
    assert theirs.get(f"{api}/queue/data", params={"session_hash": session}).status_code == 403
    assert theirs.post(f"{api}/cancel", json={**body, "event_id": "x"}).status_code == 403
    assert theirs.get(f"{api}/heartbeat/{session}").status_code == 403
    assert mine.post(f"{api}/queue/join", json=body).status_code == 200


@pytest.mark.parametrize(("name", "sees"), [("yui", False), ("ren", True), ("admin", True)])
def test_only_reviewers_and_admins_get_cases_of_an_evaluation_by_any_event(
    running_app: RunningApp, name: str, sees: bool
) -> None:
    history.save(run(failing(1, question="zanmai-question"), suite="cases-by-event"), running_app.data)
    client, session = running_app.client(name), uuid.uuid4().hex
    call(client, named(client, "quality_open"), [None], session)  # what there is to choose
    for event, more in (("quality_open", 0), ("quality_choose", 0), ("quality_narrow", 4)):
        said = json.dumps(call(client, named(client, event), ["cases-by-event", *[""] * more], session))
        assert '"success": true' in said and ("zanmai" in said) is sees, event
    report = client.get("/quality/report", params={"run": "20261120T093000Z-cases-by-event"})
    assert ("zanmai" in report.text, report.status_code == 200) == (sees, sees)


@pytest.mark.parametrize(
    "route",
    ["run/decide", "call/decide", "api/decide", "component_server", "proxy=http://x/", "dev/reload", "vibe-edit/"],
)
def test_routes_that_no_screen_needs_are_closed(running_app: RunningApp, route: str) -> None:
    client = running_app.client("ren")
    for answer in (client.get(f"/en/gradio_api/{route}"), client.post(f"/en/gradio_api/{route}", json={"data": []})):
        assert answer.status_code == 404


def test_only_an_admin_uploads_and_it_arrives_in_the_data_folder(running_app: RunningApp) -> None:
    files = {"files": ("../../odd.txt", b"x")}
    assert running_app.client("yui").post("/en/gradio_api/upload", files=files).status_code == 403
    arrived = running_app.client("admin").post("/en/gradio_api/upload", files=files).json()[0]
    assert Path(arrived).is_relative_to(running_app.data.resolve() / "uploads")
    assert running_app.client("yui").get(f"/en/gradio_api/file={arrived}").status_code == 403
    for secret in ("session.key", "banso.db"):
        assert running_app.client("admin").get(f"/en/gradio_api/file={running_app.data / secret}").status_code == 403


def test_an_event_longer_than_any_screen_sends_is_refused(running_app: RunningApp) -> None:
    body = {"data": ["x" * 3_000_000], "fn_index": 0, "session_hash": "long"}
    assert running_app.client("yui").post("/en/gradio_api/queue/join", json=body).status_code == 413


def test_a_new_password_ends_every_session(running_app: RunningApp) -> None:
    add = ("-m", "agents", "users", "add", "moved", "--role", "admin")
    running_app.run(*add, stdin="correct horse battery\n")
    client = running_app.client("moved")
    assert client.get("/en/config").status_code == 200
    running_app.run(*add, stdin="another horse battery\n")
    assert client.get("/en/config").status_code == 401


def test_ten_wrong_passwords_lock_the_door(running_app: RunningApp) -> None:
    running_app.run("-m", "agents", "users", "add", "lockme", "--role", "csm", stdin="correct horse battery\n")
    client = httpx.Client(base_url=running_app.url, timeout=60)
    for _ in range(10):
        assert client.post("/login", data={"name": "lockme", "password": "wrong"}).status_code == 401
    assert client.post("/login", data={"name": "lockme", "password": "correct horse battery"}).status_code == 401


def user(app: RunningApp, *words: str, stdin: str = "") -> None:
    done = app.run("-m", "agents", "users", *words, stdin=stdin)
    assert done.returncode == 0, done.stderr


def test_a_disabled_person_is_out_at_the_next_request(running_app: RunningApp) -> None:
    user(running_app, "add", "leaver", "--role", "reviewer", stdin=PASSWORD + "\n")
    client = running_app.client("leaver")
    assert client.get("/en/config").status_code == 200
    user(running_app, "disable", "leaver")
    assert client.get("/en/config").status_code == 401
    body = {"data": [], "fn_index": 0, "session_hash": "leaver"}
    assert client.post("/en/gradio_api/queue/join", json=body).status_code == 401
    assert client.post("/login", data={"name": "leaver", "password": PASSWORD}).status_code == 401
    user(running_app, "enable", "leaver")
    assert client.post("/login", data={"name": "leaver", "password": PASSWORD}).status_code == 303


def test_a_person_changes_their_own_password_and_nobody_elses(running_app: RunningApp) -> None:
    user(running_app, "add", "mover", "--role", "csm", stdin=PASSWORD + "\n")
    here, there = running_app.client("mover"), running_app.client("mover")
    new = {"new": "battery staple", "again": "battery staple"}
    assert here.post("/password", data={"current": "wrong", **new}).status_code == 403
    assert here.post("/password", data={"current": PASSWORD, **new, "again": "other"}).status_code == 400
    assert here.post("/password", data={"current": PASSWORD, "new": "short", "again": "short"}).status_code == 400
    evil = {"origin": "https://evil.example"}
    assert here.post("/password", data={"current": PASSWORD, **new}, headers=evil).status_code == 403
    assert there.get("/en/config").status_code == 200
    assert here.post("/password", data={"current": PASSWORD, **new, "name": "admin"}).status_code == 200
    assert here.get("/en/config").status_code == 200 and there.get("/en/config").status_code == 401
    running_app.client("admin")
    assert httpx.post(running_app.url + "/password", data={"current": PASSWORD, **new}).status_code == 401


def test_guessing_the_current_password_locks_too(running_app: RunningApp) -> None:
    user(running_app, "add", "guessed", "--role", "csm", stdin=PASSWORD + "\n")
    client = running_app.client("guessed")
    new = {"new": "battery staple", "again": "battery staple"}
    for _ in range(10):
        assert client.post("/password", data={"current": "wrong", **new}).status_code == 403
    assert client.post("/password", data={"current": PASSWORD, **new}).status_code == 403
    user(running_app, "unlock", "guessed")
    assert client.post("/password", data={"current": PASSWORD, **new}).status_code == 200


@pytest.mark.parametrize(
    ("url", "scheme", "secure"),
    [("", "http", False), ("", "https", True), ("https://banso.example", "http", True), ("http://x", "http", False)],
)
def test_the_cookie_is_for_https_where_there_is_https(url: str, scheme: str, secure: bool) -> None:
    def remember(request: Request) -> PlainTextResponse:
        request.session["user"] = "yui"
        return PlainTextResponse("")

    app = Sessions(Starlette(routes=[Route("/", remember)]), key="k", url=url)
    cookie = TestClient(app, base_url=f"{scheme}://testserver").get("/").headers["set-cookie"].lower()
    assert ("secure" in cookie) is secure and "httponly" in cookie and "samesite=lax" in cookie


def test_a_header_that_no_named_proxy_wrote_is_not_believed(running_app: RunningApp) -> None:
    forged = {"x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.1"}
    login = {"name": "yui", "password": PASSWORD}
    assert "secure" not in httpx.post(running_app.url + "/login", data=login, headers=forged).headers["set-cookie"]
