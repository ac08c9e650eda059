"""Slack's markup and blocks as text that a person reads."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from ingest.slack.workspace import Workspace

_ANGLE = re.compile(r"<([^<>\n]+)>")
_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
_EMOJI = re.compile(r"(?<![A-Za-z0-9]):([a-z0-9_+'\-]+):(?::skin-tone-\d:)?")
_UPLOADED = re.compile(r"^<@[^>]+> (?:uploaded|shared) a file: <[^>]*>(?: and commented: (?P<comment>.*))?$", re.DOTALL)
_COMMENTED = re.compile(r"^<@[^>]+> commented on .*?: (?P<comment>.*)$", re.DOTALL)
_LEGACY = {"simple_smile": "slightly_smiling_face"}
_TAG = re.compile(r"<[^>]+>")
_UNFURL = 200
"""Characters kept of a link preview: enough to say what the link is; the page itself is not part of the talk."""
_PREVIEW = 600
"""Characters kept of a shared snippet or post."""


def message_text(raw: dict[str, Any], workspace: Workspace) -> str:
    """Everything a message says: its text (or blocks), link previews in short, the names of shared files."""
    parts = [_body(raw, workspace)]
    parts += [_attachment(entry, workspace) for entry in _dicts(raw.get("attachments"))]
    files = _dicts(raw.get("files")) or _dicts([raw.get("file")])
    parts += [_file(entry) for entry in files]
    return "\n".join(part for part in (part.strip() for part in parts) if part)


def readable(text: str, workspace: Workspace) -> str:
    """Mentions, links and shortcodes resolved; code keeps its colons."""
    pieces = _CODE.split(text)
    for index, piece in enumerate(pieces):
        resolved = _ANGLE.sub(lambda match: _reference(match, workspace), piece)
        pieces[index] = resolved if index % 2 else _EMOJI.sub(lambda match: emoji_of(match[1]), resolved)
    return html.unescape("".join(pieces))


@lru_cache(maxsize=4096)
def emoji_of(name: str) -> str:
    """The character of a shortcode; `:name:` for the workspace's own ones."""
    if flag := re.fullmatch(r"flag-([a-z]{2})", name):
        return "".join(chr(0x1F1E6 + ord(letter) - ord("a")) for letter in flag[1])
    import emoji

    for variant in (_LEGACY.get(name, name), name.replace("-", "_")):
        shown: str = emoji.emojize(f":{variant}:", language="alias")
        if shown != f":{variant}:":
            return shown
    return f":{name}:"


def _reference(match: re.Match[str], workspace: Workspace) -> str:
    target, _, label = match[1].partition("|")
    if not target:
        return match[0]
    if target[0] == "@":
        return "@" + (label or workspace.person(target[1:]))
    if target[0] == "#":
        return "#" + (label or workspace.channel(target[1:]) or target[1:])
    if target[0] == "!":
        return _special(target[1:], label, match[0])
    return _link(target, label)


def _special(target: str, label: str, whole: str) -> str:
    """`<!here>`, `<!subteam^S1|@team>`, `<!date^…|fallback>`; anything else stands as it is."""
    kind = target.partition("^")[0]
    if kind in ("here", "channel", "everyone", "group"):
        return f"@{kind}"
    if kind == "subteam":
        return label or "@" + target.partition("^")[2]
    return label or whole


def _link(url: str, label: str) -> str:
    if not re.match(r"[a-z][a-z0-9+.\-]*:", url, re.IGNORECASE):
        return f"<{url}|{label}>" if label else f"<{url}>"  # pasted text in angle brackets, no link
    bare = re.sub(r"^(mailto:|tel:|https?://)", "", url)
    if not label or label in (url, bare) or label.rstrip("/") == bare.rstrip("/"):
        return bare if url.startswith(("mailto:", "tel:")) else url
    return f"{label} ({url})"


def _body(raw: dict[str, Any], workspace: Workspace) -> str:
    text = str(raw.get("text") or "")
    if raw.get("subtype") in ("file_share", "file_comment", "file_mention"):
        text = _spoken(raw, text)
    return readable(text, workspace) if text.strip() else _blocks(raw.get("blocks"), workspace)


def _spoken(raw: dict[str, Any], text: str) -> str:
    """What the person said beside a file in the schema of 2016, where the text narrates the upload."""
    comment = raw.get("comment") or (raw.get("file") or {}).get("initial_comment") or {}
    if isinstance(comment, dict) and comment.get("comment"):
        return str(comment["comment"])
    match = _UPLOADED.match(text) or _COMMENTED.match(text)
    return (match["comment"] or "") if match else text


def _attachment(entry: dict[str, Any], workspace: Workspace) -> str:
    said = [str(entry.get(key) or "").strip() for key in ("title", "text")]
    words = ": ".join(part for part in said if part) or str(entry.get("fallback") or "")
    line = " ".join(html.unescape(readable(words, workspace)).split())  # pages put entities into previews
    return "> " + _short(line, _UNFURL) if line and not line.startswith("[no preview") else ""


def _file(entry: dict[str, Any]) -> str:
    name = str(entry.get("title") or entry.get("name") or "").strip()
    preview = str(entry.get("plain_text") or entry.get("preview") or "")
    words = " ".join(html.unescape(_TAG.sub(" ", preview)).split())
    return "\n".join(part for part in (f"📎 {name}" if name else "", _short(words, _PREVIEW)) if part)


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _dicts(value: object) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _blocks(blocks: object, workspace: Workspace) -> str:
    return "\n".join(part for part in (_element(block, workspace) for block in _dicts(blocks)) if part.strip())


def _element(element: dict[str, Any], workspace: Workspace) -> str:
    """One block or block element; kinds without words (buttons, dividers) give nothing."""
    kind = str(element.get("type", ""))
    if kind in _LEAVES:
        return _LEAVES[kind](element, workspace)
    children = [_element(child, workspace) for child in _dicts(element.get("elements"))]
    if kind == "rich_text_list":
        marks = [f"{n}. " if element.get("style") == "ordered" else "• " for n in range(1, len(children) + 1)]
        return "\n".join(mark + child for mark, child in zip(marks, children, strict=True))
    if kind == "rich_text_quote":
        return "> " + "".join(children)
    if kind == "rich_text_preformatted":
        return "```\n" + "".join(children) + "\n```"
    if kind in ("section", "header"):
        texts = [element.get("text"), *_dicts(element.get("fields"))]
        return "\n".join(_element(text, workspace) for text in _dicts(texts))
    return ("" if kind == "rich_text_section" else "\n").join(children)


_Leaf = Callable[[dict[str, Any], Workspace], str]
_LEAVES: dict[str, _Leaf] = {
    "text": lambda e, w: str(e.get("text", "")),
    "mrkdwn": lambda e, w: readable(str(e.get("text", "")), w),
    "plain_text": lambda e, w: readable(str(e.get("text", "")), w),
    "link": lambda e, w: _link(str(e.get("url", "")), str(e.get("text") or "")),
    "user": lambda e, w: "@" + w.person(str(e.get("user_id", ""))),
    "channel": lambda e, w: "#" + (w.channel(str(e.get("channel_id", ""))) or str(e.get("channel_id", ""))),
    "broadcast": lambda e, w: f"@{e.get('range', '')}",
    "usergroup": lambda e, w: f"@{e.get('usergroup_id', '')}",
    "emoji": lambda e, w: emoji_of(str(e.get("name", ""))),
    "date": lambda e, w: str(e.get("fallback", "")),
    "image": lambda e, w: str(e.get("alt_text", "")),
    "button": lambda e, w: "",
    "actions": lambda e, w: "",
    "canvas": lambda e, w: "",
}
