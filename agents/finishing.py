"""A model's last reply of a turn made into the answer that a person sees: checked, with notices, a question back, and
what stands beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from langchain.messages import AIMessage

from agents.answers import Answer
from agents.asking_back import asked_by_model, with_plan_asked
from agents.asking_installed import with_installed_asked
from agents.disputes import with_disputes
from agents.grounding import CONFIDENCE, UNANSWERED, UNSURE, conclude
from agents.hints import about_others
from agents.links import Links, checked
from agents.models.lookup import EMBEDDED
from agents.models.plain_reading import PROMPT
from agents.periods import used_periods
from agents.plan import off_plan
from agents.state import Context, State
from agents.surroundings import surrounded
from agents.toolbox import Services
from agents.wording import prompt_version, say
from banso.core.errors import Unavailable
from banso.crm.base import Crm
from banso.knowledge.period_notices import period_notices


def finished(  # noqa: PLR0913, PLR0917
    reply: AIMessage, speaker: str, state: State, services: Services, context: Context, allowed: Links
) -> Answer:
    """The answer that this reply of the model `speaker` makes."""
    told = reply.response_metadata
    answer = checked(_concluded(reply.text, state, services, context), allowed, state["language"])
    sure = told.get(CONFIDENCE)
    known = {
        "unsure": answer.grounded == "cited" and sure is not None and sure < UNSURE,
        "seconds": context.seconds(), "usage": state["usage"], "confidence": sure,
        "prompt": "" if speaker == EMBEDDED else prompt_version(state["language"], told.get(PROMPT, "system")),
        "notices": (*answer.notices, *_notices(answer, told, state), *about_others(state["messages"], context)),
    }  # fmt: skip
    answer = answer.model_copy(update=known)
    if services.judge is not None and speaker != EMBEDDED:  # which says the words of its sources
        answer = services.judge.judged(answer, state["language"])
    if speaker != EMBEDDED:  # which weighs its sources while it chooses what to say
        answer = with_disputes(answer, state, allowed)
    return surrounded(answer, state, services, context, told.get(UNANSWERED, ()))


def _concluded(said: str, state: State, services: Services, context: Context) -> Answer:
    """The grounded answer, and what is asked back."""
    question, language, evidence = state["question"], state["language"], state["evidence"]
    plans = () if context.facts.plans.own else _plans(services.crm)
    text, asks = asked_by_model(said, evidence, plans)
    answer = conclude(text, question, evidence, state["messages"], language, context.thread)
    if asks and answer.grounded == "refused" and not text:
        return Answer(thread=context.thread, text=asks.question, grounded="chat", asks=asks)
    if asks:
        return answer.model_copy(update={"asks": asks if answer.grounded == "cited" else None})
    asked = "\n".join([*(turn.question for turn in state.get("turns", [])), question])
    if state["task"] != "question":
        return answer
    answer = with_plan_asked(answer, asked, evidence, plans, language)
    return with_installed_asked(answer, asked, evidence, context.facts.installed, language)


def _plans(crm: Crm) -> Sequence[str]:
    try:
        return crm.plans()
    except Unavailable:  # then nothing is known of plans, and nothing is asked back
        return ()


def _notices(answer: Answer, told: Mapping[str, Any], state: State) -> list[str]:
    language = state["language"]
    open_ = [say(language, "part_unanswered", part=part) for part in told.get(UNANSWERED, ())]
    return [
        *period_notices(used_periods(state["messages"]), language), *open_,
        *off_plan(state["messages"], language, answer.text),
    ]  # fmt: skip
