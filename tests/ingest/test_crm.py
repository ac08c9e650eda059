"""Loading a CRM export: repeatable, row by row, guarded."""

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from banso.core.database import Database
from banso.core.errors import ConfigError
from banso.crm.embedded import EmbeddedCrm
from ingest.report import Report
from ingest.sources.crm import load_crm
from tests.conftest import SHARED

NOW = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
FILES = {
    "accounts": "account_id,name,name_kana,domain,industry,segment,plan,country,language,owner,status,created_at\n"
    "A1,株式会社青空,アオゾラ,aozora.example,,,Pro,JP,ja,sato,active,2025/04/01\n"
    "A2,Northwind Inc.,,northwind.example,,,,US,en,emily,active,\n",
    "contacts": "contact_id,account_id,name,name_kana,role,email,phone,is_primary,last_contacted_at\n"
    "C1,A1,山田 花子,,部長,y@aozora.example,,true,2026-03-20\n",
    "contracts": "contract_id,account_id,plan,seats,mrr,currency,start_date,renewal_date,auto_renew,status\n"
    'K1,A1,Pro,５０,"60,000",JPY,2025-05-01,2026-05-01,はい,active\n',
    "usage": "account_id,week_start,active_users,seats,logins,events,errors\nA1,2026-03-23,10,50,20,30,0\n",
    "surveys": "account_id,answered_at,kind,score,comment\nA1,2026-03-01,NPS,9,良い\nA1,2026-03-01,nps,7,別の人\n",
}


def export(folder: Path, **changes: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in {**FILES, **changes}.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return folder


def load(folder: Path, database: Database, answer: bool = True, **options: object) -> Report:
    return load_crm(folder, database, confirm=lambda _question: answer, clock=lambda: NOW, **options)  # type: ignore[arg-type]


def counts(report: Report) -> tuple[int, ...]:
    c = report.documents
    return (c.added, c.updated, c.unchanged, c.deleted, c.failed)


def test_loads_and_a_second_run_finds_everything_unchanged(tmp_path: Path, database: Database) -> None:
    folder = export(tmp_path / "crm")
    assert counts(load(folder, database)) == (7, 0, 0, 0, 0)
    assert counts(load(folder, database)) == (0, 0, 7, 0, 0)
    seen = EmbeddedCrm(database, lambda: NOW).overview("A1")
    assert (seen.seats, seen.mrr[0].amount, seen.auto_renew, seen.days_left) == (50, Decimal(60000), True, 30)
    assert [s.score for s in seen.surveys] == [Decimal(9), Decimal(7)]
    assert seen.account.created_at == date(2025, 4, 1)
    assert not seen.tickets_recorded


def test_version_and_edition_are_taken_in_and_may_be_missing(tmp_path: Path, database: Database) -> None:
    folder, crm = export(tmp_path / "crm"), EmbeddedCrm(database)
    load(folder, database)
    assert (crm.get("A1").version, crm.get("A1").edition, crm.editions()) == ("", "", [])
    header, first, second = FILES["accounts"].splitlines()
    accounts = f"{header},version,edition\n{first},3.1.4,クラウド版\n{second},,\n"
    assert counts(load(export(folder, accounts=accounts), database)) == (0, 1, 6, 0, 0)
    assert (crm.get("A1").version, crm.get("A1").edition, crm.get("A2").version) == ("3.1.4", "クラウド版", "")


def test_what_was_taken_in_is_counted_by_export(tmp_path: Path, database: Database) -> None:
    assert EmbeddedCrm(database).holdings() == []
    folder = export(tmp_path / "crm", usage=FILES["usage"] + "A1,never,1,1,1,1,0\n")
    load(folder, database)
    (held,) = EmbeddedCrm(database).holdings()
    assert (held.collection, held.loaded_at) == (str(folder.resolve()), NOW)
    assert held.records == {
        "accounts": 2, "contacts": 1, "contracts": 1, "usage": 1, "surveys": 2, "tickets": 0, "events": 0,
    }  # fmt: skip
    assert ["usage.csv" in path for path, _, _ in held.failures] == [True]


def test_changes_only_what_changed(tmp_path: Path, database: Database) -> None:
    folder = export(tmp_path / "crm")
    load(folder, database)
    export(
        folder,
        contacts=FILES["contacts"].replace("部長", "本部長") + "C2,A2,Jane,,,,,,\n",
        surveys=FILES["surveys"][:36],
    )
    assert counts(load(folder, database)) == (1, 1, 4, 2, 0)
    assert [c.role for c in EmbeddedCrm(database).contacts("A1")] == ["本部長"]


def test_bad_rows_fail_one_by_one_and_are_said_again(tmp_path: Path, database: Database) -> None:
    bad = (
        "K2,A9,Pro,1,1,JPY,,,,\n"  # no such account
        "K3,A1,Pro,many,1,JPY,,,,\n"
        "K4,A1,Pro,1,1,JPY,2026-02-30,,,\n"
        "K5,A1,Pro\n"
        "K6,A1,Pro,-3,1,JPY,,,,\n"
        "K7,A1,Pro,,,,,,,\n"
    )
    folder = export(tmp_path / "crm", contracts=FILES["contracts"] + bad)
    first = load(folder, database)
    assert counts(first) == (8, 0, 0, 0, 5)
    assert sorted(f.path.rsplit(":", 1)[1] for f in first.failures) == ["3", "4", "5", "6", "7"]
    assert all("contracts.csv" in f.path for f in first.failures)
    assert any("seats" in f.error and "many" in f.error for f in first.failures)
    assert load(folder, database).failures == first.failures


def test_missing_cells_are_not_zero(tmp_path: Path, database: Database) -> None:
    folder = export(tmp_path / "crm", usage="account_id,week_start,active_users,events\nA1,2026-03-23,,N/A\n")
    load(folder, database)
    usage = EmbeddedCrm(database, lambda: NOW).overview("A1").usage
    assert usage is not None
    assert usage.recent is None


def test_removing_more_than_half_is_asked_first(tmp_path: Path, database: Database) -> None:
    folder = export(tmp_path / "crm")
    load(folder, database)
    export(folder, **{name: text.split("\n", 1)[0] + "\n" for name, text in FILES.items() if name != "accounts"})
    for language, said in (("en", "nothing was changed"), ("ja", "何も変更していません")):
        with pytest.raises(ConfigError, match=said):
            load(folder, database, answer=False, language=language)
    assert EmbeddedCrm(database).contacts("A1")
    assert counts(load(folder, database, answer=True)) == (0, 0, 2, 5, 0)


def test_a_dry_run_writes_nothing_and_asks_nothing(tmp_path: Path, database: Database) -> None:
    folder = export(tmp_path / "crm")
    report = load(folder, database, dry_run=True)
    assert (counts(report), report.dry_run) == ((7, 0, 0, 0, 0), True)
    assert EmbeddedCrm(database).accounts() == []


def test_only_the_accounts_are_required(tmp_path: Path, database: Database) -> None:
    folder = tmp_path / "crm"
    folder.mkdir()
    (folder / "accounts.csv").write_bytes("account_id,name\nA1,株式会社青空\n".encode("cp932"))
    assert counts(load(folder, database)) == (1, 0, 0, 0, 0)


def _no_accounts(folder: Path) -> None:
    (folder / "accounts.csv").unlink()


def _other_columns(folder: Path) -> None:
    (folder / "accounts.csv").write_text("x,y\n1,2\n")


def _not_text(folder: Path) -> None:
    (folder / "contacts.csv").write_bytes(b"\x81\xff\xfe\x00" * 9)


@pytest.mark.parametrize("spoil", [_no_accounts, _other_columns, _not_text, shutil.rmtree])
def test_what_cannot_start_is_told(tmp_path: Path, database: Database, spoil: Callable[[Path], None]) -> None:
    folder = export(tmp_path / "crm")
    spoil(folder)
    with pytest.raises(ConfigError):
        load(folder, database)


RAVEN = {
    "accounts": "account_id,account_name,industry,country,signup_date,plan_tier,seats,is_trial,churn_flag\n"
    "A-1,Company_1,EdTech,US,2024-10-16,Basic,9,FALSE,TRUE\n",
    "subscriptions": "subscription_id,account_id,start_date,end_date,plan_tier,seats,mrr_amount,arr_amount,"
    "churn_flag,auto_renew_flag\nS-1,A-1,2024-01-01,,Pro,10,100,1200,FALSE,TRUE\nS-2,A-1,2024-01-01,2024-05-01,Pro,1,9,108,TRUE,TRUE\n",
    "feature_usage": "usage_id,subscription_id,usage_date,feature_name,usage_count,error_count\n"
    "U-1,S-1,2024-12-02,f1,5,1\nU-2,S-2,2024-12-08,f2,7,0\nU-3,S-1,2024-12-09,f1,1,0\nU-3,S-1,2024-12-10,f1,2,0\n"
    "U-4,S-9,2024-12-10,f1,2,0\n",
    "support_tickets": "ticket_id,account_id,submitted_at,closed_at,priority,satisfaction_score\n"
    "T-1,A-1,2024-07-27,2024-07-28 3:00,high,\nT-2,A-1,2024-07-27,,low,4\n",
    "churn_events": "churn_event_id,account_id,churn_date,reason_code,feedback_text\n"
    "C-1,A-1,2024-12-05,pricing,too dear\n",
}


def test_another_shape_is_mapped_joined_and_summed_to_weeks(tmp_path: Path, database: Database) -> None:
    for name, text in RAVEN.items():
        (tmp_path / f"{name}.csv").write_text(text)
    report = load(tmp_path, database)
    assert counts(report) == (1 + 2 + 2 + 2 + 1, 0, 0, 0, 1)
    assert report.failures[0].path.endswith("feature_usage.csv:6")
    assert sum(report.warnings.values()) == 1
    seen = EmbeddedCrm(database, lambda: datetime(2024, 12, 20, tzinfo=UTC)).overview("A-1")
    assert (seen.account.status, seen.mrr[0].amount, seen.mrr[0].currency) == ("churned", Decimal(100), "USD")
    assert [t.id for t in seen.open_tickets] == ["T-2"]
    assert (seen.events[0].reason, seen.events[0].comment) == ("pricing", "too dear")
    assert seen.usage is not None
    assert (seen.usage.metric, seen.usage.recent) == ("events", 7.0)  # (5 + 7) and 2: the later row of U-3 counts


@pytest.mark.slow
@pytest.mark.skipif(not (SHARED / "ravenstack_saas_crm").is_dir(), reason="the shared data is not here")
def test_the_real_export_loads_without_a_failure_and_fast_again(database: Database) -> None:
    folder = SHARED / "ravenstack_saas_crm"
    first, second = load(folder, database), load(folder, database)
    assert (first.documents.failed, len(EmbeddedCrm(database).accounts(limit=1000))) == (0, 350)
    assert second.documents.unchanged == first.documents.added
    assert second.seconds <= max(first.seconds / 10, 0.02)
