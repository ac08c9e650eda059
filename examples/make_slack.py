"""Writes examples/slack/ (a standard Slack export) from the hand-written talk in examples/records/slack*.txt.

There: `== channel`, a date, then `name: text`; `> name: text` answers the last root message; `[HH:MM]` gives a time;
`bot:name:` is a bot; `{edited}`, `{deleted}`, `{file:NAME}`, `{react:emoji=N}` follow the text. Same input, same bytes.
Run at the root: `python examples/make_slack.py`.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections import defaultdict
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
OUT = HERE / "slack"
JST = timezone(timedelta(hours=9))
PEOPLE = {
    "asakura": ("朝倉 瑞希", "CSM lead"),
    "nishida": ("西田 陽斗", "CSM"),
    "emily": ("Emily Carter", "CSM (overseas)"),
    "fujimori": ("藤森 香奈", "CSM"),
    "kuroiwa": ("黒岩 颯太", "Support lead"),
    "morikawa": ("森川 結衣", "Support"),
    "daniel": ("Daniel Osei", "Support (English)"),
    "takamine": ("高嶺 蓮", "Product manager, Approve"),
    "shimura": ("志村 愛子", "Product manager, Invoice"),
    "hoshino": ("星野 淳", "SRE"),
    "kitagawa": ("北川 奈緒", "Sales"),
    "ohara": ("大原 茂", "Legal and security"),
}
BOTS = {"statusbot": "Hatsurin Status", "deploybot": "Deploy"}
PRIVATE = {"cs-leads": "Leads of customer success", "deal-desk": "Discounts and special terms. Confidential."}
PURPOSE = {
    "general": "全社のお知らせ",
    "cs-questions": "CSMの質問にサポートと製品が答えます / CSMs ask, support and product answer",
    "cs-renewals": "更新の見通しと打ち手",
    "support-escalation": "サポートからのエスカレーション",
    "product-approve": "承認の製品議論",
    "product-invoice": "請求の製品議論",
    "incidents": "障害対応の記録",
    "releases": "リリースの記録",
    "overseas": "Customers outside Japan (English)",
    "random": "雑談",
}
MEMBERS = {
    "cs-leads": {"asakura", "kuroiwa", "kitagawa", "ohara"},
    "deal-desk": {"asakura", "kitagawa", "ohara", "nishida", "fujimori"},
}
LINE = re.compile(r"^(?P<reply>> )?(?:\[(?P<time>\d\d:\d\d)\] )?(?P<bot>bot:)?(?P<who>[a-z]+): (?P<text>.*)$")
MARK = re.compile(r" ?\{(edited|deleted|file|react)(?::([^}]*))?\}")
CHANNEL_IDS = {name: f"C06HATSU{number:02d}" for number, name in enumerate([*PURPOSE, *PRIVATE], start=1)}
USER_IDS = {name: f"U06HATSU{number:02d}" for number, name in enumerate([*PEOPLE, *BOTS], start=1)}


def talk() -> dict[str, list[tuple[str, re.Match[str]]]]:
    """channel -> [(date, line)], in order of the dates."""
    found: dict[str, list[tuple[str, re.Match[str]]]] = defaultdict(list)
    channel = day = ""
    for name in ("slack.txt", "slack_more.txt"):
        for number, line in enumerate((HERE / "records" / name).read_text(encoding="utf-8").splitlines(), start=1):
            if line.startswith("== "):
                channel = line[3:]
            elif re.fullmatch(r"\d{4}-\d\d-\d\d", line):
                day = line
            elif line:
                match = LINE.match(line)
                if not match:
                    raise SystemExit(f"examples/records/{name}:{number}: not a message: {line}")
                found[channel].append((day, match))
    return {name: sorted(lines, key=lambda pair: pair[0]) for name, lines in found.items()}


def marked_up(text: str) -> str:
    """Slack's own form of channel references, mentions and links."""
    for name, identity in CHANNEL_IDS.items():
        text = text.replace(f"#{name}", f"<#{identity}|{name}>")
    text = re.sub(r"(https://[\w./<>-]+?)(?=[\s)）、。]|$)", lambda m: f"<{m[1]}|{m[1].split('//')[1]}>", text)
    for name, (full, _) in PEOPLE.items():
        family = full.split(maxsplit=1)[0]
        if not full.isascii():  # colleagues are addressed by mention: 星野さん -> <@U…>さん
            text = text.replace(f"{family}さん", f"<@{USER_IDS[name]}>さん")
    return text.replace("&", "&amp;")


def decorated(message: dict[str, Any], marks: list[tuple[str, str]], dice: random.Random) -> dict[str, Any]:
    at = float(message["ts"])
    for kind, value in marks:
        if kind == "edited":
            message["edited"] = {"user": message["user"], "ts": f"{at + 240:.6f}"}
        elif kind == "deleted":
            message.update(subtype="tombstone", text="This message was deleted.", hidden=True)
            message.pop("client_msg_id", None)
        elif kind == "file":
            address = f"https://files.hatsurin.example/{value}"
            file = {"id": f"F{message['ts'][:10]}", "name": value, "title": value, "mode": "hosted"}
            message["files"] = [{**file, "url_private": address}]
            message["upload"] = True
        elif kind == "react":
            emoji, count = value.split("=")
            users = dice.sample([USER_IDS[name] for name in PEOPLE], int(count))
            message["reactions"] = [{"name": emoji, "users": users, "count": int(count)}]
    return message


def message(line: re.Match[str], ts: str, dice: random.Random) -> dict[str, Any]:
    marks, text = MARK.findall(line["text"]), marked_up(MARK.sub("", line["text"]))
    user = USER_IDS[line["who"]]
    if line["bot"]:
        return {"type": "message", "subtype": "bot_message", "text": text, "username": BOTS[line["who"]],
                "bot_id": f"B{user[1:]}", "ts": ts}  # fmt: skip
    identity = hashlib.sha256(ts.encode()).hexdigest()
    client = "-".join((identity[:8], identity[8:12], identity[12:16], identity[16:20], identity[20:32]))
    base = {"client_msg_id": client, "type": "message", "text": text, "user": user, "ts": ts, "team": "T06HATSURN"}
    return decorated(base, marks, dice)


def joined(channel: str, dice: random.Random) -> list[dict[str, Any]]:
    """The join messages of a channel's first day."""
    start = datetime(2026, 4, 1, 8, 30, tzinfo=JST).timestamp() + 7 * list(CHANNEL_IDS).index(channel)
    members = [name for name in PEOPLE if name in MEMBERS.get(channel, PEOPLE)]
    rows = []
    for place, name in enumerate(members if channel in MEMBERS else members[:6]):
        user = USER_IDS[name]
        ts = f"{start + 60 * place:.0f}.{dice.randint(100, 999):06d}"
        text = f"<@{user}> has joined the channel"
        rows.append({"type": "message", "subtype": "channel_join", "user": user, "text": text, "ts": ts})
    return rows


def threaded(root: dict[str, Any], replies: list[dict[str, Any]]) -> None:
    """Adds the fields that tie a thread together."""
    for reply in replies:
        reply["thread_ts"] = root["ts"]
        reply["parent_user_id"] = root.get("user", "")
    if replies:
        users = list(dict.fromkeys(reply["user"] for reply in replies))
        root.update(thread_ts=root["ts"], reply_count=len(replies), reply_users_count=len(users), reply_users=users)
        root.update(latest_reply=replies[-1]["ts"], replies=[{"user": r["user"], "ts": r["ts"]} for r in replies])


def channel_messages(channel: str, lines: list[tuple[str, re.Match[str]]]) -> list[dict[str, Any]]:
    dice = random.Random(channel)
    result, at, root, replies = joined(channel, dice), datetime(2026, 1, 1, tzinfo=JST), None, []
    today = ""
    for day, line in lines:
        if day != today:  # a day's times depend on that day alone, so that an edit elsewhere moves no thread
            today, dice = day, random.Random(f"{channel} {day}")
        morning = datetime.fromisoformat(day).replace(tzinfo=JST, hour=9) + timedelta(minutes=dice.randint(5, 50))
        at = at + timedelta(minutes=dice.randint(2, 9)) if line["reply"] else max(morning, at + timedelta(minutes=25))
        if line["time"]:
            hour, minute = map(int, line["time"].split(":"))
            at = at.replace(hour=hour, minute=minute)
        said = re.match(r"(?:\D*?)(\d\d):(\d\d)(?: |に| 復旧| 解消)", line["text"]) if channel == "incidents" else None
        if said and line["reply"]:
            at = max(at, at.replace(hour=int(said[1]), minute=int(said[2])) + timedelta(minutes=1))
        one = message(line, f"{at.timestamp():.0f}.{dice.randint(1000, 999999):06d}", dice)
        if not line["reply"]:
            if root:
                threaded(root, replies)
            root, replies = one, []
        else:
            replies.append(one)
        result.append(one)
    if root:
        threaded(root, replies)
    return sorted(result, key=lambda one: float(one["ts"]))


def dump(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def users() -> list[dict[str, Any]]:
    people = [
        {"id": USER_IDS[name], "name": name, "deleted": False, "real_name": full, "is_bot": False, "tz": "Asia/Tokyo",
         "profile": {"real_name": full, "display_name": name, "title": role, "email": f"{name}@hatsurin.example"}}
        for name, (full, role) in PEOPLE.items()
    ]  # fmt: skip
    bots = [
        {"id": USER_IDS[name], "name": name, "deleted": False, "real_name": full, "is_bot": True,
         "profile": {"real_name": full, "display_name": name, "bot_id": f"B{USER_IDS[name][1:]}"}}
        for name, full in BOTS.items()
    ]  # fmt: skip
    return people + bots


def channels(names: dict[str, str]) -> list[dict[str, Any]]:
    created = int(datetime(2026, 4, 1, 8, 0, tzinfo=JST).timestamp())
    return [
        {"id": CHANNEL_IDS[name], "name": name, "created": created, "creator": USER_IDS["asakura"],
         "is_archived": False, "is_general": name == "general",
         "members": [USER_IDS[person] for person in PEOPLE if person in MEMBERS.get(name, PEOPLE)],
         "topic": {"value": ""}, "purpose": {"value": purpose}}
        for name, purpose in names.items()
    ]  # fmt: skip


def main() -> None:
    dump(OUT / "users.json", users())
    dump(OUT / "channels.json", channels(PURPOSE))
    dump(OUT / "groups.json", channels(PRIVATE))
    for channel, lines in talk().items():
        days: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for one in channel_messages(channel, lines):
            days[str(datetime.fromtimestamp(float(one["ts"]), JST).date())].append(one)
        for day, messages in days.items():
            dump(OUT / channel / f"{day}.json", messages)


if __name__ == "__main__":
    main()
