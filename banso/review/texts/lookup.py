"""The one place that turns a rule's name into a sentence."""

from __future__ import annotations

from banso.review.texts import en, ja, learning, sending

_LANGUAGES = {"en": {**en.SENTENCES, **sending.EN, **learning.EN}, "ja": {**ja.SENTENCES, **sending.JA, **learning.JA}}


def sentence(rule: str, language: str) -> str:
    """The sentence for this rule; English where the language is unknown. Raises KeyError for an unknown rule."""
    return _LANGUAGES.get(language, _LANGUAGES["en"])[rule]
