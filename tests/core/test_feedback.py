from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from banso.core.database import Database
from banso.core.feedback import FeedbackBook


def test_one_thumb_an_answer_and_person(database: Database, clock: Callable[[], datetime]) -> None:
    book = FeedbackBook(database, clock)
    book.give("th_1", 0, "sato", "down", " 古い情報でした ")
    book.give("th_1", 0, "mori", "up")
    book.give("th_1", 0, "sato", "up", "x" * 3000)
    mine = [thumb for thumb in book.recent() if thumb.user == "sato"]
    assert [(thumb.thumb, len(thumb.reason)) for thumb in mine] == [("up", 2000)]
    assert len(book.recent()) == 2
