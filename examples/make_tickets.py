"""Writes tickets/tickets.jsonl and crm/tickets.csv from the hand-written tickets in examples/records/.

A record there reads `# subject`, then `account.contact|status|date|agent|product|tags`, then paragraphs that begin
with C (customer), A (agent), I (internal note) or R (resolution); `@MM-DD` after the letter gives a message its date.
Same input, same bytes.
Run at the root after make_crm.py: `python examples/make_tickets.py`.
"""

from __future__ import annotations

import csv
import json
import random
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FILES = ("tickets_ja_1.txt", "tickets_ja_2.txt", "tickets_en.txt")
JST = timezone(timedelta(hours=9))
STATUS = {"s": "solved", "o": "open", "p": "pending"}
ROLES = {"C": "customer", "A": "agent", "I": "internal"}
AGENTS = {"morikawa": "森川 結衣", "kuroiwa": "黒岩 颯太", "daniel": "Daniel Osei"}
DUPLICATED = "領収書をアップロードできない（HR-4005）"  # dirt: filed twice, from the form and by mail
UNDATED = "検索が遅い"  # dirt: the one ticket without a date
FORMS = re.compile("株式会社|有限会社|合同会社|医療法人社団|学校法人")
OPEN_JA = ("お世話になっております。{co}の{me}です。\n", "いつもお世話になっております。{co}の{me}です。\n",
           "{co}の{me}と申します。お世話になっております。\n")  # fmt: skip
CLOSE_JA = (
    "\nよろしくお願いいたします。",
    "\nお手数ですが、ご確認をお願いいたします。",
    "\nどうぞよろしくお願いいたします。",
    "",
)
REPLY_JA = (
    "{co}\n{me}様\n\nお世話になっております。ハツリンサポートの{agent}です。\n",
    "{me}様\n\nお問い合わせありがとうございます。ハツリンサポートの{agent}です。\n",
    "{me}様\n\nいつもハツリンをご利用いただき、ありがとうございます。サポートの{agent}です。\n",
)
END_JA = ("\n\nご不明な点がございましたら、このメールにそのままご返信ください。\nハツリンサポート {agent}",
          "\n\n引き続きよろしくお願いいたします。\nハツリンサポート {agent}",
          "\n\nハツリンサポート {agent}")  # fmt: skip
OPEN_EN = ("Hello,\n\n", "Hi team,\n\n", "Hi,\n\n", "Good morning,\n\n")
CLOSE_EN = ("\n\nThanks,\n{me}", "\n\nBest,\n{me}", "\n\nKind regards,\n{me}\n{co}", "\n\n{me}")
REPLY_EN = (
    "Hi {first},\n\nThanks for getting in touch.\n",
    "Hello {first},\n\n",
    "Dear {me},\n\nThank you for your message.\n",
)
END_EN = (
    "\n\nKind regards,\nDaniel\nHatsurin Support",
    "\n\nBest regards,\nDaniel",
    "\n\nDaniel Osei\nHatsurin Support",
)


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / "crm" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def scenarios() -> list[dict[str, Any]]:
    """Every hand-written record: subject, the fields of its second line, paragraphs as (letter, text), language."""
    found = []
    for name in FILES:
        for block in re.split(r"^# ", (HERE / "records" / name).read_text(encoding="utf-8"), flags=re.M)[1:]:
            subject, fields, body = block.split("\n", 2)
            parts = [(part[0], part[2:].strip()) for part in re.split(r"\n(?=[CAIR] )", body.strip())]
            found.append({"subject": subject, "fields": fields.split("|"), "parts": parts, "language": name[8:10]})
    return found


def moment(day: str, dice: random.Random) -> datetime:
    """That moment, or a working moment on that day or on the Monday after a weekend."""
    at = datetime.fromisoformat(day).replace(tzinfo=JST)
    if "T" in day:
        return at
    at += timedelta(days=(7 - at.weekday()) if at.weekday() > 4 else 0)
    return at.replace(hour=dice.randint(9, 11), minute=dice.randint(0, 59))


def after(at: datetime, dice: random.Random) -> datetime:
    """Twenty minutes to three hours later, inside office hours."""
    later = at + timedelta(minutes=dice.randint(20, 170))
    if later.hour >= 18:
        later = (later + timedelta(days=3 if later.weekday() == 4 else 1)).replace(hour=9, minute=dice.randint(5, 59))
    return later


def dressed(letter: str, text: str, first: bool, names: dict[str, str], dice: random.Random) -> str:
    """The text with the greeting and the close that such a mail has."""
    ja = names["language"] == "ja"
    if letter == "I":
        return text
    if letter == "C":
        start, end = (OPEN_JA, CLOSE_JA) if ja else (OPEN_EN, CLOSE_EN)
        whole = dice.choice(start) + text + dice.choice(end) if first else text
    else:
        start, end = (REPLY_JA, END_JA) if ja else (REPLY_EN, END_EN)
        again = "{me}様\n\n" if ja else "Hi {first},\n\n"
        whole = (dice.choice(start) if first else again) + text + dice.choice(end)
    for key, value in names.items():
        whole = whole.replace("{" + key + "}", value)
    return whole


def messages(record: dict[str, Any], who: str, company: str, dice: random.Random) -> list[dict[str, str]]:
    _, _, day, agent, *_ = record["fields"]
    ja = record["language"] == "ja"
    first = who.split(maxsplit=1)[0]
    names = {
        "co": FORMS.sub("", company),
        "me": first if ja else who,
        "first": first,
        "agent": AGENTS[agent].split(maxsplit=1)[0],
        "language": record["language"],
    }
    at, seen, result = moment(day, dice), set(), []
    for letter, text in record["parts"]:
        if letter == "R":
            continue
        dated = re.match(r"@(\S+) ", text)
        if dated:
            at, text = moment(f"{day[:4]}-{dated[1]}", dice), text[dated.end() :]  # noqa: PLW2901
        body = dressed(letter, text, letter not in seen, names, dice)
        author = who if letter == "C" else AGENTS[agent]
        result.append({"author": author, "role": ROLES[letter], "at": at.isoformat(), "body": body})
        seen.add(letter)
        at = after(at, dice)
    return result


def ticket(
    record: dict[str, Any], accounts: dict[str, Any], people: list[dict[str, str]], dice: random.Random
) -> dict[str, Any]:
    place, status, _, _, product, tags = record["fields"]
    account, number = place.split(".")
    contact = [row for row in people if row["account_id"] == account][int(number) - 1]
    talk = messages(record, contact["name"], accounts[account]["name"], dice)
    return {
        "id": "",
        "subject": record["subject"],
        "status": STATUS[status],
        "created_at": talk[0]["at"],
        "updated_at": talk[-1]["at"],
        "account": account,
        "product": product,
        "language": record["language"],
        "requester": contact["email"],
        "tags": tags.split(","),
        "messages": talk,
        "resolution": next((text for letter, text in record["parts"] if letter == "R"), ""),
    }


def numbered(tickets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """In order of time, with ids from TK-1001; then the dirt."""
    tickets.sort(key=lambda one: (one["created_at"], one["subject"]))
    for number, one in enumerate(tickets, start=1001):
        one["id"] = f"TK-{number}"
    twin = dict(next(one for one in tickets if one["subject"] == DUPLICATED))
    twin["id"] = f"TK-{1001 + len(tickets)}"
    next(one for one in tickets if one["subject"] == UNDATED).update(created_at="", updated_at="")
    return [*tickets, twin]


def crm_row(one: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """The ticket as the CRM keeps it: no conversation, a priority, dates and the customer's score."""
    solved = one["status"] == "solved"
    urgent = {"lockout", "INC-2026-11", "INC-2026-09", "churn-risk", "HR-1015"} & set(one["tags"])
    low = {"churn-risk", "recurring", "incident", "INC-2026-11"} & set(one["tags"])
    return {
        "ticket_id": one["id"],
        "account_id": one["account"],
        "subject": one["subject"],
        "status": one["status"],
        "priority": "high" if urgent else dice.choice(("normal", "normal", "low")),
        "created_at": one["messages"][0]["at"][:10],
        "closed_at": one["messages"][-1]["at"][:10] if solved else "",
        "csat": dice.choice((2, 3, 3, 4) if low else (4, 5, 5, 3, 5, "")) if solved else "",
    }


def main() -> None:
    dice = random.Random(1120)
    accounts = {row["account_id"]: row for row in rows("accounts.csv")}
    people = rows("contacts.csv")
    tickets = numbered([ticket(one, accounts, people, random.Random(one["subject"])) for one in scenarios()])
    (HERE / "tickets").mkdir(exist_ok=True)
    with (HERE / "tickets" / "tickets.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in tickets)
    with (HERE / "crm" / "tickets.csv").open("w", encoding="utf-8", newline="") as file:
        lines = [crm_row(one, dice) for one in tickets]
        writer = csv.DictWriter(file, fieldnames=list(lines[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)


if __name__ == "__main__":
    main()
