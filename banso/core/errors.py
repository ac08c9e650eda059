"""Errors named by who can act on them."""

from __future__ import annotations


class BansoError(Exception):
    """Base of every expected error: a message for a person and, where there is one, the next step."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ConfigError(BansoError):
    """The operator can fix it: one line and the fix. Commands exit 2."""


class UnknownColumns(ConfigError):
    """No mapping fits a file of records: its columns, a few rows of them, and for each field the column it may be."""

    def __init__(
        self, message: str, hint: str, *, columns: list[str], rows: list[list[str]], guess: dict[str, str]
    ) -> None:
        super().__init__(message, hint)
        self.columns, self.rows, self.guess = columns, rows, guess


class NotFound(BansoError):
    """The user or the model named something that is not there, or something ambiguous. A tool may say it."""


class Unavailable(BansoError):
    """Another system did not answer. Trying again may work. A tool may say it."""


class NotApproved(BansoError):
    """The outbox or the review ledger refused. Commands exit 4."""


class ItemError(BansoError):
    """One item of a batch could not be read; the batch goes on and reports it.

    `settled`: the same bytes will fail in the same way, so that the next run need not try them again.
    """

    def __init__(self, message: str, hint: str = "", *, settled: bool = False) -> None:
        super().__init__(message, hint)
        self.settled = settled
