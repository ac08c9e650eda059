"""One Gradio app in one language: a header and the tabs."""

from __future__ import annotations

import gradio as gr

from banso.core.users import User
from banso.ui.ask import build_ask
from banso.ui.figures import build_figures
from banso.ui.gaps import build_gaps
from banso.ui.inert import inert
from banso.ui.knowledge import build_knowledge
from banso.ui.learning import build_learning
from banso.ui.models.tab import build_models
from banso.ui.quality.tab import build_quality
from banso.ui.review.tab import build_review
from banso.ui.services import Services
from banso.ui.texts import Text

HOUR = 3600
"""Seconds: what was uploaded and not taken in is deleted after at most two of these."""


def build_screens(services: Services, t: Text) -> gr.Blocks:
    """The screens in the language of `t`. Every handler reads the person and their role again from the database."""
    other = "en" if t.language == "ja" else "ja"
    screens = gr.Blocks(title=t("app.title"), analytics_enabled=False, fill_width=False, delete_cache=(HOUR, HOUR))
    with screens:
        with gr.Row(elem_id="header"):
            gr.Markdown(f"# {t('app.title')}", elem_id="brand")
            who = gr.Markdown("", elem_id="who")
            gr.Button(t("app.other_language"), link=f"/{other}/?lang={other}", link_target="_self", size="sm")
            gr.Button(t("password.link"), link="/password", link_target="_self", size="sm")
            gr.Button(t("app.sign_out"), link="/logout", link_target="_self", size="sm")
        with gr.Tabs() as tabs:
            with gr.Tab(t("app.tab_ask"), id="ask") as ask_tab:
                build_ask(services, t, screens, ask_tab)
            with gr.Tab(t("app.tab_review"), id="review") as review_tab:
                build_review(services, t, screens, tabs, review_tab)
            with gr.Tab(t("app.tab_knowledge"), id="knowledge") as knowledge_tab:
                build_knowledge(services, t, screens, knowledge_tab)
            with gr.Tab(t("gaps.tab"), id="gaps") as gaps_tab:
                build_gaps(services, t, gaps_tab)
            with gr.Tab(t("learning.tab"), id="learning") as learning_tab:
                build_learning(services, t, learning_tab)
            with gr.Tab(t("figures.tab"), id="figures") as figures_tab:
                build_figures(services, t, figures_tab)
            with gr.Tab(t("quality.tab"), id="quality") as quality_tab:
                build_quality(services, t, quality_tab)
            with gr.Tab(t("models.tab"), id="models", visible=False) as models_tab:
                build_models(services, t, screens, models_tab)

        def greet(request: gr.Request) -> str:
            return greeting(services.user(request.username), t)

        screens.load(greet, None, who, api_visibility="private", show_progress="hidden")
    screens.queue(default_concurrency_limit=8)
    return screens


def greeting(user: User, t: Text) -> str:
    """Who is signed in and as what."""
    return t("app.signed_in", name=inert(user.name), role=t(f"app.role_{user.role}"))
