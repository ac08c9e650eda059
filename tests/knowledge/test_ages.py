"""How old an answer's sources are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from banso.knowledge.ages import ages_of, months_between
from banso.knowledge.documents import Citation

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def cited(at: datetime | None, source: str = "manual") -> Citation:
    return Citation(
        marker=1, chunk_id="c", document_id="d", source=source, ref="r", title="t", quote="q", start=0, end=1,
        updated_at=at,
    )  # fmt: skip


def test_the_oldest_and_the_newest_date_are_told() -> None:
    old, new = datetime(2024, 4, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
    ages = ages_of([cited(new), cited(old), cited(None)], NOW, 24)
    assert ages is not None and (ages.oldest, ages.newest, ages.months, ages.stale) == (old, new, 31, False)


def test_only_an_answer_whose_every_source_is_old_is_stale() -> None:
    old = [cited(datetime(2023, 4, 1, tzinfo=UTC)), cited(datetime(2024, 11, 20, tzinfo=UTC))]
    ages = ages_of(old, NOW, 24)
    assert ages is not None and ages.stale
    younger = ages_of(old, NOW, 25)
    assert younger is not None and not younger.stale


def test_facts_of_the_crm_and_sources_without_a_date_have_no_age() -> None:
    assert ages_of([cited(None), cited(datetime(2020, 1, 1, tzinfo=UTC), "crm")], NOW, 24) is None


@pytest.mark.parametrize(
    ("then", "months"),
    [
        (NOW, 0),
        (NOW + timedelta(days=40), 0),
        (datetime(2026, 10, 21, tzinfo=UTC), 0),
        (datetime(2026, 10, 20, tzinfo=UTC), 1),
        (datetime(2025, 12, 31, tzinfo=UTC), 10),
    ],
)
def test_months_are_whole(then: datetime, months: int) -> None:
    assert months_between(then, NOW) == months


def test_months_are_counted_in_the_zone_of_who_asks() -> None:
    tokyo = timezone(timedelta(hours=9))
    assert months_between(datetime(2026, 9, 30, 16, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=tokyo)) == 1
