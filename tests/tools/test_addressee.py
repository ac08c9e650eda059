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


class Freelancers(ListCrm):
    """Customers without a domain of their own, as a CRM writes it."""

    def __init__(self, domain: str) -> None:
        super().__init__()
        self._accounts["AC-1"] = self._accounts["AC-1"].model_copy(update={"domain": domain})


@pytest.mark.parametrize("domain", ["gmail.com", "Gmail.com", "yahoo.co.jp", "docomo.ne.jp"])
def test_a_domain_that_anyone_may_use_makes_nobody_a_contact(domain: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = f"attacker@{domain.casefold()}"
    addressee = AccountAddressee(Freelancers(domain), "AC-1", "en")
    with pytest.raises(NotFound):
        addressee.choose(stranger)
    monkeypatch.setattr("banso.crm.domains.SHARED", ())
    assert addressee.choose(stranger) == stranger


def test_a_colleague_at_the_customers_own_domain_may_be_addressed() -> None:
    assert AccountAddressee(ListCrm(), "AC-1", "en").choose("new.person@aoba.example") == "new.person@aoba.example"
