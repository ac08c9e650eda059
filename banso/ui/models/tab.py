"""The Model tab: an admin chooses the chat models, tries them, and sees what answers took."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from banso.core.errors import BansoError
from banso.ui.inert import inert
from banso.ui.models import view
from banso.ui.models.ports import ModelsDoor
from banso.ui.services import Services
from banso.ui.texts import Text

EXAMPLES = (
    "embedded/extractive", "openai/gpt-5-mini", "anthropic/claude-sonnet-4-5", "gemini/gemini-2.5-flash",
    "azure/DEPLOYMENT", "bedrock/MODEL", "ollama/qwen3", "openai/MODEL",
)  # fmt: skip
"""Names in LiteLLM's form, to choose or to change."""
MOST_FALLBACKS = 5
DAYS = (7, 30, 90)


class ModelHandlers:
    """What happens on this tab. Every door asks again whether an admin asks."""

    def __init__(self, services: Services, models: ModelsDoor, t: Text) -> None:
        self.services, self.models, self.t = services, models, t

    def visible(self, request: gr.Request) -> Any:
        """The tab, for admins."""
        return gr.update(visible=self._admin(request))

    def open(self, days: int, request: gr.Request) -> tuple[Any, ...]:
        """The choice in force, and what answers took. Order: note, model, fallbacks, address, key, said, usage."""
        if not self._admin(request):
            return self.t("app.not_allowed"), *[gr.update()] * 4, "", ""
        choice, fixed = self._choice()
        fields = [gr.update(value=value, interactive=not fixed) for value in choice]
        key = gr.update(value="", interactive=not fixed)
        return view.note(fixed, self.t), *fields, key, "", self.usage(days, request)

    def usage(self, days: int, request: gr.Request) -> str:
        """What answers took in so many days."""
        if not self._admin(request):
            return self.t("app.not_allowed")
        asked = days if days in DAYS else DAYS[0]
        return view.usage(self.models.usage(days=asked), self.models.usage(days=asked, daily=True), self.t)

    def trial(self, model: str, fallbacks: list[str], base: str, key: str, request: gr.Request) -> str:
        """One call of each model; nothing is changed."""
        return self._do(request, lambda: view.trials(self.models.trial(*_given(model, fallbacks, base, key)), self.t))

    def save(self, model: str, fallbacks: list[str], base: str, key: str, request: gr.Request) -> str:
        """Choose these, from the next question on."""

        def work() -> str:
            self.models.save(*_given(model, fallbacks, base, key))
            return self.t("models.saved")

        return self._do(request, work)

    def _choice(self) -> tuple[tuple[Any, ...], bool]:
        choice = self.models.choice()
        return (choice.model, list(choice.fallbacks), choice.api_base), self.models.fixed

    def _admin(self, request: gr.Request) -> bool:
        return self.services.user(request.username).role == "admin"

    def _do(self, request: gr.Request, work: Callable[[], str]) -> str:
        if not self._admin(request):
            return self.t("app.not_allowed")
        try:
            return work()
        except BansoError as error:
            return inert(" ".join(part for part in (error.message, error.hint) if part))


def _given(model: object, fallbacks: object, base: object, key: object) -> tuple[str, list[str], str, str | None]:
    """What was typed, as text; no key typed: the stored one stays."""
    names = [str(one) for one in fallbacks] if isinstance(fallbacks, list) else []
    return str(model or ""), names[:MOST_FALLBACKS], str(base or "").strip(), str(key).strip() if key else None


def build_models(services: Services, t: Text, screens: gr.Blocks, tab: gr.Tab) -> None:
    """Lay the tab out and connect its events."""
    if services.models is None:
        return
    do = ModelHandlers(services, services.models, t)
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    gr.Markdown(f"### {t('models.heading')}\n\n{t('models.intro')}")
    note = gr.Markdown("", elem_id="models-note")
    with gr.Group():
        model = gr.Dropdown(
            list(EXAMPLES), label=t("models.model"), info=t("models.model_info"), allow_custom_value=True,
            elem_id="models-model",
        )  # fmt: skip
        fallbacks = gr.Dropdown(
            list(EXAMPLES[1:]), label=t("models.fallbacks"), info=t("models.fallbacks_info"), multiselect=True,
            allow_custom_value=True, max_choices=MOST_FALLBACKS, elem_id="models-fallbacks",
        )  # fmt: skip
        base = gr.Textbox(label=t("models.base"), info=t("models.base_info"), max_length=500, elem_id="models-base")
        key = gr.Textbox(
            label=t("models.key"), info=t("models.key_info"), type="password", max_length=500, elem_id="models-key"
        )
    with gr.Row():
        trial = gr.Button(t("models.trial"), elem_id="models-trial")
        save = gr.Button(t("models.save"), variant="primary", elem_id="models-save")
    said = gr.Markdown("", elem_id="models-said")
    gr.Markdown(f"### {t('models.usage_heading')}")
    days = gr.Radio([(t("models.days", count=n), n) for n in DAYS], value=30, label=t("models.since"))
    usage = gr.Markdown("", elem_id="models-usage")
    given: list[Any] = [model, fallbacks, base, key]
    tab.select(do.open, days, [note, *given, said, usage], **quiet)
    days.change(do.usage, days, usage, **quiet)
    trial.click(do.trial, given, said, api_visibility="private")
    save.click(do.save, given, said, api_visibility="private").then(lambda: "", None, key, **quiet)
    screens.load(do.visible, None, tab, **quiet)
