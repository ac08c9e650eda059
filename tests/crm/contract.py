"""What every CRM must do. An adapter's tests inherit `CrmContract` and give it the fixture `crm` over `COMPANY`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from banso.core.errors import NotFound
from banso.crm.accounts import Account, Contact, Contract, CrmTicket, Stored, Survey, UsageWeek
from banso.crm.base import Ambiguous, Crm

NOW = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)  # noon in Tokyo, a Wednesday
WEEKS = [date(2026, 2, 2), date(2026, 2, 9), date(2026, 2, 16), date(2026, 2, 23)]
RECENT = [date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 16), date(2026, 3, 23)]


def _week(account: str, day: date, users: int | None) -> UsageWeek:
    return UsageWeek(id=f"{account}|{day}", account_id=account, week_start=day, active_users=users)


COMPANY: dict[str, list[Stored]] = {
    "accounts": [
        Account(
            id="A1",
            name="株式会社青空商事",
            kana="アオゾラショウジ",
            domain="aozora.example",
            owner="sato",
            version="3.1.4",
            edition="オンプレミス版",
        ),
        Account(id="A2", name="ＭＩＲＡＩシステム（株）", kana="ミライシステム", domain="mirai.example.jp"),
        Account(id="A3", name="Northwind Foods Co., Ltd.", domain="northwind.example"),
        Account(id="A4", name="Northwind Logistics GmbH", domain="nwl.example"),
        Account(id="A5", name="田中工業有限会社", kana="タナカコウギョウ"),
    ],
    "contacts": [
        Contact(id="C1", account_id="A1", name="山田 花子", kana="ヤマダ ハナコ", email="hanako@aozora.example"),
        Contact(
            id="C2",
            account_id="A1",
            name="鈴木 一郎",
            email="suzuki@gmail.example",
            is_primary=True,
            last_contacted_at=datetime(2026, 3, 20, tzinfo=UTC),
        ),
        Contact(id="C3", account_id="A3", name="Jane Doe"),
        Contact(id="C4", account_id="A4", name="Jane Doe"),
    ],
    "contracts": [
        Contract(
            id="K1",
            account_id="A1",
            plan="Business",
            seats=50,
            mrr=Decimal("60000"),
            currency="JPY",
            start_date=date(2025, 5, 1),
            renewal_date=date(2026, 5, 1),
            auto_renew=True,
            status="active",
        ),
        Contract(id="K0", account_id="A1", plan="Starter", mrr=Decimal("999"), currency="JPY", status="expired"),
        Contract(id="K3", account_id="A3", plan="Pro", status="active"),
    ],
    "usage": [
        *(_week("A1", day, 40) for day in WEEKS),
        *(_week("A1", day, 30) for day in RECENT if day != RECENT[1]),
        _week("A1", date(2026, 3, 30), 3),  # this week, not over yet
        _week("A3", WEEKS[0], 5),
    ],
    "surveys": [Survey(id="S1", account_id="A1", answered_at=date(2026, 3, 1), kind="nps", score=Decimal(9))],
    "tickets": [
        CrmTicket(id="T1", account_id="A1", subject="CSV", status="open", created_at=datetime(2026, 3, 5, tzinfo=UTC)),
        CrmTicket(id="T2", account_id="A1", status="closed"),
    ],
}


class CrmContract:
    """Look-up, ambiguity, and an overview that never shows a missing value as zero."""

    @pytest.mark.parametrize(
        ("text", "account"),
        [
            ("A1", "A1"),
            ("a1", "A1"),
            ("青空商事", "A1"),
            ("(株)青空商事", "A1"),
            ("青空商事㈱", "A1"),
            ("青空商事 株式会社 御中", "A1"),
            ("あおぞらしょうじ", "A1"),
            ("ｱｵｿﾞﾗ ｼｮｳｼﾞ", "A1"),
            ("青空", "A1"),
            ("aozora.example", "A1"),
            ("https://www.aozora.example/login", "A1"),
            ("someone.new@aozora.example", "A1"),
            ("suzuki@gmail.example", "A1"),
            ("山田花子様", "A1"),
            ("ヤマダ　ハナコ", "A1"),
            ("mail.mirai.example.jp", "A2"),
            ("miraiシステム", "A2"),
            ("northwind foods", "A3"),
            ("Northwind Foods Inc.", "A3"),
            ("LOGISTICS", "A4"),
            ("田中工業", "A5"),
        ],
    )
    def test_finds_by_every_usual_way_of_naming(self, crm: Crm, text: str, account: str) -> None:
        assert crm.find(text).id == account

    @pytest.mark.parametrize("text", ["Northwind", "Jane Doe"])
    def test_ambiguous_names_give_the_candidates(self, crm: Crm, text: str) -> None:
        with pytest.raises(Ambiguous) as caught:
            crm.find(text)
        assert {a.id for a in caught.value.candidates} == {"A3", "A4"}
        assert not caught.value.close

    def test_a_near_miss_is_offered_never_taken(self, crm: Crm) -> None:
        with pytest.raises(Ambiguous) as caught:
            crm.find("青空商司")
        assert caught.value.close
        assert [a.id for a in caught.value.candidates] == ["A1"]

    @pytest.mark.parametrize("text", ["", " ", "株式会社", "%", "_", "zzzzzz", "nobody@nowhere.example", "' OR 1=1 --"])
    def test_what_is_not_there_is_not_found(self, crm: Crm, text: str) -> None:
        with pytest.raises(NotFound) as caught:
            crm.find(text)
        assert not isinstance(caught.value, Ambiguous)

    def test_names_are_noticed_in_a_sentence(self, crm: Crm) -> None:
        assert [a.id for a in crm.mentioned("あおぞら…いや青空商事さんの更新日はいつですか？")] == ["A1"]
        assert crm.mentioned("更新日はいつですか？") == []

    def test_get_wants_the_exact_id(self, crm: Crm) -> None:
        assert crm.get("A1").name == "株式会社青空商事"
        with pytest.raises(NotFound):
            crm.get("a1")

    def test_lists_accounts(self, crm: Crm) -> None:
        assert {a.id for a in crm.accounts()} == {"A1", "A2", "A3", "A4", "A5"}
        assert {a.id for a in crm.accounts("northwind")} == {"A3", "A4"}
        assert [a.id for a in crm.accounts("たなか")] == ["A5"]
        assert len(crm.accounts(limit=2)) == 2
        assert crm.accounts("%") == []

    def test_contacts_put_the_primary_one_first(self, crm: Crm) -> None:
        assert [c.id for c in crm.contacts("A1")] == ["C2", "C1"]
        with pytest.raises(NotFound):
            crm.contacts("nobody")

    def test_overview_tells_contract_and_renewal(self, crm: Crm) -> None:
        seen = crm.overview("A1")
        assert (seen.today, seen.plan, seen.seats) == (date(2026, 4, 1), "Business", 50)
        assert [(m.amount, m.currency) for m in seen.mrr] == [(Decimal(60000), "JPY")]
        assert [(m.amount, m.currency) for m in seen.arr] == [(Decimal(720000), "JPY")]
        assert (seen.renewal_date, seen.days_left, seen.auto_renew) == (date(2026, 5, 1), 30, True)
        assert seen.ended_contracts == 1
        assert [t.id for t in seen.open_tickets] == ["T1"]
        assert seen.last_contact and seen.last_contact.id == "C2"
        assert [s.id for s in seen.surveys] == ["S1"]

    def test_version_and_edition_are_told_where_they_are_recorded(self, crm: Crm) -> None:
        seen = crm.overview("A1").account
        assert (seen.version, seen.edition, crm.editions()) == ("3.1.4", "オンプレミス版", ["オンプレミス版"])
        bare = crm.get("A3")
        assert (bare.version, bare.edition) == ("", "")

    def test_usage_compares_complete_measured_weeks(self, crm: Crm) -> None:
        usage = crm.overview("A1").usage
        assert usage is not None
        assert (usage.metric, usage.recent, usage.previous) == ("active_users", 30.0, 40.0)
        assert (usage.change, usage.direction, usage.recent_weeks) == (-0.25, "down", 3)
        assert (usage.missing, usage.until) == ((RECENT[1],), date(2026, 3, 29))

    def test_an_account_that_stopped_reporting_shows_its_gap(self, crm: Crm) -> None:
        usage = crm.overview("A3").usage
        assert usage is not None
        assert (usage.recent, usage.change, usage.direction) == (None, None, "unknown")
        assert len(usage.missing) == 7

    def test_missing_is_none_not_zero(self, crm: Crm) -> None:
        seen = crm.overview("A3")
        assert (seen.seats, seen.mrr, seen.arr, seen.renewal_date, seen.days_left) == (None, (), (), None, None)
        bare = crm.overview("A5")
        assert (bare.usage, bare.last_contact, bare.contracts, bare.surveys) == (None, None, (), ())
        with pytest.raises(NotFound):
            crm.overview("nobody")
