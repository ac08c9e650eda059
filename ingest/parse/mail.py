"""eml and msg: subject, people and date as head lines, the body as a page; attachments are named, not read."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage, Message
from typing import Any

from banso.core.errors import ItemError
from ingest.parse.html import parse_html
from ingest.parse.model import Parsed, Part
from ingest.parse.text import decode, paragraphs
from ingest.parse.values import as_datetime
from ingest.texts import told


def read_eml(data: bytes) -> Parsed:
    """An .eml file."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:200]:
        data = decode(data).encode()
    message = email.message_from_bytes(data, policy=email.policy.default)
    if not isinstance(message, EmailMessage) or not message.keys():
        raise ItemError(told("parse.no_mail"), told("parse.save_eml"))
    body = message.get_body(("html", "plain"))
    text = _content(body) if body is not None else ""
    is_html = body is not None and body.get_content_type() == "text/html"
    names = [part.get_filename() or part.get_content_type() for part in message.iter_attachments()]
    head = {name: _header(message, name) for name in ("Subject", "From", "To", "Cc", "Date")}
    return _mail(head, text, is_html=is_html, attached=names)


def _content(body: Message) -> str:
    payload = body.get_payload(decode=True)
    return decode(payload, body.get_content_charset() or "") if isinstance(payload, bytes) else ""


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(message.get(name, "")).split())
    except (ValueError, IndexError, AttributeError):  # damaged headers raise out of the standard library's parser
        return ""


def read_msg(data: bytes) -> Parsed:
    """An Outlook .msg file."""
    from oxmsg import Message as OutlookMessage

    try:
        message: Any = OutlookMessage.load(data)
        html, plain = message.html_body, message.body
        people = ", ".join(f"{who.name} <{who.email_address}>" for who in message.recipients)
        head = {"Subject": message.subject, "From": message.sender or "", "To": people}
        head["Date"] = message.sent_date.isoformat() if message.sent_date else ""
        names = [item.file_name or "attachment" for item in message.attachments]
    except (KeyError, ValueError, OSError, AttributeError, TypeError, IndexError) as error:
        raise ItemError(told("parse.no_msg"), told("parse.save_eml")) from error
    return _mail(head, html or plain or "", is_html=bool(html), attached=names)


def _mail(head: dict[str, str], text: str, *, is_html: bool, attached: list[str]) -> Parsed:
    parsed = parse_html(text, keep_comments=False) if is_html else Parsed(parts=tuple(paragraphs(text)))
    subject = head.get("Subject", "")
    lines = "\n".join(f"{name}: {value}" for name, value in head.items() if value and name != "Subject")
    top = [Part(kind="heading", text=subject, level=1)] if subject else []
    top += [Part(kind="text", text=lines)] if lines and parsed.parts else []
    moment = as_datetime(head.get("Date", ""))
    return Parsed(
        parts=(*top, *parsed.parts),
        title=subject,
        created_at=moment,
        updated_at=moment,
        warnings=(told("parse.attached", names=", ".join(attached)),) if attached else (),
    )
