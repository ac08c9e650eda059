"""A refusal that knows which rule spoke, so that each screen can say it in its reader's language."""

from __future__ import annotations

from banso.core.errors import NotApproved
from banso.review.gate_report import GateReport
from banso.review.texts.lookup import sentence


class Refused(NotApproved):
    """Raised by the ledger. `rule` names the guard; the message is its sentence in `language`.

    `report` is what the draft gate found, where the refusal is about an approval.
    """

    def __init__(self, rule: str, language: str = "en", report: GateReport | None = None) -> None:
        super().__init__(sentence(rule, language), _hint(rule, report))
        self.rule, self.report, self.language = rule, report, language

    def said_in(self, language: str) -> Refused:
        """The same refusal in another language (`ja` or `en`)."""
        return Refused(self.rule, language, self.report)

    def about(self, report: GateReport | None) -> Refused:
        """The same refusal with what the gate found."""
        return Refused(self.rule, self.language, report)


def _hint(rule: str, report: GateReport | None) -> str:
    if report is None:
        return ""
    if rule == "decision_unacknowledged" and report.warnings:
        return f"--acknowledge {','.join(report.warnings)}"
    return ", ".join(report.blocking) if rule == "decision_blocked" else ""
