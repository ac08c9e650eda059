"""What stands beside a draft: the customer's words, the evidence in its place, the account, past replies, history.

Each part is one function and one section of `pages/review/context.html`: a new part is added in both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from banso.core.errors import NotFound
from banso.crm.accounts import AccountOverview
from banso.knowledge.documents import Citation
from banso.review.flags import visible
from banso.ui import local_form
from banso.ui.answer_view import readable
from banso.ui.inert import one_line
from banso.ui.markup import render
from banso.ui.review import present
from banso.ui.review.gather import DraftView
from banso.ui.source_page import may_read, source_path
from banso.ui.texts import Text

_BLANK = re.compile(r"\n\s*\n+")
AROUND = 140
"""Characters of the source shown on each side of the cited words."""


def context(view: DraftView, t: Text) -> str:
    """All parts, as sections that open."""
    zone = view.services.settings.timezone
    return render(
        "review/context.html", t=t,
        words=[{"kind": w.kind, "title": w.title, "text": visible(w.text), "link": w.link} for w in view.words],
        evidence=[evidence(view, citation, t) for citation in view.latest.evidence],
        account=account(view.overview, t, zone),
        similar=view.similar if view.user.may_review else None,
        history=present.history(view.events, t, zone),
    )  # fmt: skip


def evidence(view: DraftView, citation: Citation, t: Text) -> dict[str, object]:
    """A source with the cited words in their place."""
    before, after = around(view, citation)
    facts = [t(f"knowledge.source_{citation.source}"), citation.ref]
    if citation.page:
        facts.append(t("ask.page", page=citation.page))
    if citation.updated_at:
        facts.append(local_form.day(citation.updated_at, t.language, view.services.settings.timezone))
    return {
        "marker": citation.marker, "title": one_line(citation.title, 70), "link": source_path(citation),
        "facts": " · ".join(facts), "internal": citation.visibility != "public",
        "before": before, "quote": visible(_BLANK.sub("\n", readable(citation.quote))), "after": after,
    }  # fmt: skip


def around(view: DraftView, citation: Citation) -> tuple[str, str]:
    """The words before and after the cited ones; none where the reader may not see the document, or it changed."""
    try:
        document = view.services.knowledge.document(citation.document_id)
    except NotFound:
        return "", ""
    text, start, end = document.text, citation.start, citation.end
    if not may_read(document, view.user, view.services.settings) or text[start:end] != citation.quote:
        return "", ""
    if citation.quote.lstrip().startswith("|"):
        return "", ""  # a row of a table: its neighbours are other rows
    before, after = (
        _BLANK.sub("\n", readable(text[a:b])) for a, b in ((max(0, start - AROUND), start), (end, end + AROUND))
    )
    return ("…" if start > AROUND else "") + visible(before), visible(after) + ("…" if end + AROUND < len(text) else "")


def account(overview: AccountOverview | None, t: Text, zone: str) -> list[tuple[str, str]]:
    """The account's card: (label, value), what is not recorded left out."""
    if overview is None:
        return []
    main = overview.contacts[0] if overview.contacts else None
    survey = overview.surveys[0] if overview.surveys else None
    rows = [
        ("review.account", f"{overview.account.name} ({overview.account.id})"),
        ("desk.plan", overview.plan),
        ("desk.version", overview.account.version),
        ("desk.edition", overview.account.edition),
        ("desk.segment", overview.account.segment),
        ("desk.seats", local_form.number(overview.seats, t.language) if overview.seats is not None else ""),
        ("desk.arr", _money(overview, t)),
        ("desk.renewal", _renewal(overview, t, zone)),
        ("desk.contact", " · ".join(filter(None, (main.name, main.role, main.email))) if main else ""),
        ("desk.open_tickets", _tickets(overview, t)),
        ("desk.usage", t(f"desk.usage_{overview.usage.direction}") + _change(overview) if overview.usage else ""),
        ("desk.survey", f"{survey.kind.upper()} {survey.score} {one_line(survey.comment, 80)}" if survey else ""),
        ("desk.owner", overview.account.owner),
    ]
    return [(t(label), value) for label, value in rows if value]


def _money(overview: AccountOverview, t: Text) -> str:
    return " + ".join(f"{local_form.number(float(m.amount), t.language)} {m.currency}" for m in overview.arr)


def _renewal(overview: AccountOverview, t: Text, zone: str) -> str:
    if overview.renewal_date is None or overview.days_left is None:
        return ""
    noon = datetime.combine(overview.renewal_date, datetime.min.time().replace(hour=12))
    day = local_form.day(noon, t.language, "UTC")
    key = "desk.renewal_in" if overview.days_left >= 0 else "desk.renewal_past"
    return t(key, day=day, days=abs(overview.days_left))


def _tickets(overview: AccountOverview, t: Text) -> str:
    listed: Sequence[str] = [f"{ticket.id} {one_line(ticket.subject, 40)}" for ticket in overview.open_tickets[:4]]
    return "\n".join(listed)


def _change(overview: AccountOverview) -> str:
    change = overview.usage.change if overview.usage else None
    return f" {change:+.0%}" if change is not None else ""
