"""Past replies like this one: weighted overlap of words, and no other customer's name in what is shown."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from banso.core.errors import NotFound
from banso.knowledge.terms import terms
from banso.review.drafts import DraftVersion
from banso.review.listing import DraftLine
from banso.ui.services import Services

NEAR = 0.2
"""Cosine of the weighted terms below which two mails have only politeness in common."""
SHOWN = 3
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_COMPANY = re.compile(r"株式会社|有限会社|合同会社|一般社団法人|\(株\)|（株）|,? (?:Inc|Ltd|LLC|Co|Corp|K\.K|GmbH)\.?$")


@dataclass(frozen=True)
class Reply:
    """A reply that was approved and sent. Of another customer, names and addresses are taken out."""

    subject: str
    body: str
    at: str
    other_customer: bool


def similar_replies(services: Services, draft: DraftVersion, query: str) -> list[Reply]:
    """At most three sent replies, the nearest first. For reviewers' eyes: nothing here is ever put into a draft."""
    sent = [line for line in services.desk.listing.sent() if line.id != draft.draft]
    order = nearest(f"{query}\n{draft.subject}\n{draft.body}", [f"{line.subject}\n{line.body}" for line in sent])
    return [_reply(services, sent[number], draft.account) for number, _ in order[:SHOWN]]


def nearest(query: str, texts: Sequence[str]) -> list[tuple[int, float]]:
    """Positions of the texts that are near the query, with their cosine (tf-idf), the nearest first."""
    bags = [Counter(terms(text)) for text in (*texts, query)]
    known = Counter(term for bag in bags for term in bag)
    weights = {term: math.log((1 + len(bags)) / count) for term, count in known.items()}
    vectors = [{term: (1 + math.log(n)) * weights[term] for term, n in bag.items()} for bag in bags]
    scores = [(number, _cosine(vectors[-1], vector)) for number, vector in enumerate(vectors[:-1])]
    return sorted(((n, score) for n, score in scores if score >= NEAR), key=lambda pair: -pair[1])


def _cosine(one: dict[str, float], other: dict[str, float]) -> float:
    product = sum(weight * other.get(term, 0.0) for term, weight in one.items())
    lengths = math.sqrt(sum(w * w for w in one.values()) * sum(w * w for w in other.values()))
    return product / lengths if lengths else 0.0


def _reply(services: Services, line: DraftLine, account: str) -> Reply:
    if line.account == account:
        return Reply(line.subject, line.body, line.created_at, False)
    names = _names(services, line)
    return Reply(masked(line.subject, names), masked(line.body, names), line.created_at, True)


def _names(services: Services, line: DraftLine) -> list[str]:
    names = [line.account, line.recipient]
    try:
        account, contacts = services.crm.get(line.account), services.crm.contacts(line.account)
    except NotFound:
        return names
    short = _COMPANY.sub("", account.name).strip()
    names += [account.name, short, account.kana, account.domain]
    for contact in contacts:
        names += [contact.name, *contact.name.split(), contact.kana, contact.email, contact.phone]
    return names


def masked(text: str, names: Sequence[str]) -> str:
    """The text without these names (of two letters or more) and without any mail address."""
    text = _ADDRESS.sub("＊＊＊", text)
    for name in sorted({name for name in names if len(name) > 1}, key=len, reverse=True):
        text = re.sub(re.escape(name), "＊＊＊", text, flags=re.IGNORECASE)
    return text
