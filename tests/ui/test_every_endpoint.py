"""Every way into the web app, found in the app itself, for every kind of person, with what they may and may not send.

An event or a route that is not in the tables below fails here: whoever adds one says what it may change, and for whom.
"""

from __future__ import annotations

import json
import re
import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import httpx
import pytest
from starlette.routing import Mount

from banso.core.settings import Settings
from banso.review.drafts import DraftVersion
from banso.review.filing import Origin
from banso.review.store import stamp
from banso.ui.review.seen import Seen
from banso.ui.texts import LANGUAGES
from tests.review.conftest import World, sqlite_template
from tests.ui.conftest import PASSWORD
from tests.ui.served import DOCUMENT, Rows, Served, serve

__all__ = ["sqlite_template"]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

SIGNED_IN = {"aoki": "csm", "sato": "reviewer", "root": "admin"}
LEFT = "kita"
"""A reviewer who signed in and was disabled then."""
ALL = ("csm", "reviewer", "admin")
Effect = Mapping[str, set[str]]
"""Role -> tables that change when exactly this is asked for; a role that is not named changes nothing."""
APPROVED = {"decisions", "outbox", "draft_checks"}


class Case(NamedTuple):
    """A draft in some state, what is asked about it, and what then changes."""

    draft: str = "waiting"
    purpose: str = ""
    effect: Effect = MappingProxyType({})


def by(roles: Sequence[str], *tables: str) -> Effect:
    return {role: set(tables) for role in roles}


# Every event that may change something. The key: class or builder, and method.
CHANGES: dict[str, list[Case]] = {
    "AskHandlers.draft": [Case(effect=by(ALL, "draft_versions", "draft_checks", "draft_search"))],
    "AskHandlers.reason": [Case(effect=by(ALL, "feedback"))],
    "PreferenceHandlers.keep": [Case(effect=by(ALL, "preferences"))],
    "Handlers.approve": [
        Case("waiting", effect=by(["reviewer"], *APPROVED)), Case("own"), Case("edited by them"), Case("held"),
        Case("expired"), Case("returned"), Case("queued"), Case("sent"),
    ],
    "Handlers.give_reason": [
        Case("waiting", "return", by(["reviewer"], "decisions")),
        Case("waiting", "reject", by(["reviewer"], "decisions")),
        Case("queued", "revoke", by(["reviewer"], "decisions", "outbox")),
        Case("unknown", "resolve_sent", by(["reviewer", "admin"], "outbox")),
        Case("unknown", "resolve_cancelled", by(["reviewer", "admin"], "outbox")),
        Case("waiting", "approve"), Case("waiting", "revoke"), Case("waiting", "resolve_sent"), Case("held", "return"),
        Case("sent", "revoke"), Case("sent", "resolve_cancelled"),
    ],
    "Bulk.approve": [Case("waiting", effect=by(["reviewer"], *APPROVED)), Case("own"), Case("held"), Case("expired")],
    "Editing.start": [Case("waiting", effect=by(["reviewer"], "draft_claims")), Case("held")],
    "Editing.save": [
        Case("waiting", effect=by(ALL, "draft_versions", "draft_checks", "draft_search")), Case("held"), Case("queued"),
        Case("sent"),
    ],
    "Team.claim": [Case("waiting", effect=by(["reviewer"], "draft_claims")), Case("held")],
    "Team.take_over": [Case("held", effect=by(["reviewer"], "draft_claims"))],
    "Team.release": [Case("held")],
    "Team.assign": [Case("held", effect=by(["reviewer", "admin"], "draft_claims"))],
    "Team.comment": [Case("held", effect=by(ALL, "draft_comments"))],
    "Team.pause": [Case(effect=by(["admin"], "review_switches"))],
    "Team.resume": [Case(effect=by(["admin"], "review_switches"))],
    "LearningHandlers.open": [Case("edited", effect=by(ALL, "lessons", "lesson_edits"))],
    "LearningHandlers.accept": [Case("lesson", effect=by(["admin"], "lesson_decisions"))],
    "LearningHandlers.refuse": [Case("lesson", effect=by(["admin"], "lesson_decisions"))],
    "LearningHandlers.switch": [Case("rule", effect=by(["admin"], "lesson_decisions"))],
    "AsideHandlers.report": [Case()],
    "AsideHandlers.keep": [Case()],
    "GapHandlers.close": [Case("gap", effect=by(["reviewer", "admin"], "gap_decisions")), Case()],
    "GapHandlers.reopen": [Case("closed gap", effect=by(["reviewer", "admin"], "gap_decisions")), Case()],
    **{
        f"GapHandlers.{verb}": [
            Case(f"{state} of theirs", effect=by(ALL, "gap_decisions")),
            Case(state, effect=by(["reviewer", "admin"], "gap_decisions")),
        ]
        for verb, state in (("answered", "question"), ("drop", "question"), ("again", "settled question"))
    },
    "KnowledgeHandlers.remove": [Case()],
    "build_knowledge.take_in": [Case()],
    "ModelHandlers.save": [Case()],
    "build_knowledge.use_columns": [Case()],
}  # fmt: skip
# Every event that only reads, whoever calls it.
READS = [
    "AsideHandlers.choose", "AsideHandlers.show", "GapHandlers.choose",
    "GapHandlers.choose_question", "GapHandlers.open",
    "Asking.again", "Asking.ask", "Asking.stop", "PreferenceHandlers.load", "AskHandlers.tools",
    "AskHandlers.contacts", "AskHandlers.history", "AskHandlers.load", "AskHandlers.open",
    "AskHandlers.start", "QualityHandlers.choose", "QualityHandlers.narrow", "QualityHandlers.open",
    "AskHandlers.thumb", "build_ask.<lambda>", "build_ask.busy", "chosen_example", "chosen_answer",
    "Lists.choices", "Lists.list", "_Wires.looking.<lambda>", "_with.ask",
    "Handlers.ask_approval", "Handlers.beat", "Handlers.close", "Handlers.compare", "Handlers.gloss", "Handlers.show",
    "Handlers.show_seen", "Handlers.show_unless_asking", "Handlers.ticked",
    "Editing.check", "Editing.mend", "Bulk.choose", "Bulk.close", "Bulk.open",
    "KnowledgeHandlers.show", "build_knowledge.<lambda>", "LearningHandlers.choose", "build_figures.show",
    "build_screens.greet", "build_models.<lambda>", "ModelHandlers.open", "ModelHandlers.trial", "ModelHandlers.usage",
    "ModelHandlers.visible", "SuspiciousHandlers.find", "TrialHandlers.accounts", "TrialHandlers.find",
]  # fmt: skip
BY_HASH, BY_VERSION = ("Handlers.approve", "Handlers.give_reason", "Bulk.approve"), ("Editing.save",)
"""What a wrong hash, and what a wrong version, must stop. All else is about a draft, whichever its version."""
NAMING = {"review-seen", "bulk-chosen", "bulk-group", "lesson-choice", "gaps-list", "questions-list"}
"""What the page says which draft or lesson an event is about with."""
# The column that says who did it.
DONE_BY = {
    "decisions": "reviewer", "draft_versions": "author", "draft_comments": "author", "draft_presence": "person",
    "review_switches": "set_by", "lesson_decisions": "decided_by", "audit": "actor", "feedback": "user",
    "preferences": "user", "gap_decisions": "decided_by",
}  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Served]:
    data = tmp_path_factory.mktemp("served") / "data"
    data.mkdir()
    shutil.copy(sqlite_template, data / "banso.db")
    world = World(Settings(data=data))
    with serve(world) as app:
        for name, role in {**SIGNED_IN, "mori": "reviewer", LEFT: "reviewer"}.items():
            app.users.add(name, role, PASSWORD)
        yield app
    world.database.close()


@pytest.fixture(scope="module")
def clients(served: Served) -> dict[str, httpx.Client]:
    found = {name: served.client(name) for name in (*SIGNED_IN, LEFT, "")}
    served.users.disable(LEFT)
    return found


# --- what there is ---------------------------------------------------------------------------------------------------


def named(served: Served, language: str = "en") -> dict[str, list[Any]]:
    """Every event that runs something on the server, by the name of what it runs; each function once."""
    mounted = next(r.app for r in served.app.routes if isinstance(r, Mount) and r.path == f"/{language}")
    found: dict[str, list[Any]] = {}
    for event in mounted.get_blocks().fns.values():  # type: ignore[attr-defined]
        if event.fn is not None:
            known = found.setdefault(event.fn.__qualname__.replace("<locals>.", ""), [])
            if event.fn not in [other.fn for other in known]:
                known.append(event)
    return found


def test_all_listing_of_drafts_waits_in_one_queue(served: Served) -> None:
    """Gradio shuffles its queues: in two of them, what was typed first could begin last, and would stay listed."""
    mounted = next(r.app for r in served.app.routes if isinstance(r, Mount) and r.path == "/en")
    events = mounted.get_blocks().fns.values()  # type: ignore[attr-defined]
    queues = {event.concurrency_id for event in events if event.fn and event.fn.__qualname__ == "Lists.list"}
    assert len(queues) == 1


def routes(served: Served) -> dict[str, set[str]]:
    """Every path of the app, those of the English screens for both languages, with its methods."""
    found: dict[str, set[str]] = {}

    def walk(some: Sequence[Any], prefix: str) -> None:
        for route in some:
            if isinstance(route, Mount):
                walk(route.routes or [], prefix + route.path)
                if not route.routes:
                    found.setdefault(f"{prefix}{route.path}/{{path:path}}", set()).update({"GET"})
            elif included := getattr(route, "original_router", None):  # how FastAPI keeps a router that was included
                walk(included.routes, prefix)
            else:
                found.setdefault(prefix + route.path, set()).update(route.methods)

    walk([route for route in served.app.routes if getattr(route, "path", "") != "/ja"], "")
    return found


def test_every_event_is_in_one_of_the_tables(served: Served) -> None:
    assert sorted(named(served)) == sorted([*CHANGES, *READS])
    assert not set(CHANGES) & set(READS)


def test_both_languages_have_the_same_events(served: Served) -> None:
    ja, en = ({name: len(events) for name, events in named(served, one).items()} for one in LANGUAGES)
    assert ja == en


# --- sending ---------------------------------------------------------------------------------------------------------


class Post(NamedTuple):
    """What a page sends with an event, true or made up."""

    seen: Any = ""
    draft: Any = ""
    purpose: Any = ""
    lesson: Any = 0
    words: Any = "because"


def value(component: Any, post: Post) -> Any:
    """What the page sends for this component."""
    sent: dict[str, Any] = {
        "review-seen": post.seen, "review-purpose": post.purpose, "review-compare": "text", "reason-code": "tone",
        "edit-code": "tone", "assign": "mori", "bulk-group": post.draft, "bulk-chosen": [f"{post.seen} "],
        "bulk-ticks": [], "confirm-ticks": [], "lesson-choice": post.lesson, "Customer": "AC-1",
        "Document to remove": DOCUMENT.id,
        "gaps-list": post.lesson, "questions-list": post.lesson, "gaps-view": "all",
    }  # fmt: skip
    for name in (component.elem_id, component.label):
        if name in sent:
            return sent[name]
    return post.words if type(component).__name__ == "Textbox" else component.value


def call(client: httpx.Client, event: Any, posts: Sequence[Post], session: str, language: str = "en") -> None:
    """Join the queue once for each post, then wait until all are done."""
    api = f"/{language}/gradio_api"
    waiting = set()
    for post in posts:
        told = {"index": 0, "value": post.draft, "selected": True, "liked": False}
        data = [value(component, post) for component in event.inputs]
        body = {"data": data, "fn_index": event._id, "session_hash": session, "event_data": told}
        joined = client.post(
            f"{api}/queue/join", content=json.dumps(body), headers={"content-type": "application/json"}
        )
        if joined.status_code == 200:
            waiting.add(joined.json()["event_id"])
    with client.stream("GET", f"{api}/queue/data", params={"session_hash": session}) as stream:
        for line in stream.iter_lines() if waiting else ():
            message = json.loads(line[5:]) if line.startswith("data:") else {}
            if message.get("msg") in ("process_completed", "unexpected_error"):
                waiting.discard(message.get("event_id"))
            if not waiting or message.get("msg") == "close_stream":
                break
    assert not waiting, "an event was never answered"


def changes(before: Rows, after: Rows, name: str) -> set[str]:
    """The tables that changed, but for who looks at what and refused tries; all of it in this person's own name."""
    found = set()
    for table, rows in after.items():
        gone, new = before[table] - rows, [dict(row) for row in rows - before[table]]
        for row in new:
            assert row.get(DONE_BY.get(table, ""), name) == name, (table, row)
        if table == "draft_claims":
            held = {dict(row)["draft"]: dict(row)["holder"] for row in gone}
            assert all(row["holder"] in ("", name, held.get(row["draft"])) for row in new), new
        if table == "audit":
            assert not gone
        elif (gone or new) and table != "draft_presence":
            found.add(table)
    return found


# --- drafts to ask about ---------------------------------------------------------------------------------------------


class Drafts:
    """Makes a fresh draft in some state, and says what a page that shows it would post."""

    def __init__(self, served: Served, name: str) -> None:
        self.world, self.lessons, self.gaps, self.name = served.world, served.lessons, served.gaps, name
        self.role = SIGNED_IN[name]

    def file(self, author: str = "aoki", body: str = "ご確認ください。\n") -> DraftVersion:
        return self.world.ledger.file("AC-1", "a@example.jp", "ご返信", body, (), author, origin=Origin(model="m"))

    def make(self, state: str) -> Post:
        made = getattr(self, state.replace(" ", "_"))()
        draft = made if isinstance(made, DraftVersion) else self.file()
        lesson = made if isinstance(made, int) else 0
        return Post(Seen.of(draft).posted(), draft.draft, lesson=lesson)

    def waiting(self) -> DraftVersion:
        self.file()  # one alone is nothing to approve in bulk
        return self.file()

    def own(self) -> DraftVersion:
        return self.file(self.name)

    def edited_by_them(self) -> DraftVersion:
        made, me = self.file(), self.world.ledger
        return me.edit(made.draft, 1, editor=self.someone(self.name), subject="ご返信", body="ご確認をお願いします。\n")

    def held(self) -> DraftVersion:
        made = self.waiting()
        self.world.sql(
            "INSERT INTO draft_claims (draft, holder, held_until, assignee, updated_at)"
            " VALUES (:draft, 'mori', :until, '', '')",
            draft=made.draft, until=stamp(self.world.now + timedelta(days=9)),
        )  # fmt: skip
        return made

    def expired(self) -> DraftVersion:
        self.world.now -= timedelta(hours=73)
        made = self.waiting()
        self.world.now += timedelta(hours=73)
        return made

    def returned(self) -> DraftVersion:
        made = self.file()
        self.world.ledger.return_(made.draft, 1, made.hash, reviewer=self.someone("mori"), reason="tone")
        return made

    def queued(self) -> DraftVersion:
        made = self.file()
        self.world.ledger.approve(made.draft, 1, made.hash, reviewer=self.someone("mori"))
        return made

    def sent(self) -> DraftVersion:
        return self.moved("sending", "sent")

    def unknown(self) -> DraftVersion:
        return self.moved("sending", "unknown")

    def moved(self, *states: str) -> DraftVersion:
        made = self.queued()
        for state in states:
            self.world.sql("UPDATE outbox SET state = :state WHERE draft = :draft", state=state, draft=made.draft)
        return made

    def edited(self) -> DraftVersion:
        made = self.file(body="設定を確認してください。\n")
        self.world.ledger.edit(
            made.draft, 1, editor=self.someone("mori"), subject="ご返信", body="設定をご確認ください。\n"
        )
        return made

    def lesson(self) -> int:
        self.edited()
        self.lessons.scan()
        return next(one.number for one in self.lessons.lessons() if one.kind == "rule")

    def gap(self) -> int:
        asked = f"HR-{uuid.uuid4().int} の原因は？"
        return self.gaps.report(asked, user="mori", thread="th_1", turn=0, account="AC-1").number

    def closed_gap(self) -> int:
        return self.gaps.close(self.gap(), user="mori", reason="a.md").number

    def question(self, user: str = "mori") -> int:
        asked = {"whom": "kita", "note": "ご存じですか。", "thread": "th_1", "turn": 0}
        return self.gaps.ask_colleague("HR-7001 の原因は？", user=user, **asked).number  # type: ignore[arg-type]

    def question_of_theirs(self) -> int:
        return self.question(self.name)

    def settled_question(self, user: str = "mori") -> int:
        return self.gaps.settle_question(self.question(user), "closed", user=user).number

    def settled_question_of_theirs(self) -> int:
        return self.settled_question(self.name)

    def rule(self) -> int:
        number = self.lesson()
        self.lessons.accept(number, admin=self.someone("root"), scope="team")
        return number

    def someone(self, name: str) -> Any:
        return self.world.user(name)


SHOWN_FIRST = {
    "AskHandlers.draft": "AskHandlers.load", "Bulk.approve": "Bulk.open", "Team.assign": "Handlers.show_seen",
    "KnowledgeHandlers.remove": "KnowledgeHandlers.show",
    **dict.fromkeys((f"LearningHandlers.{verb}" for verb in ("accept", "refuse", "switch")), "LearningHandlers.open"),
    **dict.fromkeys((name for name in CHANGES if name.startswith("GapHandlers")), "GapHandlers.open"),
}  # fmt: skip
"""Gradio takes of a list what the page was shown in it, so the list is shown first."""


def arrive(served: Served, name: str, client: httpx.Client, post: Post, session: str) -> None:
    """Do what shows the lists of this event."""
    if name in SHOWN_FIRST:
        call(client, named(served)[SHOWN_FIRST[name]][0], [post], session)


# --- the tests -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", SIGNED_IN)
@pytest.mark.parametrize("name", [*CHANGES, *READS])
def test_an_event_changes_what_its_role_may_and_in_its_own_name(
    served: Served, clients: dict[str, httpx.Client], name: str, person: str
) -> None:
    client, drafts, session = clients[person], Drafts(served, person), uuid.uuid4().hex
    for case in CHANGES.get(name, [Case()]):
        post = drafts.make(case.draft)._replace(purpose=case.purpose)
        arrive(served, name, client, post, session)
        before = served.rows()
        for event in named(served)[name]:
            call(client, event, [post], session)
        assert changes(before, served.rows(), person) == case.effect.get(SIGNED_IN[person], set()), case
    may_remove = name == "KnowledgeHandlers.remove" and person == "root"
    assert served.library.removed == ([DOCUMENT.id] if may_remove else []) and served.ingested == []
    assert set(served.copilot.asked_by) <= {person}
    served.library.removed.clear()
    served.copilot.asked_by.clear()


@pytest.mark.parametrize("person", SIGNED_IN)
@pytest.mark.parametrize("name", [*CHANGES, *READS])
def test_made_up_drafts_versions_hashes_and_words_change_nothing(
    served: Served, clients: dict[str, httpx.Client], name: str, person: str
) -> None:
    client, drafts, session = clients[person], Drafts(served, person), uuid.uuid4().hex
    events = [e for e in named(served)[name] if name == "Handlers.show" or NAMING & {c.elem_id for c in e.inputs}]
    if not events:
        return  # it names no draft, version or lesson
    true, other = drafts.make("waiting"), drafts.make("waiting")
    arrive(served, name, client, true, session)
    before = served.rows()
    for event in events:
        call(client, event, list(forged(name, true, other)), session)
    assert changes(before, served.rows(), person) == set()


def forged(name: str, true: Post, other: Post) -> Iterator[Post]:
    """Posts of a page that nobody was shown."""
    draft, version, digest = true.seen.split(" ")
    seen: list[Any] = [f"dr_none {version} {digest}", [true.seen]]
    if name in CHANGES:
        seen += [f"{draft} 1 {digest} x", "", None, 70_000, {"draft": draft}, f"{draft} ١ {digest}"]
    if name in CHANGES and not name.startswith(
        ("LearningHandlers", "GapHandlers")
    ):  # Gradio repeats it there and breaks its own stream
        seen += ["\ud800 1 x"]
    if name in (*BY_HASH, *BY_VERSION):
        seen += [f"{draft} {wrong} {digest}" for wrong in (0, 2)]
    if name in BY_HASH:
        seen += [f"{draft} 1 {wrong}" for wrong in ("0" * 64, other.seen.split(" ")[2], digest.upper())]
    purposes = ("return", "approve") if name == "Handlers.give_reason" else ("approve",)
    for posted in seen:
        for purpose in purposes:
            yield Post(posted, posted, purpose, lesson=posted)


def every(served: Served) -> list[Any]:
    return [event for events in named(served).values() for event in events]


def body_of(event: Any, post: Post) -> dict[str, Any]:
    return {"data": [value(one, post) for one in event.inputs], "session_hash": uuid.uuid4().hex, "fn_index": event._id}


@pytest.mark.parametrize("person", SIGNED_IN)
def test_nothing_runs_by_any_other_way(served: Served, clients: dict[str, httpx.Client], person: str) -> None:
    """By name instead of number, by the routes of Gradio's own clients, by odd spellings of them."""
    client, post = clients[person], Drafts(served, "aoki").make("waiting")
    before = served.rows()
    for event in every(served):
        name, body = event.api_name, body_of(event, post)
        spelled = [f"run/{name}/", f"/run/{name}", f"%72un/{name}"] if name.startswith("review_") else []
        for way in (f"run/{name}", f"api/{name}", f"call/{name}", f"call/v2/{name}", *spelled):
            assert client.post(API + way, json=body).status_code == 404, way
        for more in ({"api_name": name}, {"fn_index": name}, {"fn_index": -1}) if spelled else ():
            unnumbered = {key: value for key, value in body.items() if key != "fn_index"}
            # Gradio fails over these, and its server then ends the connection.
            answer = client.post(f"{API}queue/join", json={**unnumbered, **more}, headers={"connection": "close"})
            assert answer.status_code >= 400, (name, more)
    assert changes(before, served.rows(), person) == set()


@pytest.mark.parametrize("person", [LEFT, ""], ids=["disabled", "stranger"])
def test_nothing_runs_for_who_is_not_signed_in(served: Served, clients: dict[str, httpx.Client], person: str) -> None:
    post = Drafts(served, "aoki").make("waiting")
    before = served.rows()
    for event in every(served):
        for way in ("queue/join", f"run/{event.api_name}", f"call/{event.api_name}"):
            assert clients[person].post(API + way, json=body_of(event, post)).status_code == 401
    assert changes(before, served.rows(), person) == set()


@pytest.mark.parametrize("person", SIGNED_IN)
def test_another_persons_page_is_no_way_either(served: Served, clients: dict[str, httpx.Client], person: str) -> None:
    """Their session hash, in the body, in the address or in both, for every event and for what streams the answers."""
    victim = next(name for name in ("sato", "root") if name != person)
    client, post, session = clients[person], Drafts(served, "aoki").make("waiting"), uuid.uuid4().hex
    call(clients[victim], named(served)["Handlers.show_seen"][0], [post], session)
    before, api = served.rows(), API.rstrip("/")
    for event in every(served):
        body, theirs = {**body_of(event, post), "event_id": "x"}, {"session_hash": session}
        for posted, asked in (({**body, **theirs}, {}), (body, theirs)):
            assert client.post(f"{api}/queue/join", json=posted, params=asked).status_code == 403
        assert client.post(f"{api}/cancel", json={**body, **theirs}).status_code == 403
    for path in (f"{api}/queue/data?session_hash={session}", f"{api}/heartbeat/{session}"):
        assert client.get(path).status_code == 403
    assert changes(before, served.rows(), person) == set()


@pytest.mark.parametrize("person", ["aoki", "root"])
def test_who_one_says_one_is_changes_nothing(served: Served, clients: dict[str, httpx.Client], person: str) -> None:
    """A name in the body, in a header, in a cookie or in the address is not who is signed in."""
    client, post, session = clients[person], Drafts(served, person).make("waiting"), uuid.uuid4().hex
    event, name = named(served)["Handlers.approve"][0], "sato"
    body = {"data": [post.seen, []], "fn_index": event._id, "session_hash": session, "username": name, "user": name}
    body |= {"request": {"username": name, "session": {"user": name}}, "oauth_token": name, "trigger_id": 0}
    headers = {"x-forwarded-user": name, "remote-user": name, "x-user": name, "authorization": f"Bearer {name}"}
    before = served.rows()
    for batched in (False, True):
        client.post(f"/en/gradio_api/queue/join?username={name}", json={**body, "batched": batched}, headers=headers)
    call(client, named(served)["Handlers.beat"][0], [post], session)
    assert changes(before, served.rows(), person) == set()


# --- routes ----------------------------------------------------------------------------------------------------------

OPEN = ("/login", "/favicon.ico", "/static/{path:path}")
"""Before signing in."""
PAGES = (
    "/", "/logout", "/password", "/source/{document_id}", "/conversation/{thread}/{language}.md",
    "/conversation/{thread}/{turn}/{language}.txt", "/figures.csv", "/quality/report",
    "/en/", "/en/config", "/en/config/",
    "/en/openapi.json", "/en/login", "/en/login/", "/en/logout", "/en/svelte/{path:path}", "/en/static/{path:path}",
    "/en/assets/{path:path}", "/en/favicon.ico", "/en/theme.css", "/en/robots.txt", "/en/pwa_icon",
    "/en/pwa_icon/{size}", "/en/manifest.json", "/en/monitoring", "/en/monitoring/summary", "/en/monitoring/{key}",
)  # fmt: skip
"""For whoever is signed in. They change nothing but one's own session and password."""
EVENTS = ("cancel", "heartbeat/{session_hash}", "info", "queue/data", "queue/join", "reset", "startup-events", "theme.css", "user")  # fmt: skip  # noqa: E501
"""Of Gradio, for one's own page."""
FILES = ("upload", "upload_progress", "file={path_or_url:path}")
"""Of Gradio, for admins."""
CLOSED = (
    "api/{api_name}", "app_id", "call/v2/{api_name}", "call/v2/{api_name}/{event_id}", "call/{api_name}",
    "call/{api_name}/{event_id}", "component_server", "custom_component/{id}/{environment}/{type}/{file_name}",
    "deep_link", "dev/reload", "file/{path:path}", "login_check", "openapi.json", "process_recording",
    "proxy={url_path:path}", "queue/status", "run/{api_name}", "runs", "stream/{event_id}", "stream/{event_id}/close",
    "stream/{session_hash}/{run}/{component_id}/playlist-file",
    "stream/{session_hash}/{run}/{component_id}/playlist.m3u8",
    "stream/{session_hash}/{run}/{component_id}/{segment_id}.{ext}", "token", "undo-vibe-edit", "vibe-code",
    "vibe-edit", "vibe-starter-queries",
)  # fmt: skip
"""Of Gradio, for nobody: no screen needs them."""
API = "/en/gradio_api/"


def test_every_route_is_in_one_of_the_tables(served: Served) -> None:
    found = {path.rstrip("/") if path.startswith(API) else path for path in routes(served)}
    assert found == {*OPEN, *PAGES, *(API + path for path in (*EVENTS, *FILES, *CLOSED))}


@pytest.mark.parametrize("person", [*SIGNED_IN, LEFT, ""], ids=[*SIGNED_IN, "disabled", "stranger"])
def test_every_route_answers_by_role_and_changes_nothing(
    served: Served, clients: dict[str, httpx.Client], person: str
) -> None:
    client, cookies, before = clients[person], dict(clients[person].cookies), served.rows()
    for path, methods in routes(served).items():
        rest = path.removeprefix(API).rstrip("/") if path.startswith(API) else ""
        for method in sorted({*methods, "GET", "POST", "PUT", "DELETE"}):
            asked = re.sub(r"\{[^}]*\}", person or "x", path)
            with client.stream(method, asked, json={} if method != "GET" else None) as answer:
                where = method, path, answer.status_code
            client.cookies = httpx.Cookies(cookies)  # signing out is for one request
            if path in OPEN:
                assert answer.status_code != 401 or (method, path) == ("POST", "/login"), where
            elif person not in SIGNED_IN:
                assert answer.status_code == 401, where
            elif rest in FILES:
                assert (answer.status_code == 403) or person == "root", where
            elif rest in CLOSED:
                assert answer.status_code == 404, where
            else:
                assert answer.status_code < 500, where
    assert changes(before, served.rows(), person) == set()
