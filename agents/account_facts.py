"""What the CRM says about the customer of a conversation, as far as it shapes search and wording; and which of it an
answer really used."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from agents.answers import Answer, UsedFact
from agents.installed_facts import cited, edition_name, used_installed
from agents.wording import Spoken, say
from banso.core.errors import Unavailable
from banso.crm.accounts import Account, AccountOverview
from banso.crm.base import Crm
from banso.knowledge.beside import SETTLED, alike
from banso.knowledge.documents import NOT_KNOWN, Citation, Hit, Installed
from banso.knowledge.plans import NO_PLANS, Plans

MOST_TICKETS = 3
LONGEST_RECORD = 60


@dataclass(frozen=True)
class AccountFacts:
    """The plan in force with the day from which it is, the other plans that there are, version and edition that the
    customer runs, and how many tickets are open. Nothing is known without an account, or while the CRM does not answer.
    """

    plans: Plans = NO_PLANS
    installed: Installed = NOT_KNOWN
    since: date | None = None
    open_tickets: int = 0

    def line(self, language: Spoken) -> str:
        """The facts in a sentence for a model; empty when none is known."""
        since = say(language, "fact_since", day=self.since.isoformat()) if self.since else ""
        said = [say(language, "fact_plan", plan=self.plans.own, since=since)] if self.plans.own else []
        if self.installed.versions:
            said.append(say(language, "fact_version", version=self.installed.versions[0]))
        if self.installed.edition:
            said.append(say(language, "fact_edition", edition=edition_name(self.installed.edition, language)))
        if self.open_tickets:
            said.append(say(language, "fact_open", count=self.open_tickets))
        return " " + say(language, "facts_join").join(said) if said else ""


NO_FACTS = AccountFacts()


def facts_of(crm: Crm, account: str) -> AccountFacts:
    """What is known about the account. Raises NotFound for an account that is not there."""
    if not account:
        return NO_FACTS
    try:
        known, plans = crm.overview(account), crm.plans()
        installed = installed_of(known.account, crm)
    except Unavailable:  # an answer without these facts is better than none; whoever asks for them is told by the tool
        return NO_FACTS
    others = tuple(plan for plan in plans if plan != known.plan)
    return AccountFacts(Plans(known.plan, others), installed, _since(known), len(known.open_tickets))


def installed_of(account: Account, crm: Crm) -> Installed:
    """Version and edition of the account's record, and the editions that there are."""
    version = account.version.strip()
    return Installed(
        versions=(version,) if version else (), edition=account.edition.strip(), editions=tuple(crm.editions())
    )


def _since(known: AccountOverview) -> date | None:
    return min((c.start_date for c in known.contracts if c.start_date and c.plan == known.plan), default=None)


def used_facts(
    answer: Answer, question: str, evidence: Sequence[Hit], facts: AccountFacts, account: str
) -> tuple[UsedFact, ...]:
    """The facts that shaped this answer: the plan, where what it cites names one and the question does not; version and
    edition, where they told passages apart; tickets of the account that it shows, or that are open and like the
    question; lines of the account's record that it cites."""
    return (
        *_plan(answer, question, evidence, facts), *used_installed(answer, question, evidence, facts.installed),
        *_tickets(answer, question, evidence, account), *_lines(answer),
    )  # fmt: skip


def plan_notices(
    answer: Answer, question: str, evidence: Sequence[Hit], facts: AccountFacts, language: Spoken
) -> tuple[str, ...]:
    """A sentence for each group of cited passages that is about another plan than the customer's."""
    if not facts.plans.own or facts.plans.named(question):
        return ()
    by_plan: dict[str, list[int]] = {}
    for citation, hit in cited(answer, evidence):
        if names := facts.plans.of_passage(hit, citation.quote):
            by_plan.setdefault(say(language, "names_join").join(sorted(names)), []).append(citation.marker)
    return tuple(
        say(language, "other_plan", markers=" ".join(f"[{n}]" for n in numbers), plan=plan, own=facts.plans.own)
        for plan, numbers in by_plan.items()
    )


def _plan(answer: Answer, question: str, evidence: Sequence[Hit], facts: AccountFacts) -> Iterator[UsedFact]:
    plans = facts.plans
    if not plans.own or plans.named(question):
        return
    if any(_names(c, hit, plans) for c, hit in cited(answer, evidence)):
        yield UsedFact(kind="plan", value=plans.own, on=facts.since)


def _names(citation: Citation, hit: Hit, plans: Plans) -> bool:
    """Whether a cited passage is about plans: in its words, its headings, or the columns of its table."""
    columns = (hit.table_head, hit.text) if "|" in citation.quote else ()
    return any(plans.named(text) for text in (citation.quote, *columns, *hit.heading_path, hit.title))


def _tickets(answer: Answer, question: str, evidence: Sequence[Hit], account: str) -> Iterator[UsedFact]:
    shown = {citation.document_id for citation in (*answer.citations, *answer.nearest)}
    theirs = {hit.ref: hit for hit in evidence if hit.source == "ticket" and account and hit.account == account}
    used = [hit for hit in theirs.values() if hit.document_id in shown or (_open(hit) and alike(question, hit))]
    for hit in used[:MOST_TICKETS]:
        day = hit.updated_at.date() if hit.updated_at else None
        yield UsedFact(kind="open_ticket" if _open(hit) else "history", value=f"{hit.ref} {hit.title}", on=day)


def _open(hit: Hit) -> bool:
    return hit.status not in SETTLED


def _lines(answer: Answer) -> Iterator[UsedFact]:
    cited = [citation for citation in answer.citations if citation.source == "crm"]
    # A quote may begin a line earlier than the words that are used.
    lines = [line for one in cited for line in one.quote.splitlines() if line.strip() and line.strip() in answer.text]
    for line in dict.fromkeys(re.split(r"[（(]", line)[0].strip()[:LONGEST_RECORD] for line in lines):
        yield UsedFact(kind="record", value=line)
