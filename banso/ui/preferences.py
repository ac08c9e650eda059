"""How answers are wanted: two choices in an accordion of the Ask tab, kept for the person."""

from __future__ import annotations

from typing import Any

import gradio as gr

from banso.core.preferences import LANGUAGE_CHOICES, LENGTH_CHOICES, PreferenceBook
from banso.ui.services import Services
from banso.ui.texts import Text


class PreferenceHandlers:
    """What happens in the accordion. Whose preferences they are is told by the session alone."""

    def __init__(self, services: Services, book: PreferenceBook, t: Text) -> None:
        self.services, self.book, self.t = services, book, t

    def load(self, request: gr.Request) -> tuple[str, str]:
        """What the person wants now."""
        wanted = self.book.of(self.services.user(request.username).name)
        return wanted.language, wanted.length

    def keep(self, language: str, length: str, request: gr.Request) -> str:
        """Keep both choices; a word says so."""
        self.book.set(self.services.user(request.username).name, language, length)
        return self.t("prefer.kept")


def build_preferences(services: Services, t: Text, screens: gr.Blocks) -> None:
    """Lay the accordion out; nothing where preferences are not kept."""
    if services.preferences is None:
        return
    do = PreferenceHandlers(services, services.preferences, t)
    with gr.Accordion(t("prefer.heading"), open=False, elem_id="preferences"):
        choices = [(t(f"prefer.language_{one}"), one) for one in LANGUAGE_CHOICES]
        language = gr.Radio(choices, value="question", label=t("prefer.language"), elem_id="prefer-language")
        lengths = [(t(f"prefer.length_{one}"), one) for one in LENGTH_CHOICES]
        length = gr.Radio(lengths, value="normal", label=t("prefer.length"), elem_id="prefer-length")
        said = gr.Markdown("", elem_id="prefer-said")
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    gr.on([language.input, length.input], do.keep, [language, length], said, **quiet)
    screens.load(do.load, None, [language, length], **quiet)
