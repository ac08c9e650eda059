"""A finding, and what a check knows about the mail."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Language = Literal["ja", "en"]
Level = Literal["formal", "standard", "friendly"]
Severity = Literal["error", "warning", "hint"]
"""error: wrong or misleading, such as a weekday that is not that day's; warning: against the norm; hint: taste."""


class Frozen(BaseModel):
    """Base of the types here; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Finding(Frozen):
    """`text[start:end] == found`; `start == end` where something is missing. `fix` replaces it without changing what
    the mail says; None: a person must decide. `key` and `params` name the sentence shown (`texts.message`)."""

    start: int
    end: int
    rule: str
    severity: Severity
    key: str
    params: dict[str, str] = Field(default_factory=dict)
    found: str = ""
    fix: str | None = None


class Signature(Frozen):
    """What stands below every mail. No company: no signature is asked for."""

    company: str = ""
    department: str = ""
    name: str = ""
    mail: str = ""
    phone: str = ""

    def block(self, language: Language) -> str:
        """The lines as they stand below a mail; empty when no company is set."""
        if not self.company:
            return ""
        if language == "ja":
            who, reach = " ".join(filter(None, (self.department, self.name))), (self.mail, self.phone)
            return "\n".join(filter(None, ("-" * 30, self.company, who, *reach)))
        where = ", ".join(filter(None, (self.department, self.company)))
        return "\n".join(filter(None, (self.name, where, self.mail, self.phone)))


class Context(Frozen):
    """Whom the mail is for and how the house writes. Empty means unknown, and what is unknown is not checked."""

    language: Language
    level: Level = "standard"
    company: str = ""
    """As in the CRM, legal form included."""
    person: str = ""
    position: str = ""
    """Department and title, as in 総務部 課長."""
    first_contact: bool = False
    apology: bool = False
    fragment: bool = False
    """A piece of a mail: addressee, greeting, closing and signature are not asked for."""
    today: date | None = None
    """For dates without a year; without it their weekday is not checked."""
    dates: Literal["british", "american"] = "british"
    longest_line: int = 120
    longest_subject: int = 60
    signature: Signature = Signature()
    disabled: frozenset[str] = frozenset()
