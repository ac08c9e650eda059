"""Words by which the templates of chat models part one speaker from the next. A server that fills in a template, such
as Ollama or llama.cpp, reads them in any text as what they are: a ticket with them would speak as the system."""

from __future__ import annotations

import re

_TURN = re.compile(
    r"[<＜](?=[|｜]|\s?/?\s?(?:s|bos|eos|(?:start|end)_of_turn|tool_(?:call|response)s?)>|</?SYS>>)"
    r"|\[(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\])",
    re.IGNORECASE,
)
"""Where such a word of Qwen, Llama, Gemma, Mistral, Phi or DeepSeek begins."""


def without_turns(text: str) -> str:
    """The text with a bracket in place of what begins such a word, so that it is read as text."""
    return _TURN.sub("(", text)
