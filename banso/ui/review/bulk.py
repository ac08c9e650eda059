"""Bulk approval: the common text once, each recipient's difference, and each draft approved on its own."""

from __future__ import annotations

from typing import Any

import gradio as gr

from banso.core.errors import NotFound
from banso.core.users import User
from banso.review.bulk import Outcome, Shown, approve_each, fold_drafts, groups
from banso.review.drafts import DraftVersion
from banso.review.gate_report import WARNING, GateReport, joined
from banso.review.listing import Choice
from banso.review.refusal import Refused
from banso.ui.inert import one_line
from banso.ui.markup import render
from banso.ui.review import present, show
from banso.ui.review.handlers import Handlers
from banso.ui.review.seen import Seen
from banso.ui.review.show import Updates

MOST = 100


class Bulk:
    """Only reviewers see groups; the ledger asks again for each draft."""

    def __init__(self, main: Handlers) -> None:
        self.main, self.services, self.t, self.screen = main, main.services, main.t, main.screen

    def open(self, request: gr.Request) -> Updates:
        """The groups there are now, the first one shown."""
        user, b = self.services.user(request.username), self.screen.bulk
        found = self._groups(user)
        choices = [(self._label(group), group[0].draft) for group in found]
        return {
            **show.nothing(self.screen, self.services, user, self.t),
            self.screen.draft.hint: "",
            self.screen.draft.said: "",
            b.panel: gr.update(visible=True),
            b.said: "" if found else self.t("desk.bulk_none"),
            b.group: gr.update(choices=choices, value=choices[0][1] if choices else None, visible=bool(choices)),
            **self._shown(found[0] if found else []),
        }

    def close(self, request: gr.Request) -> Updates:
        """Back to the list."""
        return show.nothing(self.screen, self.services, self.services.user(request.username), self.t)

    def choose(self, first: str | None, request: gr.Request) -> Updates:
        """Another group."""
        user = self.services.user(request.username)
        group = next((g for g in self._groups(user) if g[0].draft == first), [])
        return {**self._shown(group), self.screen.bulk.said: ""}

    def approve(self, posted: list[str] | None, ticks: list[str] | None, request: gr.Request) -> Updates:
        """Approve each of the posted (draft, version, hash) by itself; refused ones are named."""
        user, b = self.services.user(request.username), self.screen.bulk
        shown = [_shown(one) for one in (posted or [])[:MOST]]
        if not shown:
            return {b.said: self.t("desk.bulk_nothing")}
        if not user.may_review:
            return {b.said: self.main.refused(Refused("decision_role"))}
        outcomes = approve_each(
            self.services.ledger,
            shown,
            reviewer=user,
            acknowledged=[kind for kind in WARNING if kind in (ticks or ())],
            before=lambda draft: self.services.desk.claims.acted(draft, user=user),
        )
        for outcome in outcomes:
            if outcome.approved:
                self._tell(outcome.draft)
        return {b.said: self._said(outcomes), **self._shown([]), b.group: gr.update(visible=False)}

    def _tell(self, draft: str) -> None:
        """Let the conversation know. One that does not answer now learns it later."""
        decision = self.services.ledger.decisions(draft)[-1]
        self.main.told(decision, draft)

    def _said(self, outcomes: list[Outcome]) -> str:
        refused = [{"name": self._name(o.draft), "reason": o.reason} for o in outcomes if not o.approved]
        done = sum(outcome.approved for outcome in outcomes)
        return render("review/outcomes.html", t=self.t, approved=done, refused=refused)

    def _groups(self, user: User) -> list[list[DraftVersion]]:
        if not user.may_review:
            return []
        lines = self.services.desk.listing.lines(Choice(states=("waiting",)), MOST)
        drafts = [self.services.ledger.latest(line.id) for line in lines]
        if self.services.settings.two_person:
            drafts = [d for d in drafts if user.name not in self._authors(d.draft)]
        return groups(drafts)

    def _authors(self, draft: str) -> set[str]:
        return {version.author for version in self.services.ledger.versions(draft)}

    def _shown(self, group: list[DraftVersion]) -> Updates:
        b = self.screen.bulk
        if not group:
            hidden: Any = gr.update(visible=False)
            empty: Any = gr.update(choices=[], value=[], visible=False)
            return {b.common: gr.update(value="", visible=False), b.chosen: empty, b.ticks: empty, b.yes: hidden}
        found = [(draft, report) for draft in group if (report := self._report(draft))]
        warned = present.marked_words(found, self.t)
        names = [self._account(draft.account) for draft in group]
        kinds = [kind for kind in WARNING if any(kind in report.warnings for _, report in found)]
        free = [draft for draft in group if not self._blocking(draft)]
        return {
            b.common: gr.update(value=present.bulk(group, names, fold_drafts(group), warned, self.t), visible=True),
            b.chosen: gr.update(
                choices=[(self._line(draft), self._posted(draft)) for draft in group],
                value=[self._posted(draft) for draft in free],
                visible=True,
            ),
            b.ticks: gr.update(
                choices=[(self.t(f"desk.accept_{kind}"), kind) for kind in kinds], value=[], visible=bool(kinds)
            ),
            b.yes: gr.update(visible=True),
        }

    def _report(self, draft: DraftVersion) -> GateReport | None:
        return self.services.ledger.report(draft.draft, draft.version)

    def _blocking(self, draft: DraftVersion) -> bool:
        report = self._report(draft)
        return bool(report and report.blocking)

    def _posted(self, draft: DraftVersion) -> str:
        """What the page carries of a draft: the text it shows, and the warnings it names beside it."""
        report = self._report(draft)
        return f"{Seen.of(draft).posted()} {joined(report.warnings) if report else ''}"

    def _line(self, draft: DraftVersion) -> str:
        needs = self._needs(draft)
        rows = [f"{draft.recipient} · {self._account(draft.account)}", f"{self.t('desk.hash')}: {draft.hash[:16]}…"]
        return "\n".join([*rows, *([self.t("desk.bulk_warning", kinds=needs)] if needs else [])])

    def _needs(self, draft: DraftVersion) -> str:
        """What the gate warns of in this one."""
        report = self._report(draft)
        return present.kind_names([*report.blocking, *report.warnings], self.t) if report else ""

    def _label(self, group: list[DraftVersion]) -> str:
        return self.t("desk.bulk_group_label", subject=one_line(group[0].subject, 50), count=len(group))

    def _name(self, draft: str) -> str:
        try:
            return self.services.ledger.latest(draft).recipient
        except NotFound:
            return draft

    def _account(self, account: str) -> str:
        try:
            return self.services.crm.get(account).name
        except NotFound:
            return account


def _shown(posted: object) -> Shown:
    """What `_posted` made; anything else is a draft that does not exist."""
    match str(posted or "").split(" "):
        case [draft, version, digest, listed] if {*filter(None, listed.split(","))} <= {*WARNING}:
            kinds = tuple(kind for kind in WARNING if kind in listed.split(","))
            return Shown(*Seen.parse(f"{draft} {version} {digest}"), kinds)
    return Shown(*Seen.parse(posted))
