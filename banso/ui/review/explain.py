"""The gate's reasons in the reader's language."""

from __future__ import annotations

from banso.gate.wording import explain, kind_name
from banso.review.gate_report import Mark
from banso.ui.review.present import Explain
from banso.ui.texts import ScreenLanguage


def explain_in(language: ScreenLanguage) -> Explain:
    """Why a mark is there, in this language."""

    def why(mark: Mark) -> str:
        try:
            return explain(mark, language)
        except KeyError:  # stored by rules of another version, whose reasons have other names
            return kind_name(mark.kind, language)

    return why
