"""Where the drafting tool files: a new draft, or the next version of the one that a reviewer sent back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from banso.knowledge.documents import Citation
from banso.learning.following import followed
from banso.learning.types import Rule
from banso.review.drafts import DraftVersion
from banso.review.filing import Origin
from banso.review.ledger import Ledger


@dataclass(frozen=True)
class TurnFiler:
    """The ledger for one turn. `rules`: those in force for the account; which of them a text follows is looked up in
    the text, a model's word alone is not enough."""

    ledger: Ledger
    origin: Origin
    rules: Sequence[Rule] = ()
    redraft: str = ""

    def file(  # noqa: PLR0913, PLR0917
        self, account: str, recipient: str, subject: str, body: str, evidence: Sequence[Citation], author: str,
        thread: str = "", *, rules: Sequence[int] = (),
    ) -> DraftVersion:  # fmt: skip
        """Store it. Raises Refused: the guards judge whose draft it is and whether it was sent back."""
        kept = tuple((rule.number, rule.decision) for rule in followed(self.rules, body, rules))
        origin = self.origin.model_copy(update={"rules": kept})
        if self.redraft:
            return self.ledger.redraft(
                self.redraft, account=account, author=author, thread=thread, recipient=recipient, subject=subject,
                body=body, evidence=evidence, origin=origin,
            )  # fmt: skip
        return self.ledger.file(account, recipient, subject, body, evidence, author, thread, origin=origin)
