"""What a model is told of a conversation: the last turns as they were said, and a digest of those before.

The digest is made of the turns themselves, without asking a model. It never grows beyond `DIGEST_LENGTH`: the older a
turn, the sooner its answer is left out, then the turn itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from langchain.messages import AIMessage, AnyMessage, HumanMessage

from agents.answers import Turn
from agents.wording import Spoken, say
from banso.knowledge.citations import MARKER

REMEMBERED_TURNS = 6
DIGEST_LENGTH = 4000
QUESTION_LENGTH = 80
ANSWERS = ((160, 1500), (60, 3500), (0, DIGEST_LENGTH))
"""Characters of each answer, as long as the digest has no more than so many: at least 26 turns are told, the last 6 at
length, 14 more with the beginning of the answer."""
DIGEST = "digest"
"""Where the message with the digest holds its turns, for a model that reads structured hints."""


def remembered(turns: Sequence[Turn], question: str, language: Spoken) -> list[AnyMessage]:
    """The messages that stand before the question that is asked now."""
    heard = _heard(turns, question)
    older, newer = heard[:-REMEMBERED_TURNS], heard[-REMEMBERED_TURNS:]
    told = digest(older)
    messages: list[AnyMessage] = []
    if told:
        text = "\n".join(_line(one, language) for one in told)
        messages.append(HumanMessage(say(language, "digest_asked")))
        messages.append(AIMessage(text, additional_kwargs={"banso": {DIGEST: told}}))
    for turn in newer:
        messages += [HumanMessage(turn.question), AIMessage(_said(turn))]
    return messages


def digest(turns: Sequence[Turn]) -> list[tuple[str, str]]:
    """(question, beginning of its answer) of these turns, oldest first; an answer is empty where there was no room."""
    kept: list[tuple[str, str]] = []
    used = level = 0
    for turn in reversed(turns):
        asked, said = _cut(turn.question, QUESTION_LENGTH), _said(turn)
        while level < len(ANSWERS) and used + len(asked) + len(_cut(said, ANSWERS[level][0])) > ANSWERS[level][1]:
            level += 1
        if level == len(ANSWERS):
            break
        kept.append((asked, _cut(said, ANSWERS[level][0])))
        used += len(asked) + len(kept[-1][1])
    return kept[::-1]


def _heard(turns: Sequence[Turn], question: str) -> list[Turn]:
    """Turns that were asked and answered. A question that was asked again counts once, with its last answer; so does
    the one that is asked again now."""
    said = [turn for turn in turns if turn.question and turn.answer.draft is None and not turn.answer.stopped]
    after = [*(turn.question for turn in said[1:]), question]
    return [turn for turn, following in zip(said, after, strict=False) if turn.question != following]


def _said(turn: Turn) -> str:
    """The answer without the numbers of its sources: they meant something in that turn alone."""
    return MARKER.sub("", turn.answer.text)


def _line(one: tuple[str, str], language: Spoken) -> str:
    asked, answered = one
    return say(language, "digest_turn" if answered else "digest_question", question=asked, answer=answered)


def _cut(text: str, length: int) -> str:
    flat = " ".join(text.split())
    if not length:
        return ""
    return flat if len(flat) <= length else flat[: length - 1] + "…"
