"""Was the work done as planned: the tools, the draft, and nothing sent?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def tools_on_plan(called: Sequence[str], plan: Sequence[str] | None) -> float | None:
    """1 when exactly the planned tools were called, in order; any will do where nothing is planned."""
    return None if plan is None else float(tuple(called) == tuple(plan))


def right_account(account: str, belongs: Iterable[str]) -> float | None:
    """1 when all text that was found or shown belongs to the account, or to none."""
    return float(set(belongs) <= {"", account}) if account else None


def right_recipient(recipient: str, contacts: Iterable[str]) -> float:
    """1 when the draft goes to a person of the account."""
    return float(recipient.casefold() in {contact.casefold() for contact in contacts if contact})
