"""The gate: every rule over every sentence of one version, as one report."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import sqlalchemy as sa

from banso.core.database import Database
from banso.core.settings import Settings
from banso.crm.domains import own_domain
from banso.crm.tables import loads
from banso.gate.customers import Customers, load_customers
from banso.gate.figures import foreign_figures
from banso.gate.form import claims_nothing
from banso.gate.judgement import Verdict, as_source, firmly, hidden, openly
from banso.gate.links import links
from banso.gate.personal import personal
from banso.gate.ports import Library
from banso.gate.promises import promises
from banso.gate.published import published
from banso.gate.retold import OTHERS, borrowed, suspect
from banso.gate.secrets import secrets
from banso.gate.skeleton import skeleton
from banso.gate.sources import Sources
from banso.knowledge.embedding import Vectors
from banso.knowledge.sentences import sentences
from banso.review.drafts import DraftVersion
from banso.review.gate_report import BLOCKING, GateReport, Kind, Mark, Source, Where

if TYPE_CHECKING:
    from banso.knowledge.index import Knowledge

RULES = "gate-4"
"""Part of every stored report: raise it when the rules change."""
REMEMBERED = 4096
"""Sentences whose vectors are kept, oldest out first; 1.5 kB each."""
Place = tuple[Where, str]


class Gate:
    """Checks drafts against what the company knows. Threads may share it; it only reads."""

    def __init__(self, library: Callable[[], Library], database: Database) -> None:
        self._library, self._database = library, database
        self._lock = threading.Lock()
        self._known: tuple[object, Customers] | None = None
        self._embedded: OrderedDict[str, Vectors] = OrderedDict()

    def report(self, version: DraftVersion) -> GateReport:
        """Every mark of this version, in reading order. Raises Unavailable or ConfigError when the index does not
        answer."""
        customers = self._customers()
        places: tuple[Place, ...] = (("subject", version.subject), ("body", version.body))
        marks = [mark for place in places for mark in self._words(place, version, customers)]
        marks += _settled(self._claims(places, version, customers), marks)
        marks += _addressed(version, customers)
        marks.sort(key=lambda mark: (mark.where == "body", mark.start, mark.end))
        return GateReport(
            draft=version.draft, version=version.version, hash=version.hash, rules=RULES, marks=tuple(marks)
        )

    def _words(self, place: Place, version: DraftVersion, customers: Customers) -> Iterator[Mark]:
        """What stands in the text as it is: other customers, secrets, personal data."""
        where, text = place
        for one in customers.others(skeleton(text), version.account):
            needle = one.needle
            about = {"name": customers.accounts[needle.account].name if needle.account in customers.accounts else ""}
            yield _mark(
                where, one.start, one.end, "other_customer", f"other_{needle.what}", {**about, "sign": needle.shown}
            )
        for start, end in secrets(text):
            yield _mark(where, start, end, "secret", "secret")
        own = [version.recipient, *self._own(version.account, customers)]
        for start, end, what in personal(text, own):
            if what in ("email", "phone") and self._published(text[start:end]):
                continue
            yield _mark(where, start, end, "personal", f"personal_{what}")
        for start, end, host in links(text):
            if not any(known and f".{host}".endswith(f".{known.casefold()}") for known in own) and not self._published(
                host
            ):
                yield _mark(where, start, end, "unsupported", "unsupported_link", {"host": host})

    def _claims(self, places: Sequence[Place], version: DraftVersion, customers: Customers) -> Iterator[Mark]:
        """What the sentences claim, and what they rest on."""
        spans = [(where, text[a:b], a, b) for where, text in places for a, b in sentences(text)]
        claims = [said for where, said, _, _ in spans if where == "body" and not claims_nothing(said)]
        sources = Sources(self._library, self._vectors, customers, version, claims)
        settled = {said: found for said in sources.claims if (found := openly(said, sources, version.account))}
        stories = [said for _, said, _, _ in spans if suspect(said)]
        sources.open = list(dict.fromkeys([*(said for said in sources.claims if said not in settled), *stories]))
        for where, said, start, end in spans:
            verdict: Verdict = ("neutral", "neutral", {}, None)
            if where == "body" and not claims_nothing(said):
                verdict = settled.get(said) or hidden(said, sources, version.account)
            kinds = promises(said) if not (verdict[0] == "supported" and firmly(said, verdict[3])) else []
            for kind in kinds:
                yield _mark(where, start, end, "promise", f"promise_{kind}")
            if kinds and verdict[0] in ("supported", "unsupported"):
                verdict = ("neutral", "neutral", {}, verdict[3])  # the promise says it all
            yield _mark(where, start, end, *verdict)
            yield from self._borrowed(where, start, end, said, verdict[0], sources, version, customers)

    def _borrowed(  # noqa: PLR0913, PLR0917
        self, where: Where, start: int, end: int, said: str, kind: Kind, sources: Sources, version: DraftVersion,
        customers: Customers,
    ) -> Iterator[Mark]:  # fmt: skip
        """Another customer's ticket retold, or its contract's figures."""
        if account := foreign_figures(said, version.account, customers, said_so=bool(OTHERS.search(said))):
            name = customers.accounts[account].name
            yield _mark(where, start, end, "other_customer", "other_figures", {"name": name})
        looked_at = sources.open and (suspect(said) or kind in ("unsupported", "internal"))
        if looked_at and (hit := borrowed(said, sources)):
            name = customers.accounts[hit.account].name if hit.account in customers.accounts else hit.account
            source = as_source(said, hit)
            yield _mark(where, start, end, "other_customer", "other_ticket_told", {"name": name}, source)

    def _own(self, account: str, customers: Customers) -> list[str]:
        """Addresses, domains and numbers of the account and of the company itself."""
        known = customers.accounts.get(account)
        people = customers.contacts.get(account, ())
        return [*(c.email for c in people), *(c.phone for c in people), own_domain(known.domain) if known else ""]

    def _published(self, contact: str) -> bool:
        """Whether a public page gives this address, its domain or this number: then it is the company's own."""
        return published(self._library(), contact)

    def _vectors(self, sentences: Sequence[str]) -> Vectors:
        """Vectors of sentences, made in one batch; an edit of one sentence embeds that one alone."""
        with self._lock:
            missing = [said for said in dict.fromkeys(sentences) if said not in self._embedded]
            if missing:
                self._embedded.update(zip(missing, self._library().embedder.queries(missing), strict=True))
            found = np.stack([self._embedded[said] for said in sentences])
            while len(self._embedded) > REMEMBERED:
                self._embedded.popitem(last=False)
        return found

    def _customers(self) -> Customers:
        """The customers, read again when the CRM was loaded since."""
        with self._database.read() as db:
            now = tuple(db.execute(sa.select(loads.c.collection, loads.c.loaded_at).order_by(loads.c.collection)).all())
        with self._lock:
            if self._known is None or self._known[0] != now:
                self._known = now, load_customers(self._database)
            return self._known[1]


class LazyGate(Gate):
    """A gate for a program that mostly needs none: the index is opened by the first report."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._opened: Knowledge | None = None
        super().__init__(self._open, database)

    def _open(self) -> Library:
        from banso.knowledge.index import open_knowledge

        if self._opened is None:
            self._opened = open_knowledge(self._settings)
        return self._opened

    def close(self) -> None:
        """Release the index, if it was opened."""
        if self._opened is not None:
            self._opened.close()


def _addressed(version: DraftVersion, customers: Customers) -> list[Mark]:
    """A mark on the whole subject when the mail would go to another customer: a person can change where it goes."""
    found = customers.others(skeleton(version.recipient), version.account)
    names = dict.fromkeys(customers.accounts[one.needle.account].name for one in found)
    about = {"sign": version.recipient}
    return [
        _mark("subject", 0, len(version.subject), "other_customer", "other_recipient", {**about, "name": name})
        for name in names
    ]


def _settled(claims: Iterator[Mark], words: Sequence[Mark]) -> list[Mark]:
    """The claims without "no source" where the words themselves are the matter: there is nothing more to look up."""
    return [
        claim
        for claim in claims
        if claim.kind != "unsupported"
        or not any(w.where == claim.where and w.start < claim.end and claim.start < w.end for w in words)
    ]


def _mark(  # noqa: PLR0913, PLR0917
    where: Where, start: int, end: int, kind: Kind, why: str, params: dict[str, str] | None = None,
    source: Source | None = None,
) -> Mark:  # fmt: skip
    return Mark(
        start=start, end=end, where=where, kind=kind, blocks=kind in BLOCKING, why=why, params=params or {},
        source=source,
    )  # fmt: skip
