"""What a text says, sentence by sentence, in the reader's language. Machine-made: shown beside a draft, never stored in
it, never sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from langchain.chat_models import BaseChatModel

from agents.glossing import glosses, request
from agents.models.lookup import EMBEDDED
from agents.models.roster import Roster
from agents.wording import Spoken, language_of
from banso.core.errors import Unavailable
from banso.knowledge.sentences import sentences

Glossed = tuple[tuple[str, str], ...]
"""(sentence, gloss) in the order of the text; an empty gloss where the model left the sentence out."""
Gloss = Callable[[str, Spoken], Glossed | None]
AT_ONCE = 40
"""Sentences in one request, so that small models keep count."""


class TeamGloss:
    """The gloss of the team's chat model. The embedded model cannot translate: then this is false, and says None."""

    def __init__(self, models: Roster) -> None:
        self._models = models

    def __bool__(self) -> bool:
        """Whether a model is chosen that can translate."""
        return self._models.chosen != EMBEDDED

    def __call__(self, text: str, into: Spoken) -> Glossed | None:
        """The gloss of this text. Raises Unavailable when no model gave one."""
        asked = [one for one in self._models.speakers() if one.name != EMBEDDED]
        if not asked and self:
            raise Unavailable("the chat model does not answer at the moment", "try again in a minute")
        return gloss(text, into, asked[0].model) if asked else None


def gloss(text: str, into: Spoken, model: BaseChatModel) -> Glossed | None:
    """Each sentence of the text with its meaning in `into`; None when the text is in that language already.

    Raises Unavailable when the model did not answer or its answer is no gloss.
    """
    if not text.strip() or language_of(text, into) == into:
        return None
    found = [text[start:end] for start, end in sentences(text)]
    pairs: list[tuple[str, str]] = []
    for first in range(0, len(found), AT_ONCE):
        part = found[first : first + AT_ONCE]
        said = _asked(part, into, model)
        pairs += [(sentence, said.get(number, "")) for number, sentence in enumerate(part, start=1)]
    return tuple(pairs)


def _asked(part: Sequence[str], into: Spoken, model: BaseChatModel) -> dict[int, str]:
    said = glosses(model.invoke(request(part, into)).text)
    if not said:
        raise Unavailable("the chat model gave no gloss that could be read", "try again, or choose another BANSO_MODEL")
    return said
