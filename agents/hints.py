"""What the server knows about a turn, for a model that reads structured hints rather than prompts."""

from __future__ import annotations

from typing import Any

from agents.state import Context
from agents.wishes import as_hints
from banso.crm.base import Crm


def hints_of(crm: Crm, context: Context, question: str) -> dict[str, Any]:
    """The wishes of the person, and the customer of the conversation or those that the question names."""
    wanted = as_hints(context.wanted)
    if not context.account:
        return wanted | {"mentioned": [account.id for account in crm.mentioned(question, 2)]}
    account = crm.get(context.account)
    contacts = crm.contacts(context.account)
    return wanted | {
        "account": account.id,
        "account_name": account.name,
        "customer_language": account.language,
        "plans": [context.facts.plans.own, *context.facts.plans.others],
        "contacts": [[contact.email, contact.name] for contact in contacts if contact.email],
    }
