"""The parts of the embedded chat model: reading the conversation, planning, ranking, composing, writing mail."""
