"""Every way into the app without a browser: who is let in, and that no endpoint lets a csm decide."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest

from banso.ui.review import Seen
from tests.ui.conftest import RunningApp


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


def look_at(draft: str, client: httpx.Client, session: str) -> list[dict[str, Any]]:
    """List the queue and choose the draft, as a person does before deciding; returns every event there is."""
    all_events = events(client)
    for listing in (event for event in all_events if len(event["inputs"]) == 2):
        call(client, listing["id"], ["waiting", None], session)
    for showing in (event for event in all_events if len(event["inputs"]) == 1):
        call(client, showing["id"], [draft], session)
    return all_events


@pytest.mark.parametrize("path", ["/", "/ja/", "/en/", "/en/config", "/source/x", "/en/gradio_api/info", "/logout/x"])
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


def test_a_csm_cannot_approve_by_any_event(running_app: RunningApp) -> None:
    """Every event of the app, called by hand as a csm, with the state that looking at the draft leaves behind."""
    draft = waiting(running_app)
    client, session = running_app.client("yui"), uuid.uuid4().hex
    forged = [seen(draft), "approve", draft["id"], "because", True, "admin"]
    all_events = look_at(draft["id"], client, session)
    for event in all_events:
        data = (forged * 3)[: len(event["inputs"])]
        for values in (data, [draft["id"]] * len(data), [None] * len(data)):
            call(client, event["id"], values, session)
    shown = json.loads(running_app.run("-m", "agents", "show", draft["id"], "--json").stdout)
    assert not [event for event in shown["events"] if event["what"] in ("approve", "sending", "sent")]
    sent = running_app.data / "outbox"
    assert not any(draft["id"] in path.read_text() for path in sent.glob("*.eml"))


def test_the_same_events_do_approve_for_a_reviewer(running_app: RunningApp) -> None:
    """So that the test above proves the check and not a broken call."""
    draft = waiting(running_app)
    client, session = running_app.client("ren"), uuid.uuid4().hex
    all_events = look_at(draft["id"], client, session)
    for event in (event for event in all_events if len(event["inputs"]) == 2):
        call(client, event["id"], [seen(draft), ""], session)
    drafts = json.loads(running_app.run("-m", "agents", "drafts", "--json").stdout)
    assert next(d for d in drafts if d["id"] == draft["id"])["state"] in ("queued", "sending", "sent")


def test_a_decision_is_about_the_text_on_the_page(running_app: RunningApp) -> None:
    """Another draft opened in between, by a quick click or in another tab, is not what gets approved."""
    shown, other = waiting(running_app), waiting(running_app)
    client, session = running_app.client("ren"), uuid.uuid4().hex
    all_events = look_at(shown["id"], client, session)
    look_at(other["id"], client, session)
    for event in (event for event in all_events if len(event["inputs"]) == 2):
        call(client, event["id"], [seen(shown), ""], session)
    states = {d["id"]: d["state"] for d in json.loads(running_app.run("-m", "agents", "drafts", "--json").stdout)}
    assert (states[shown["id"]] != "waiting", states[other["id"]]) == (True, "waiting")


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
