"""Mapping files: strict, with the line of a mistake; presets found by name and by keys."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from banso.core.errors import ConfigError, ItemError
from ingest.mapping import CrmMapping, FieldSpec, TicketMapping
from ingest.presets import detect, load_mapping, presets
from ingest.values import as_moment, as_number, as_yes, pick

GOOD = """\
kind: tickets
timezone: Asia/Tokyo
fields:
  id: 番号
  subject: [件名, title]
  status:
    from: 状態
    values: {対応中: open, no: closed}
messages:
  from: log
  body: text
"""


def write(folder: Path, text: str) -> str:
    path = folder / "mine.yaml"
    path.write_text(text, "utf-8")
    return str(path)


def test_reads_a_mapping_file(tmp_path: Path) -> None:
    mapping = load_mapping(write(tmp_path, GOOD), TicketMapping)
    assert mapping.fields["subject"].read({"title": "x"}) == "x"
    assert mapping.fields["status"].read({"状態": "対応中"}) == "open"
    assert mapping.fields["status"].read({"状態": "No"}) == "closed"  # a bare `no` in YAML is a word here


@pytest.mark.parametrize(
    ("change", "line", "hint"),
    [
        (("subject:", "subjct:"), 5, "subject"),
        (("values:", "value:"), 8, "values"),
        (("messages:", "mesages:"), 9, "messages"),
        (("  body: text", "  bdy: text\n  body: text"), 11, "body"),
    ],
)
def test_a_slip_is_told_with_its_line_and_the_nearest_key(
    tmp_path: Path, change: tuple[str, str], line: int, hint: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        load_mapping(write(tmp_path, GOOD.replace(*change)), TicketMapping)
    assert f"mine.yaml:{line}: unknown key" in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind: [", "not valid YAML"),
        ("kind: tickets\n", "fields"),
        ("kind: crm\nfields: {}\n", "kind"),
        ("", "mine.yaml:1"),
        ("kind: tickets\ntimezone: UTC\nfields:\n  id: {from: a, timezone: Mars}\n", "mine.yaml:4"),
    ],
)
def test_what_cannot_be_used_is_told(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_mapping(write(tmp_path, text), TicketMapping)
    assert said in caught.value.message


def test_crm_fields_are_checked_too(tmp_path: Path) -> None:
    text = "kind: crm\ntables:\n  accounts:\n    file: a.csv\n    fields:\n      id: id\n      nmae: name\n"
    with pytest.raises(ConfigError) as caught:
        load_mapping(write(tmp_path, text), CrmMapping)
    assert "mine.yaml:7: unknown key 'tables.accounts.fields.nmae'" in caught.value.message
    assert "name" in caught.value.hint


def test_presets_by_name() -> None:
    assert set(presets(TicketMapping)) == {"banso", "zendesk", "thunderbird"}
    assert set(presets(CrmMapping)) == {"banso", "ravenstack"}
    with pytest.raises(ConfigError) as caught:
        load_mapping("zendsk", TicketMapping)
    assert "zendesk" in caught.value.hint
    with pytest.raises(ConfigError):
        load_mapping("no/such.yaml", TicketMapping)


@pytest.mark.parametrize(
    ("keys", "preset"),
    [
        (["id", "subject", "status", "messages", "requester"], "banso"),
        (["ticket_id", "subject", "description", "comments"], "thunderbird"),
        (["Ticket ID", "Subject", "Description", "Accepted answer"], "thunderbird"),
        (["url", "id", "subject", "status", "requester_id", "comments"], "zendesk"),
        (["Id", "Requester", "Requester id", "Subject", "Status"], "zendesk"),
        (["a", "b"], ""),
    ],
)
def test_detects_the_preset_from_keys(keys: list[str], preset: str) -> None:
    assert detect(keys) == preset


def test_field_rules() -> None:
    assert FieldSpec(constant="USD").read({}) == "USD"
    filled = FieldSpec.model_validate({"from": "closed", "filled": "closed", "default": "open"})
    assert (filled.read({"closed": "2026"}), filled.read({"closed": ""})) == ("closed", "open")
    taken = FieldSpec.model_validate({"from": "who", "lookup": {"list": "users", "take": ["name"]}})
    assert taken.read({"who": 7}, {"users": {"7": {"id": 7, "name": "Ann"}}}) == "Ann"
    assert taken.read({"who": 8}, {"users": {}}) == 8


def test_paths() -> None:
    record = {"a": {"b": [{"c": 1}]}, "x.y": 2}
    assert (pick(record, "a.b.0.c"), pick(record, "x.y"), pick(record, "a.z.q")) == (1, 2, None)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2026-04-01T09:00:00+09:00", datetime(2026, 4, 1, tzinfo=UTC)),
        ("2026-04-01T00:00:00Z", datetime(2026, 4, 1, tzinfo=UTC)),
        ("2026/4/1 9:00", datetime(2026, 4, 1, tzinfo=UTC)),
        ("２０２６年４月１日 ９時００分", datetime(2026, 4, 1, tzinfo=UTC)),
        ("2026-04-01 9:00", datetime(2026, 4, 1, tzinfo=UTC)),
        (1775001600, datetime(2026, 4, 1, tzinfo=UTC)),
        ("1775001600000", datetime(2026, 4, 1, tzinfo=UTC)),
        ("N/A", None),
        (None, None),
    ],
)
def test_moments(text: object, when: datetime | None) -> None:
    assert as_moment(text, timezone="Asia/Tokyo") == when


def test_numbers_and_answers() -> None:
    assert as_number("￥１２０，０００") == Decimal(120000)
    assert as_number("-") is None
    assert (as_yes("はい"), as_yes("FALSE"), as_yes("")) == (True, False, None)
    for bad in ("twelve", "NaN1", "Infinity"):
        with pytest.raises(ItemError):
            as_number(bad)
    with pytest.raises(ItemError):
        as_yes("maybe")
    with pytest.raises(ItemError):
        as_moment("2026-13-45")
