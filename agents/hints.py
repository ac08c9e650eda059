"""What the server knows about a turn, for a model that reads structured hints rather than prompts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from langchain.messages import AnyMessage, HumanMessage

from agents.state import Context
from agents.wishes import as_hints
from agents.wording import say
from banso.crm.accounts import Account
from banso.crm.base import Crm
from banso.crm.names import company_key

MOST_NAMED = 3
_NAME = re.compile(
    r"[ァ-ヺー\u3400-\u4dbf\u4e00-\u9fff々A-Za-z]{2,}(?=さん|様|さま|社)|\b[A-Z][a-z]{3,}(?: [A-Z][a-z]+)*\b"
)


def hints_of(crm: Crm, context: Context, question: str) -> dict[str, Any]:
    """The wishes of the person, and the customer of the conversation or those that the question names. `others`: the
    customers that a question names in the conversation of one that it does not name."""
    wanted = as_hints(context.wanted)
    if not context.account:
        return wanted | {"mentioned": [account.id for account in crm.mentioned(question, 2)]}
    account = crm.get(context.account)
    named = crm.mentioned(question, MOST_NAMED) or _shortened(crm, question)
    others = [] if account in named else [one.name for one in named]
    contacts = crm.contacts(context.account)
    return wanted | {
        "account": account.id,
        "others": others,
        "account_name": account.name,
        "customer_language": account.language,
        "plans": [context.facts.plans.own, *context.facts.plans.others],
        "contacts": [[contact.email, contact.name] for contact in contacts if contact.email],
    }


def _shortened(crm: Crm, question: str) -> list[Account]:
    """Customers whose names begin as a name in the question does, as people shorten them: Larkspur, ケストレルさん."""
    found = []
    for name in list(dict.fromkeys(_NAME.findall(question)))[:MOST_NAMED]:
        key, rows = company_key(name), crm.accounts(name, 2)
        if len(rows) == 1 and (company_key(rows[0].name).startswith(key) or company_key(rows[0].kana).startswith(key)):
            found += rows
    return found


def about_others(messages: Sequence[AnyMessage], context: Context) -> tuple[str, ...]:
    """A sentence where the question is about another customer than the conversation: nothing of that one is seen here,
    and nothing of this one answers it."""
    asked = next((message for message in messages if isinstance(message, HumanMessage)), None)
    others = asked.additional_kwargs.get("banso", {}).get("others", []) if asked else []
    if not others:
        return ()
    return (say(context.language, "other_account", mine=context.account_name, others=", ".join(others)),)
