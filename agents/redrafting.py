"""A draft that was sent back: what the model is told, and what the person is told when nothing better was found."""

from __future__ import annotations

from datetime import datetime

from langchain.messages import HumanMessage

from agents.answers import Answer, Turn
from agents.state import State
from agents.wording import Spoken, say
from banso.review.drafts import DraftVersion
from banso.review.reasons import split


def returned_note(draft: DraftVersion, reason: str, language: Spoken) -> HumanMessage:
    """The reviewer's reason and the text that came back, as a turn of the conversation."""
    hints = {
        "task": "redraft", "reason": reason, "drafted": draft.body, "subject": draft.subject,
        "recipient": draft.recipient, "via": draft.via, "grounded": bool(draft.evidence),
    }  # fmt: skip
    text = say(language, "returned_note", reason=reason_words(reason, language), subject=draft.subject, body=draft.body)
    return HumanMessage(text, additional_kwargs={"banso": hints})


def reason_words(reason: str, language: Spoken) -> str:
    """The reason as people read it: the name of its code and the words."""
    code, words = split(reason)
    named = say(language, f"reason_{code}") if code else ""
    return ("：" if language == "ja" else ": ").join(part for part in (named, words) if part)


def not_redrafted(state: State, answer: Answer, at: datetime) -> Turn:
    """The draft stays sent back, nothing was filed, and the person learns what to do."""
    language = state["language"]
    reason = next(
        (str(m.additional_kwargs["banso"].get("reason", "")) for m in reversed(state["messages"])
         if m.additional_kwargs.get("banso", {}).get("task") == "redraft"), "",
    )  # fmt: skip
    text = say(language, "draft_not_redrafted", draft=state["redraft"], reason=reason_words(reason, language))
    # What the model said instead of a draft is not shown, so that nothing is told of what was taken out of it.
    nothing = {"citations": (), "nearest": (), "draft": None, "notices": (), "removed": (), "asks": None}
    told = answer.model_copy(update={"text": text, "grounded": "chat", **nothing})
    return Turn(question="", answer=told, at=at)
