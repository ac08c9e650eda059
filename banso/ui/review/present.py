"""A draft and the queue as what the templates show. Pure: what it is given decides what comes out."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from banso.gate.wording import kind_name
from banso.review.bulk import Folded
from banso.review.diff import diff
from banso.review.drafts import DraftVersion, Event
from banso.review.flags import flags, visible
from banso.review.gate_report import BLOCKING, GateReport, Kind, Mark
from banso.review.priority import Reason
from banso.review.reasons import split
from banso.ui import local_form
from banso.ui.inert import one_line
from banso.ui.markup import render
from banso.ui.review.gather import OPEN, DraftView, QueueEntry
from banso.ui.review.letter import RANK, SIGNS, Run, runs
from banso.ui.texts import Text

FIRST_LINE = 170
"""Width of the first line of an entry, in tenths of a full-width character, so that it does not wrap."""
Explain = Callable[[Mark], str]
"""A mark -> why it is there, in the reader's language."""
PLACES = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


@dataclass(frozen=True)
class Line:
    """One explanation of a marked stretch."""

    kind: Kind
    name: str
    text: str
    quote: str = ""


def queue_label(entry: QueueEntry, now: datetime, t: Text, timezone: str) -> str:
    """Three lines: about what; whose and until when; why it stands here."""
    line = entry.line
    if entry.is_open:
        when = clock_words(entry.due, now, t, coarse=True)
    else:
        when = local_form.moment(datetime.fromisoformat(line.created_at), t.language, timezone)
    who = t("desk.held", name=line.holder) if line.holder else t("desk.assigned", name=line.assignee) if line.assignee else ""  # fmt: skip  # noqa: E501
    facts = [entry.account_name, *([] if line.state == "waiting" else [t(f"review.state_{line.state}")]), when, who]
    sign = "● " if any(r.kind in ("overdue", "urgent", "upset") for r in entry.priority.reasons) else ""
    rows = [sign + fitted(visible(line.subject), FIRST_LINE), " · ".join(filter(None, facts)), reasons_line(entry.priority.reasons, t)]  # fmt: skip  # noqa: E501
    return "\n".join(filter(None, rows))


def fitted(text: str, limit: int) -> str:
    """The text on one line of this width (tenths of a full-width character); cut with an ellipsis."""
    flat, width = one_line(text, 200), 0
    for position, character in enumerate(flat):
        width += 10 if unicodedata.east_asian_width(character) in "WFA" else 7
        if width > limit:
            return flat[: max(position - 1, 1)] + "…"
    return flat


def reasons_line(reasons: Sequence[Reason], t: Text) -> str:
    """Why a draft stands where it stands, in words."""
    said = [t(f"desk.why_{r.kind}", detail=one_line(r.detail, 40)) for r in reasons if r.kind != "overdue"]
    return t("desk.list_comma").join(said)


def clock_words(due: datetime, now: datetime, t: Text, *, coarse: bool = False) -> str:
    """Until the decision is due, or since when it is overdue."""
    span = local_form.span(abs((due - now).total_seconds()), t.language, coarse=coarse)
    return t("desk.overdue" if due <= now else "desk.due_in", span=span)


def head(view: DraftView, t: Text) -> str:
    """What it is, for whom, by whom, until when."""
    latest, zone = view.latest, view.services.settings.timezone
    is_open = view.state in OPEN
    return render(
        "review/head.html", t=t, draft=latest, state=view.state, subject=visible(latest.subject),
        recipient=visible(latest.recipient), account=view.account_name,
        made=local_form.moment(datetime.fromisoformat(latest.created_at), t.language, zone),
        until=local_form.moment(datetime.fromisoformat(latest.expires_at), t.language, zone),
        countdown=clock_words(view.due, view.now, t) if is_open else "", late=view.due <= view.now,
        warnings=warnings(latest, t),
    )  # fmt: skip


def warnings(draft: DraftVersion, t: Text) -> list[str]:
    """What a reviewer must know before reading: odd characters, no evidence, evidence of the team's own."""
    found = []
    odd = sorted({f"{flag.code} {flag.name}" for flag in flags(draft.subject + draft.body)})
    if odd:
        found.append(t("review.flags", flags=", ".join(odd)))
    if not draft.evidence:
        found.append(t("review.evidence_empty"))
    if any(citation.visibility != "public" for citation in draft.evidence):
        found.append(t("review.evidence_internal"))
    return found


def letter(draft: DraftVersion, report: GateReport | None, explain: Explain, t: Text) -> str:
    """The body for reading, with the gate's marks."""
    marks = report.marks if report else ()

    def explained(run: Run) -> list[Line]:
        marks = [mark for mark in run.marks if mark.kind != "neutral"]
        return list(dict.fromkeys(Line(m.kind, kind_name(m.kind, t.language), explain(m), _quote(m)) for m in marks))

    return render(
        "review/letter.html", t=t, runs=runs(draft.body, marks, "body"), signs=SIGNS, explained=explained,
        language=t.language,
    )  # fmt: skip


def _quote(mark: Mark) -> str:
    return one_line(mark.source.quote, 200) if mark.source else ""


def gate(report: GateReport | None, state: str, t: Text) -> str:
    """How many marks of each kind, what blocks, and that nothing was checked where nothing was."""
    if report is None:
        return render("review/gate.html", t=t, blocking="", unchecked=state == "waiting", counts=[], signs=SIGNS)
    kinds = [mark.kind for mark in report.marks]
    shown = [kind for kind in RANK if kind in kinds and kind != "neutral"]
    counts = [(kind, kind_name(kind, t.language), kinds.count(kind)) for kind in shown]
    blocking = kind_names(report.blocking, t)
    return render("review/gate.html", t=t, blocking=blocking, unchecked=False, counts=counts, signs=SIGNS)


def kind_names(kinds: Sequence[Kind], t: Text) -> str:
    """Kinds of mark, in words."""
    return t("desk.list_comma").join(kind_name(kind, t.language) for kind in kinds)


def warning_choices(report: GateReport | None, t: Text) -> list[tuple[str, str]]:
    """One tick a kind of warning: (what the person confirms, kind)."""
    return [(t(f"desk.accept_{kind}"), kind) for kind in (report.warnings if report else ()) if kind not in BLOCKING]


def difference(old: DraftVersion, new: DraftVersion, t: Text) -> str:
    """What changed between two versions, by word."""
    subject = diff(old.subject, new.subject) if old.subject != new.subject else ()
    return render(
        "review/diff.html", t=t, old=old.version, new=new.version, subject=subject, body=diff(old.body, new.body)
    )


def confirm(view: DraftView, t: Text) -> str:
    """What is about to be approved: to whom, and the hash of exactly these bytes."""
    report = view.report
    return render(
        "review/confirm.html", t=t, draft=view.latest, subject=visible(view.latest.subject),
        account=view.account_name, warnings=bool(warning_choices(report, t)),
        blocking=kind_names(report.blocking, t) if report else "",
    )  # fmt: skip


def people(view: DraftView | None, paused: bool, changed: bool, t: Text) -> str:
    """What changes by itself while a draft is open: who else is here, who holds it, how long it can be approved."""
    if view is None:
        return render("review/people.html", t=t, paused=paused, changed=False, others=(), holder="", assignee="", left="", late=False)  # fmt: skip  # noqa: E501
    zone, claim = view.services.settings.timezone, view.claim
    holder = ""
    if claim.holder:
        until = local_form.clock(datetime.fromisoformat(claim.held_until), t.language, zone)
        mine = claim.holder == view.user.name
        holder = t("desk.held_by_you", until=until) if mine else t("desk.held_until", name=claim.holder, until=until)
    expires = datetime.fromisoformat(view.latest.expires_at)
    left = ""
    if view.state == "waiting":
        left = t("desk.expires_in", span=local_form.span((expires - view.now).total_seconds(), t.language))
    elif view.state == "expired":
        left = t("desk.expired")
    return render(
        "review/people.html", t=t, paused=paused, changed=changed, others=view.others, holder=holder,
        assignee=t("desk.assigned", name=claim.assignee) if claim.assignee else "",
        left=left, late=expires <= view.now,
    )  # fmt: skip


def gloss(pairs: Sequence[tuple[str, str]], t: Text) -> str:
    """What each sentence says, beside it."""
    shown = [(visible(sentence), visible(said)) for sentence, said in pairs if said]
    return render("review/gloss.html", t=t, pairs=shown)


def rules(view: DraftView, t: Text) -> str:
    """The rules of the team that the text follows: what each says, and whether it was switched off since."""
    written = view.written
    earlier = written.version if written and written.version != view.latest.version else 0
    shown = [(one, visible(one.rule.before), visible(one.rule.after)) for one in view.rules]
    return render("review/rules.html", t=t, rules=shown, earlier=earlier)


def comments(view: DraftView, t: Text) -> str:
    """The thread about the draft."""
    zone = view.services.settings.timezone
    rows = [
        {
            "who": c.author,
            "when": local_form.moment(datetime.fromisoformat(c.created_at), t.language, zone),
            "body": visible(c.body),
        }
        for c in view.comments
    ]  # fmt: skip
    return render("review/comments.html", t=t, comments=rows)


def reason_words(reason: str, t: Text) -> str:
    """A stored reason in the reader's language."""
    code, words = split(reason)
    return ": ".join(filter(None, [t(f"desk.reason_{code}") if code else "", words]))


def history(events: Sequence[Event], t: Text, timezone: str) -> list[dict[str, str]]:
    """Who did what and when, oldest first, refused attempts included."""
    return [
        {
            "when": local_form.moment(datetime.fromisoformat(event.at), t.language, timezone),
            "who": event.who,
            "what": event_words(event, t),
            "reason": one_line(reason_words(event.reason, t), 300),
        }
        for event in events
    ]


def event_words(event: Event, t: Text) -> str:
    """What happened; an event that a later version writes is named as it is stored."""
    key = f"review.event_{event.what}"
    said = t(key) if key in t.known() else event.what
    return f"{said} ({t('review.version')} {event.version})" if event.version else said


def marked_words(found: Sequence[tuple[DraftVersion, GateReport]], t: Text) -> list[tuple[str, list[str]]]:
    """For each kind of warning among these drafts: its name, and the words it is about, each once."""
    words: dict[Kind, dict[str, None]] = {}
    for draft, report in found:
        for mark in report.marks:
            if mark.kind in report.warnings:
                text = (draft.body if mark.where == "body" else draft.subject)[mark.start : mark.end]
                words.setdefault(mark.kind, {})[one_line(visible(text), 120)] = None
    return [(kind_name(kind, t.language), list(words[kind])[:6]) for kind in RANK if kind in words]


def bulk(drafts: Sequence[DraftVersion], names: Sequence[str], folded: Folded, warned: Sequence[tuple[str, list[str]]], t: Text) -> str:  # fmt: skip  # noqa: E501
    """The common text once, with numbered places, and what each recipient has there."""
    differs = [any(fill[n] for fill in folded.fills) for n in range(len(folded.common) + 1)]
    places = [_place(sum(differs[:n])) if differs[n] else "" for n in range(len(differs))]
    texts = (*folded.common, "")
    rows = [
        {
            "recipient": draft.recipient,
            "account": name,
            "fills": [visible(fill[n]) or "–" for n, place in enumerate(places) if place],
        }
        for draft, name, fill in zip(drafts, names, folded.fills, strict=True)
    ]
    pieces = [{"place": place, "text": visible(text)} for place, text in zip(places, texts, strict=True)]
    return render("review/bulk.html", t=t, pieces=pieces, places=[p for p in places if p], rows=rows, warned=warned)


def _place(number: int) -> str:
    return PLACES[number] if number < len(PLACES) else f"({number + 1})"
