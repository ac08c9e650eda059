"""Writes examples/crm/*.csv from the account table of FACTS.md and the hand-written rows in examples/records/.

Same input, same bytes. Run at the root: `python examples/make_crm.py` (then make_tickets.py, which adds tickets.csv).
"""

from __future__ import annotations

import csv
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import jaconv

HERE = Path(__file__).resolve().parent
CRM = HERE / "crm"
LAST_WEEK = date(2026, 11, 16)
WEEKS = 26
NEW_PRICES_FROM = date(2026, 10, 1)
FOREIGN = {
    "AC-0011": "GB",
    "AC-0012": "US",
    "AC-0021": "US",
    "AC-0025": "CA",
    "AC-0029": "DE",
    "AC-0035": "US",
    "AC-0040": "AU",
}
# account: (level up to 12 weeks ago, level 12 weeks ago, level now) of weekly active users
LEVELS = {
    "AC-0001": (97, 96, 41), "AC-0002": (298, 300, 301), "AC-0003": (188, 190, 166), "AC-0004": (52, 60, 83),
    "AC-0005": (50, 50, 50), "AC-0006": (10, 10, 10), "AC-0007": (126, 120, 70), "AC-0008": (66, 66, 66),
    "AC-0009": (37, 38, 38), "AC-0010": (372, 400, 480), "AC-0011": (45, 45, 45), "AC-0012": (117, 118, 118),
    "AC-0013": (15, 18, 25), "AC-0014": (1, 1, 1), "AC-0015": (78, 76, 79), "AC-0016": (42, 42, 42),
    "AC-0017": (138, 140, 141), "AC-0018": (90, 90, 90), "AC-0019": (259, 260, 260), "AC-0020": (8, 15, 33),
    "AC-0021": (26, 25, 9), "AC-0022": (58, 58, 58), "AC-0023": (379, 380, 380), "AC-0024": (22, 26, 26),
    "AC-0025": (96, 97, 97), "AC-0026": (188, 200, 250), "AC-0027": (13, 13, 13), "AC-0028": (57, 55, 30),
    "AC-0029": (170, 170, 170), "AC-0030": (38, 22, 5), "AC-0031": (61, 70, 92), "AC-0032": (289, 290, 290),
    "AC-0033": (16, 16, 16), "AC-0034": (112, 110, 85), "AC-0035": (9, 12, 20), "AC-0036": (215, 215, 215),
    "AC-0037": (19, 19, 19), "AC-0038": (5, 6, 8), "AC-0039": (20, 22, 48), "AC-0040": (10, 12, 27),
}  # fmt: skip
FIRST_WEEK = {  # when use began, for those that began inside the 26 weeks
    "AC-0020": date(2026, 6, 1),
    "AC-0024": date(2026, 6, 29),
    "AC-0035": date(2026, 8, 3),
    "AC-0038": date(2026, 9, 7),
    "AC-0039": date(2026, 10, 19),
    "AC-0040": date(2026, 10, 19),
}
VERSIONS = {"AC-0030": "3.1", "AC-0034": "2.8", "AC-0014": "", "AC-0033": ""}  # of those not on 3.4; two not recorded
ENDED = {"AC-0030": date(2026, 5, 11)}  # the last week of use of an account that left
GAP = {"AC-0033": {date(2026, 9, 14), date(2026, 9, 21), date(2026, 9, 28)}}  # the collector was down: no rows
EARLIER_SEATS = {"AC-0002": (180, 300), "AC-0004": (60,), "AC-0010": (380, 450), "AC-0013": (18,), "AC-0026": (200,),
                 "AC-0031": (70,), "AC-0034": (140,), "AC-0023": (350, 380), "AC-0007": (130,)}  # fmt: skip
OBON, SILVER = date(2026, 8, 10), date(2026, 9, 21)  # weeks in which Japanese offices are half empty
PRICES = {"Starter": (600, 5), "Business": (1000, 8), "Enterprise": (2000, 15)}
PHONES = {"JP": "03-5555-{:04d}", "GB": "+44 20 7946 {:04d}", "US": "+1 212-555-{:04d}", "CA": "+1 613-555-{:04d}",
          "DE": "+49 30 23125 {:03d}", "AU": "+61 2 5550 {:04d}"}  # fmt: skip


def facts() -> list[dict[str, str]]:
    """The account table of FACTS.md, one dict a row."""
    names = [
        "id",
        "name",
        "english",
        "kana",
        "domain",
        "industry",
        "plan",
        "seats",
        "mrr",
        "start",
        "renewal",
        "status",
        "owner",
        "story",
    ]
    lines = (HERE / "FACTS.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in lines if line.startswith("| AC-")]
    return [dict(zip(names, row, strict=True)) for row in rows]


def write(name: str, rows: list[dict[str, Any]]) -> None:
    CRM.mkdir(exist_ok=True)
    with (CRM / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def lines_of(name: str) -> list[list[str]]:
    """The rows of a `|`-separated file in examples/records/."""
    return [line.split("|") for line in (HERE / "records" / name).read_text(encoding="utf-8").splitlines()]


def segment(seats: int) -> str:
    return "enterprise" if seats >= 200 else "mid-market" if seats >= 50 else "small"


def account_rows(facts: list[dict[str, str]]) -> list[dict[str, Any]]:
    rows = []
    for fact in facts:
        country = FOREIGN.get(fact["id"], "JP")
        kana = jaconv.z2h(fact["kana"]) if fact["id"] in {"AC-0002", "AC-0024"} else fact["kana"]  # dirt: half-width
        rows.append(
            {
                "account_id": fact["id"],
                "name": fact["name"],
                "name_kana": kana,
                "domain": fact["domain"],
                "industry": fact["industry"],
                "segment": segment(int(fact["seats"])),
                "plan": fact["plan"],
                "version": VERSIONS.get(fact["id"], "3.4"),
                "country": country,
                "language": "ja" if country == "JP" else "en",
                "owner": fact["owner"],
                "status": fact["status"],
                "created_at": "" if fact["id"] == "AC-0014" else fact["start"],  # dirt: the one missing date
            }
        )
    return rows


def local_part(name: str, kana: str) -> str:
    if not kana:
        return name.lower().replace("'", "").replace(" ", ".")
    return jaconv.kana2alphabet(jaconv.kata2hira(kana.split(maxsplit=1)[0]))


def contact_rows(facts: list[dict[str, str]], dice: random.Random) -> list[dict[str, Any]]:
    domains = {fact["id"]: fact["domain"] for fact in facts}
    rows: list[dict[str, Any]] = []
    for number, (account, name, kana, role) in enumerate(lines_of("contacts.txt"), start=1):
        days = 150 if account == "AC-0014" else 200 if account == "AC-0030" else dice.randint(2, 60)
        left = "退職" in role or "left" in role
        rows.append(
            {
                "contact_id": f"CT-{number:04d}",
                "account_id": account,
                "name": name,
                "name_kana": kana,
                "role": role,
                "email": f"{local_part(name, kana)}@{domains[account]}",
                "phone": PHONES[FOREIGN.get(account, "JP")].format(100 + number),
                "is_primary": "false",
                "last_contacted_at": "2026-09-11" if left else str(date(2026, 11, 20) - timedelta(days=days)),
            }
        )
    for account in domains:
        primary = next(row for row in rows if row["account_id"] == account and row["last_contacted_at"] != "2026-09-11")
        primary["is_primary"] = "true"
    wide = next(row for row in rows if row["name"] == "榊 千夏")
    wide["phone"] = jaconv.h2z(wide["phone"], ascii=True, digit=True)  # dirt: full-width digits
    twin = dict(next(row for row in rows if row["name"] == "水谷 彩"))
    twin.update(
        contact_id=f"CT-{len(rows) + 1:04d}", name="水谷　彩", is_primary="false"
    )  # dirt: the same person twice
    return [*rows, twin]


def price(plan: str, country: str, start: date) -> int:
    if plan == "Business" and start >= NEW_PRICES_FROM:
        return 1200 if country == "JP" else 9
    return PRICES[plan][0 if country == "JP" else 1]


def mrr(plan: str, seats: int, country: str, start: date) -> int:
    """Seats times list price; a tenth less from 300 seats."""
    full = seats * price(plan, country, start)
    return full * 9 // 10 if seats >= 300 else full


def terms(fact: dict[str, str]) -> list[tuple[date, date]]:
    """The yearly terms of an account from its start to its renewal, oldest first."""
    start = date.fromisoformat(fact["start"])
    if fact["renewal"] == "monthly":
        return [(start, date(2026, 12, 15))]
    end = date.fromisoformat(fact["renewal"])
    return [(start.replace(year=year), start.replace(year=year + 1)) for year in range(start.year, end.year)]


def contract_rows(facts: list[dict[str, str]]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for fact in facts:
        country, now = FOREIGN.get(fact["id"], "JP"), terms(fact)
        earlier = EARLIER_SEATS.get(fact["id"], ())
        for place, (start, end) in enumerate(now):
            last = place == len(now) - 1
            seats = int(fact["seats"]) if last else (earlier[place] if place < len(earlier) else int(fact["seats"]))
            plan = "Business" if fact["id"] == "AC-0002" and place == 0 else fact["plan"]
            amount = int(fact["mrr"].split()[0].replace(",", "")) if last else mrr(plan, seats, country, start)
            status = ("ended" if fact["status"] == "churned" else "active") if last else "expired"
            rows.append(
                {
                    "contract_id": f"CN-{fact['id'][-4:]}-{place + 1}",
                    "account_id": fact["id"],
                    "plan": plan,
                    "seats": seats,
                    "mrr": amount,
                    "currency": "JPY" if country == "JP" else "USD",
                    "start_date": start,
                    "renewal_date": end,
                    "auto_renew": "false" if status == "ended" else "true",
                    "status": status,
                }
            )
    return rows


def active_users(account: str, week: date, back: int, country: str, dice: random.Random) -> int:
    """People seen in a week: the level of the account, a little noise, and the holidays."""
    early, start, end = LEVELS[account]
    level = float(early) if back >= 12 else start + (end - start) * (11 - back) / 11
    if account == "AC-0015" and date(2026, 7, 27) <= week <= date(2026, 8, 24):
        level *= 0.32  # the school is closed
    elif country == "JP" and week in {OBON, SILVER}:
        level *= 0.62 if week == OBON else 0.8
    if account == "AC-0003" and back > 0:
        level = 190  # only the last week is down: nobody could sign in by SSO on the 16th
    calm = back in {0, 11} or level < 20
    return max(0, round(level * (1 if calm else dice.uniform(0.97, 1.03))))


def seats_in(account: str, week: date, contracts: list[dict[str, Any]]) -> int:
    """Seats of the term that covers the week; those of the first term before it began (trials)."""
    own = [row for row in contracts if row["account_id"] == account]
    covering = [
        row for row in own if row["start_date"] <= week + timedelta(days=6) < row["renewal_date"] + timedelta(7)
    ]
    return int((covering or own)[-1 if covering else 0]["seats"])


def errors_of(account: str, week: date, users: int, dice: random.Random) -> int:
    base = dice.randint(0, 2 + users // 40)
    extra = {("AC-0003", LAST_WEEK): 212, ("AC-0017", date(2026, 11, 9)): 64, ("AC-0016", week): 40}
    incident = users // 6 if week in {date(2026, 9, 28), date(2026, 11, 9)} else 0
    return base + incident + extra.get((account, week), 0)


def usage_rows(
    facts: list[dict[str, str]], contracts: list[dict[str, Any]], dice: random.Random
) -> list[dict[str, Any]]:
    rows = []
    for account in (fact["id"] for fact in facts):
        country = FOREIGN.get(account, "JP")
        for back in reversed(range(WEEKS)):
            week = ENDED.get(account, LAST_WEEK) - timedelta(weeks=back)
            if week < FIRST_WEEK.get(account, week) or week in GAP.get(account, set()):
                continue
            seats = seats_in(account, week, contracts)
            users = min(seats, active_users(account, week, back, country, dice))
            logins = round(users * dice.uniform(4.2, 5.1))
            events = round(users * dice.uniform(17, 24))
            rows.append(
                {
                    "account_id": account,
                    "week_start": week,
                    "active_users": users,
                    "seats": seats,
                    "logins": logins,
                    "events": events,
                    "errors": errors_of(account, week, users, dice),
                }
            )
    return rows


def main() -> None:
    dice = random.Random(20261120)
    table = facts()
    contracts = contract_rows(table)
    write("accounts.csv", account_rows(table))
    write("contacts.csv", contact_rows(table, dice))
    write("contracts.csv", contracts)
    write("usage.csv", usage_rows(table, contracts, dice))
    keys = ("account_id", "answered_at", "kind", "score", "comment")
    write("surveys.csv", [dict(zip(keys, row, strict=True)) for row in lines_of("surveys.txt")])


if __name__ == "__main__":
    main()
