from __future__ import annotations

import pytest

from banso.core.errors import NotFound
from banso.crm.accounts import AccountOverview, CrmTicket
from tests.agents.fakes import ListCrm
from tools.addressee import AccountAddressee


class WithTickets(ListCrm):
    """Each account has one open ticket: 11 for AC-1, 12 for AC-2."""

    def overview(self, account_id: str) -> AccountOverview:
        ticket = CrmTicket(id="1" + account_id[-1], account_id=account_id)
        return super().overview(account_id).model_copy(update={"open_tickets": (ticket,)})


@pytest.mark.parametrize("to", ["zendesk:11", "zendesk-internal:11", "webhook:AC-1"])
def test_a_ticket_or_the_account_itself_may_be_addressed(to: str) -> None:
    assert AccountAddressee(WithTickets(), "AC-1", "en").choose(to) == to


@pytest.mark.parametrize(
    "to", ["zendesk:12", "zendesk:011", "zendesk:11 ", "Zendesk:11", "zendesk-internal:12", "webhook:AC-2", "webhook:"]
)
def test_another_accounts_ticket_is_refused(to: str) -> None:
    with pytest.raises(NotFound):
        AccountAddressee(WithTickets(), "AC-1", "en").choose(to)
