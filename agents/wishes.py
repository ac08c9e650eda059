"""How a person wants to be answered, as a model is told it."""

from __future__ import annotations

from agents.wording import Spoken, language_of, say
from banso.core.preferences import Preferences


def spoken_to(wanted: Preferences, question: str, otherwise: Spoken) -> Spoken:
    """The language to answer this question in: the wanted one, else the question's own."""
    return language_of(question, otherwise) if wanted.language == "question" else wanted.language


def wishes(wanted: Preferences, language: Spoken) -> str:
    """The wishes as a part of the prompt; empty where nothing but the usual is wanted."""
    keys = [f"wish_{wanted.language}" if wanted.language != "question" else ""]
    keys.append(f"wish_{wanted.length}" if wanted.length != "normal" else "")
    return "".join(f"- {say(language, key)}\n" for key in keys if key)


def as_hints(wanted: Preferences) -> dict[str, str]:
    """The wishes for a model that reads structured hints."""
    usual = Preferences().model_dump()
    return {name: word for name, word in wanted.model_dump().items() if word != usual[name]}
