"""The example company's records: CRM, tickets and Slack fit together, and the dirt that was put in is there."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
LAST_WEEK = date(2026, 11, 16)


def crm(name: str) -> list[dict[str, str]]:
    with (EXAMPLES / "crm" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def tickets() -> list[dict[str, Any]]:
    lines = (EXAMPLES / "tickets" / "tickets.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def slack_json(name: str) -> list[dict[str, Any]]:
    value: list[dict[str, Any]] = json.loads((EXAMPLES / "slack" / name).read_text(encoding="utf-8"))
    return value


def slack_messages() -> list[tuple[str, dict[str, Any]]]:
    files = sorted((EXAMPLES / "slack").glob("*/*.json"))
    return [(file.parent.name, one) for file in files for one in json.loads(file.read_text(encoding="utf-8"))]


ACCOUNTS = {row["account_id"]: row for row in crm("accounts")}


def test_the_crm_is_as_large_as_it_says() -> None:
    assert len(ACCOUNTS) == 40
    assert len(crm("contacts")) >= 90
    assert {row["account_id"] for row in crm("contacts")} == set(ACCOUNTS)
    assert {row["status"] for row in crm("contracts")} == {"active", "expired", "ended"}
    assert {row["kind"] for row in crm("surveys")} == {"nps", "csat"}


def test_accounts_agree_with_the_facts() -> None:
    lines = (EXAMPLES / "FACTS.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in lines if line.startswith("| AC-")]
    current = {row["account_id"]: row for row in crm("contracts") if row["status"] != "expired"}
    assert len(rows) == len(current) == 40
    for identity, name, _, _, domain, _, plan, seats, mrr, _, renewal, status, owner, _ in rows:
        account, contract = ACCOUNTS[identity], current[identity]
        assert (account["name"], account["domain"], account["plan"]) == (name, domain, plan)
        assert (account["status"], account["owner"], contract["seats"]) == (status, owner, seats)
        assert f"{int(contract['mrr']):,} {contract['currency']}" == mrr
        assert renewal in {contract["renewal_date"], "monthly"}


@pytest.mark.parametrize("name", ["contacts", "contracts", "usage", "surveys", "tickets"])
def test_every_crm_row_belongs_to_an_account(name: str) -> None:
    assert {row["account_id"] for row in crm(name)} <= set(ACCOUNTS)


def test_all_crm_dates_parse_but_the_one_left_out() -> None:
    missing = []
    for name in ("accounts", "contacts", "contracts", "usage", "surveys", "tickets"):
        for row in crm(name):
            for key in row:
                dated = key.endswith(("_at", "_date", "week_start"))
                if dated and row[key]:
                    date.fromisoformat(row[key])
                elif dated and not (key == "closed_at" and row["status"] != "solved"):
                    missing.append((name, row["account_id"], key))
    assert missing == [("accounts", "AC-0014", "created_at")]


def test_usage_tells_the_stories() -> None:
    weeks: dict[str, list[dict[str, str]]] = {}
    for row in crm("usage"):
        weeks.setdefault(row["account_id"], []).append(row)
        assert int(row["active_users"]) <= int(row["seats"])
    assert sum(len(rows) == 26 for rows in weeks.values()) >= 33
    assert all(rows[-1]["week_start"] == str(LAST_WEEK) for name, rows in weeks.items() if name != "AC-0030")
    last = {name: int(rows[-1]["active_users"]) for name, rows in weeks.items()}
    assert (last["AC-0001"], last["AC-0007"], last["AC-0010"], last["AC-0028"]) == (41, 70, 480, 30)
    assert len(weeks["AC-0033"]) == 23, "three weeks were not collected"
    august = [int(row["active_users"]) for row in weeks["AC-0015"] if row["week_start"][:7] == "2026-08"]
    assert max(august[:4]) < last["AC-0015"] / 2


def test_tickets_are_many_varied_and_whole() -> None:
    found = tickets()
    languages = Counter(one["language"] for one in found)
    assert len(found) >= 160
    assert 0.55 <= languages["ja"] / len(found) <= 0.68
    assert {one["status"] for one in found} == {"solved", "open", "pending"}
    assert len({one["subject"] for one in found}) >= 150
    for one in found:
        assert 2 <= len(one["messages"]) <= 6
        assert one["account"] in ACCOUNTS
        assert one["requester"] in {row["email"] for row in crm("contacts") if row["account_id"] == one["account"]}
        assert {message["role"] for message in one["messages"]} <= {"customer", "agent", "internal"}
        assert bool(one["resolution"]) == (one["status"] == "solved")
        assert "{" not in "".join(message["body"] for message in one["messages"])


def test_ticket_times_run_forward_and_one_ticket_has_none() -> None:
    undated = [one["id"] for one in tickets() if not one["created_at"]]
    assert len(undated) == 1
    for one in tickets():
        moments = [datetime.fromisoformat(message["at"]) for message in one["messages"]]
        assert moments == sorted(moments)
        assert one["id"] in undated or datetime.fromisoformat(one["created_at"]) == moments[0]


def test_only_existing_error_codes_are_spoken_of() -> None:
    facts = (EXAMPLES / "FACTS.md").read_text(encoding="utf-8")
    known = set(re.findall(r"^\| (HR-\d{4}) \|", facts, flags=re.M))
    everything = json.dumps([tickets(), [one for _, one in slack_messages()]], ensure_ascii=False)
    assert len(known) >= 25
    assert set(re.findall(r"HR-\d{4}", everything)) <= known


def test_the_crm_knows_the_same_tickets() -> None:
    assert {row["ticket_id"]: row["account_id"] for row in crm("tickets")} == {
        one["id"]: one["account"] for one in tickets()
    }


def test_the_dirt_is_there() -> None:
    found = tickets()
    bodies = Counter(one["messages"][0]["body"] for one in found)
    assert [count for count in bodies.values() if count > 1] == [2], "one ticket was filed twice"
    assert any(unicodedata.category(char) == "Nd" and not char.isascii() for one in found for char in str(one))
    assert "4111 1111 1111 1111" in str(found)
    wide = [row for row in crm("contacts") if row["phone"] != unicodedata.normalize("NFKC", row["phone"])]
    twins = [mail for mail, count in Counter(row["email"] for row in crm("contacts")).items() if count == 2]
    assert (len(wide), len(twins)) == (1, 1)
    names = [row["name"] for row in ACCOUNTS.values()]
    assert any(name.startswith("株式会社") for name in names) and any(name.endswith("株式会社") for name in names)
    assert any("\uff66" <= char <= "\uff9f" for row in ACCOUNTS.values() for char in row["name_kana"])


def test_all_addresses_are_in_reserved_domains() -> None:
    texts = json.dumps([tickets(), crm("contacts"), slack_json("users.json")], ensure_ascii=False)
    domains = set(re.findall(r"[\w.+-]+@([\w.-]+\w)", texts))
    assert {domain for domain in domains if not domain.endswith(".example")} <= {
        "hamakaze-kaiun.exmaple",  # the mistyped ones, in tickets about bounced mail
        "northgate-deli.exmaple",
    }


def test_slack_is_as_large_as_it_says() -> None:
    people = slack_json("users.json")
    assert sum(not one["is_bot"] for one in people) >= 12
    assert sum(one["is_bot"] for one in people) == 2
    assert len(slack_json("channels.json")) >= 8
    assert {one["name"] for one in slack_json("groups.json")} == {"cs-leads", "deal-desk"}
    messages = [one for _, one in slack_messages()]
    assert len(messages) >= 450
    assert {"channel_join", "bot_message", "tombstone"} <= {one.get("subtype") for one in messages}
    for key in ("edited", "files", "reactions"):
        assert any(key in one for one in messages)


def test_slack_references_resolve() -> None:
    channels = {one["name"]: one for name in ("channels.json", "groups.json") for one in slack_json(name)}
    users = {one["id"] for one in slack_json("users.json")}
    identities = {one["id"] for one in channels.values()}
    linked = False
    for channel, one in slack_messages():
        assert channel in channels
        assert one.get("user", next(iter(users))) in users
        assert set(re.findall(r"<@(\w+)>", one["text"])) <= users
        assert set(re.findall(r"<#(\w+)\|", one["text"])) <= identities
        linked = linked or re.search(r"<https://[^|>]+\|[^>]+>", one["text"]) is not None
    assert linked


def test_slack_threads_hang_together() -> None:
    by_place = {(channel, one["ts"]): one for channel, one in slack_messages()}
    assert len(by_place) == len(slack_messages()), "no two messages of a channel share a ts"
    replies = [(channel, one) for channel, one in slack_messages() if one.get("thread_ts", one["ts"]) != one["ts"]]
    assert len(replies) >= 200
    for channel, reply in replies:
        root = by_place[channel, reply["thread_ts"]]
        assert {"user": reply["user"], "ts": reply["ts"]} in root["replies"]
        assert float(reply["ts"]) > float(root["ts"])


def test_the_places_the_facts_point_to_exist() -> None:
    facts = (EXAMPLES / "FACTS.md").read_text(encoding="utf-8")
    roots = {
        f"{channel}/{one['ts']}" for channel, one in slack_messages() if one.get("thread_ts", one["ts"]) == one["ts"]
    }
    named = set(re.findall(r"`([a-z-]+/\d{10}\.\d{6})`", facts))
    assert len(named) >= 20
    assert named <= roots
    assert set(re.findall(r"TK-\d{4}", facts)) <= {one["id"] for one in tickets()}
