"""How a team writes: politeness by segment, date form, signature. house.yaml, and writing.yaml in the data folder."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import ValidationError

from banso.core.errors import ConfigError
from banso.crm.accounts import Account, Contact
from banso.writing.types import Context, Frozen, Language, Level, Signature

DEFAULT = Path(__file__).parent / "house.yaml"
OWN = "writing.yaml"


class Lengths(Frozen):
    """Characters of the longest subject, by language."""

    ja: int
    en: int


class Signatures(Frozen):
    """The block below a mail, by language."""

    ja: Signature = Signature()
    en: Signature = Signature()


class House(Frozen):
    """See house.yaml for what each key means."""

    levels: dict[str, Level]
    default_level: Level
    dates: Literal["british", "american"]
    longest_line: int
    longest_subject: Lengths
    disabled: frozenset[str] = frozenset()
    signature: Signatures = Signatures()

    def level(self, segment: str) -> Level:
        """How polite this segment is written to."""
        return self.levels.get(segment.strip().casefold(), self.default_level)

    def context(self, language: Language, *, segment: str = "", **known: Any) -> Context:
        """What a check knows when nothing but these is known."""
        return Context(
            language=language, level=self.level(segment), dates=self.dates, longest_line=self.longest_line,
            longest_subject=getattr(self.longest_subject, language), signature=getattr(self.signature, language),
            disabled=self.disabled, **known,
        )  # fmt: skip

    def addressed(
        self, account: Account, contact: Contact | None, language: Language, today: date | None = None
    ) -> Context:
        """The context of a mail to this contact, or to the company alone."""
        role = contact.role if contact else ""
        # "総務部長（2026年9月退職）" is a note of ours, not a title to print on a letter.
        position = "" if re.search(r"[(（\d]", role) else role
        person = contact.name if contact else ""
        return self.context(
            language, segment=account.segment, company=account.name, person=person, position=position, today=today
        )


def load_house(data: Path | None = None) -> House:
    """The team's way of writing. Raises ConfigError naming file and key."""
    values = _read(DEFAULT)
    own = data / OWN if data else None
    if own is not None and own.is_file():
        values = _merged(values, _read(own))
    try:
        return House.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"{own}: {where}: {first['msg']}", f"see {DEFAULT.name} for the keys and values") from error


def _read(path: Path) -> dict[str, Any]:
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"{path}: {error}", "a YAML file in UTF-8") from error
    if not isinstance(values, dict | None):
        raise ConfigError(f"{path}: not a mapping", f"see {DEFAULT.name} for the keys and values")
    return values or {}


def _merged(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    both = {k: _merged(base[k], v) for k, v in own.items() if isinstance(v, dict) and isinstance(base.get(k), dict)}
    return base | own | both
