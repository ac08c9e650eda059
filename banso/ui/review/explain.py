"""The gate's reasons in the reader's language."""

from __future__ import annotations

from banso.review.check import Mark
from banso.ui.review.present import Explain
from banso.ui.texts import ScreenLanguage


def explain_in(language: ScreenLanguage) -> Explain:
    """Why a mark is there, in this language."""

    def why(mark: Mark) -> str:
        return " ".join([mark.why, *mark.params.values()])

    return why
