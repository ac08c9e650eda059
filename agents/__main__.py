"""python -m agents: ask, search, draft, review, send."""

from __future__ import annotations

import typer

from agents.cli import conversations, gaps, learning, models, people, questions, review, writing
from agents.texts import helped
from banso.core import console

app = typer.Typer(
    help=helped("app", 'python -m agents ask "HR-1007 の解除方法は？"'),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
questions.register(app)
conversations.register(app)
people.register(app)
review.register(app)
learning.register(app)
models.register(app)
gaps.register(app)
writing.register(app)


if __name__ == "__main__":
    console.run(lambda: app(prog_name="python -m agents"))
