"""The day on which every case is asked: "last month" must mean the same month in every run."""

from __future__ import annotations

from datetime import UTC, datetime


def asked_at() -> datetime:
    """A morning after the example company's last record."""
    return datetime(2026, 11, 25, tzinfo=UTC)
