"""A conversation as a file to keep, and one answer as text to copy: for the person whose conversation it is."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse, Response

from banso.core.clock import utc_now
from banso.core.errors import NotFound
from banso.ui.services import Services
from banso.ui.sign_in import language_of
from banso.ui.texts import LANGUAGES, Text, text_of
from banso.ui.transcript import answer_text, as_markdown

MARKDOWN = "text/markdown; charset=utf-8"


def add_routes(app: FastAPI, services: Services) -> None:
    """`/conversation/<thread>/<language>.md` and `/conversation/<thread>/<turn>/<language>.txt`. Another person's
    conversation is answered like one that is not there."""
    zone = services.settings.timezone

    @app.get("/conversation/{thread}/{language}.md")
    def markdown(request: Request, thread: str, language: str) -> Response:
        t = _text(request, language, services)
        try:
            user = services.user(request.session.get("user"))
            turns, summary = services.copilot.history(thread, user=user), services.copilot.thread(thread, user=user)
        except NotFound:
            return PlainTextResponse(t("app.not_found"), status_code=404)
        text = as_markdown(turns, summary, t, zone, utc_now())
        # The name of the file is the thread's own id: no words of a question, whatever they are, in a header.
        headers = {"content-disposition": f'attachment; filename="{summary.id}.md"'}
        return Response(text, media_type=MARKDOWN, headers=headers)

    @app.get("/conversation/{thread}/{turn}/{language}.txt")
    def answer(request: Request, thread: str, turn: int, language: str) -> Response:
        t = _text(request, language, services)
        try:
            turns = services.copilot.history(thread, user=services.user(request.session.get("user")))
        except NotFound:
            turns = []
        if not 0 <= turn < len(turns):
            return PlainTextResponse(t("app.not_found"), status_code=404)
        return PlainTextResponse(answer_text(turns[turn].answer, t, zone))


def _text(request: Request, language: str, services: Services) -> Text:
    known = next((one for one in LANGUAGES if one == language), None)
    return text_of(known or language_of(request, services.settings.language))
