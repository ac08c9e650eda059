"""A refusal that knows which rule spoke, so that each screen can say it in its reader's language."""

from __future__ import annotations

from banso.core.errors import NotApproved
from banso.review.texts.lookup import sentence


class Refused(NotApproved):
    """Raised by the ledger. `rule` names the guard; the message is its sentence in `language`."""

    def __init__(self, rule: str, language: str = "en") -> None:
        super().__init__(sentence(rule, language), "")
        self.rule = rule

    def said_in(self, language: str) -> Refused:
        """The same refusal in another language (`ja` or `en`)."""
        return Refused(self.rule, language)
