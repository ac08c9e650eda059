"""What the person has on the screen: the only thing a decision is about."""

from __future__ import annotations

from typing import NamedTuple

from banso.review.drafts import DraftSummary, DraftVersion


class Seen(NamedTuple):
    """Draft, version and hash of the text that a page shows.

    The page itself carries it beside the text and posts it back. Kept on the server, it could be about another draft
    than the one on the screen: by two quick clicks, or by someone else who speaks for the same tab.
    """

    draft: str = ""
    version: int = 0
    hash: str = ""

    @classmethod
    def of(cls, shown: DraftVersion | DraftSummary) -> Seen:
        """What a page that shows this version carries."""
        draft = shown.draft if isinstance(shown, DraftVersion) else shown.id
        return cls(draft, shown.version, shown.hash)

    def posted(self) -> str:
        """As the page carries it."""
        return f"{self.draft} {self.version} {self.hash}" if self.draft else ""

    @classmethod
    def parse(cls, posted: object) -> Seen:
        """What a page posted. Anything else than `posted()` becomes a draft that does not exist."""
        match str(posted or "").split(" "):
            case [draft, version, digest] if version.isascii() and version.isdecimal() and len(version) < 10:
                return cls(draft, int(version), digest)
        return cls()
