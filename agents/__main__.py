"""python -m agents: ask, search, draft, review, send."""

from __future__ import annotations

import typer

from agents.cli import learning, people, questions, review, writing
from banso.core import console

app = typer.Typer(
    help="Ask with sources, draft replies, decide on drafts. Nothing reaches a customer before a reviewer approves it.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
questions.register(app)
people.register(app)
review.register(app)
learning.register(app)
writing.register(app)


if __name__ == "__main__":
    console.run(lambda: app(prog_name="python -m agents"))
