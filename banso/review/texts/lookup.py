"""The one place that turns a rule's name into a sentence."""

from __future__ import annotations

from banso.review.texts import en, ja

_LANGUAGES = {"en": en.SENTENCES, "ja": ja.SENTENCES}


def sentence(rule: str, language: str) -> str:
    """The sentence for this rule; English where the language is unknown. Raises KeyError for an unknown rule."""
    return _LANGUAGES.get(language, en.SENTENCES)[rule]
