"""The review queue, a draft with its evidence, and what happened to it, as text for the screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from banso.knowledge.documents import Citation
from banso.review.drafts import DraftSummary, DraftVersion, Event
from banso.review.flags import flags, visible
from banso.ui import local_form
from banso.ui.answer_view import source_list
from banso.ui.inert import inert, one_line
from banso.ui.texts import Text


def queue_label(line: DraftSummary, account_name: str, now: datetime, t: Text) -> str:
    """One entry of the queue: whose, about what, in which state, since when."""
    since = local_form.ago(datetime.fromisoformat(line.created_at), now, t.language)
    facts = [t(f"review.state_{line.state}"), account_name, since, line.author]
    return f"{one_line(visible(line.subject), 60)}\n{' · '.join(facts)}"


def facts_markdown(draft: DraftVersion, state: str, account_name: str, t: Text, timezone: str) -> str:
    """Whom it is for, who asked for it, which version, until when it can be approved."""
    made = local_form.moment(datetime.fromisoformat(draft.created_at), t.language, timezone)
    until = local_form.moment(datetime.fromisoformat(draft.expires_at), t.language, timezone)
    rows = [
        (t("review.state"), f"**{t(f'review.state_{state}')}**"),
        (t("review.account"), inert(account_name)),
        (t("review.recipient"), inert(visible(draft.recipient))),
        (t("review.author"), inert(draft.author)),
        (t("review.version"), f"{draft.version} · {made}"),
        (t("review.expires"), until),
    ]
    return "\n".join("- " + t("review.row", label=label, value=value) for label, value in rows)


def warnings_markdown(draft: DraftVersion, t: Text) -> str:
    """What a reviewer must know before reading: invisible characters, no evidence, evidence of the team's own."""
    warnings = []
    odd = sorted({f"{flag.code} {flag.name}" for flag in flags(draft.subject + draft.body)})
    if odd:
        warnings.append(t("review.flags", flags=", ".join(odd)))
    if not draft.evidence:
        warnings.append(t("review.evidence_empty"))
    if any(citation.visibility != "public" for citation in draft.evidence):
        warnings.append(t("review.evidence_internal"))
    return "\n\n".join(f"> ⚠️ {inert(warning)}" for warning in warnings)


def evidence_markdown(evidence: Sequence[Citation], t: Text, timezone: str) -> str:
    """The sources of the draft, each a link to the marked words."""
    return source_list(evidence, t, timezone)


def history_markdown(events: Sequence[Event], t: Text, timezone: str) -> str:
    """Who did what and when, oldest first, refused attempts included."""
    lines = []
    for event in events:
        when = local_form.moment(datetime.fromisoformat(event.at), t.language, timezone)
        what = t(f"review.event_{event.what}")
        version = f" · {t('review.version')} {event.version}" if event.version else ""
        reason = f" — {inert(one_line(event.reason, 200))}" if event.reason else ""
        lines.append(f"- {when} · **{inert(event.who)}** · {what}{version}{reason}")
    return "\n".join(lines)
