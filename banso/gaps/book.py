"""The book of gaps: what nothing answers, counted by question, and questions to colleagues. Threads may share one."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from banso.core.clock import Clock, utc_now
from banso.core.database import Database
from banso.core.errors import NotApproved, NotFound
from banso.core.users import User, Users
from banso.gaps import store
from banso.gaps.likeness import Asks, marks, nearest, normal, packed
from banso.gaps.store import ASKINGS, GAPS, QUESTIONS
from banso.gaps.texts import told
from banso.gaps.types import ColleagueQuestion, Gap, Standing

LONGEST, LONGEST_NOTE = 4000, 8000
DECIDERS = ("reviewer", "admin")


class GapBook:
    """Whoever may ask may report a gap and write down a question to a colleague; reviewers and admins see every one and
    decide. Roles are read from the table of users at each decision."""

    def __init__(self, database: Database, embedder: Asks, clock: Clock = utc_now) -> None:
        self._database, self._embedder, self._clock = database, embedder, clock
        self._users = Users(database)

    def report(self, question: str, *, user: str, thread: str, turn: int, account: str = "") -> Gap:
        """Write the question down, or count it on the gap that is the same. One turn counts once.

        Raises NotFound for a question without words.
        """
        question = question.strip()[:LONGEST]
        if not normal(question):
            raise NotFound(told("no_words"))
        number = self._same(question) or self._new(question)
        return self._count(number, question, user, thread, turn, account)

    def noticed(self, question: str, *, user: str, thread: str, turn: int, account: str = "") -> Gap | None:
        """Count the question where it is a gap already; else None and nothing is written."""
        number = self._same(question[:LONGEST])
        return None if number is None else self._count(number, question[:LONGEST], user, thread, turn, account)

    def find(self, question: str) -> Gap | None:
        """The gap that is this question."""
        number = self._same(question[:LONGEST])
        return None if number is None else self._get(number)

    def gaps(self, user: User) -> list[Gap]:
        """Open ones first, the most asked first, then the newest. A csm sees those that they asked about, with their
        own askings alone."""
        with self._database.read() as db:
            every = store.gaps(db)
        if not self._decides(user.name):
            mine = [(gap, tuple(one for one in gap.askings if one.asked_by == user.name)) for gap in every]
            every = [gap.model_copy(update={"askings": askings}) for gap, askings in mine if askings]
        return sorted(every, key=lambda gap: (gap.standing != "open", -gap.times, -gap.askings[0].at.timestamp()))

    def close(self, number: int, *, user: str, reason: str) -> Gap:
        """Close a gap with a reason, such as where the answer was written. Raises NotApproved, NotFound."""
        if not reason.strip():
            raise NotApproved(told("no_reason"))
        return self._settle(number, "closed", user, reason)

    def reopen(self, number: int, *, user: str, reason: str = "") -> Gap:
        """Undo a closing. Raises NotApproved, NotFound."""
        return self._settle(number, "open", user, reason)

    def ask_colleague(  # noqa: PLR0913
        self, question: str, *, whom: str, note: str, user: str, thread: str, turn: int, account: str = ""
    ) -> ColleagueQuestion:
        """Keep a question to a colleague as open. Nothing is sent. Raises NotFound where nothing was written."""
        if not note.strip() or not question.strip():
            raise NotFound(told("no_words"))
        values = {
            "question": question.strip()[:LONGEST], "whom": whom.strip()[:200], "note": note.strip()[:LONGEST_NOTE],
            "thread": thread, "turn": turn, "account": account, "asked_by": user,
            "created_at": self._clock().isoformat(),
        }  # fmt: skip
        with self._database.write() as db:
            number = store.number_for(db, QUESTIONS)
            db.execute(sa.insert(QUESTIONS).values(number=number, **values))
        return self._question(number)

    def questions(self, user: User) -> list[ColleagueQuestion]:
        """Open ones first, the newest first: a csm's own, a reviewer's or an admin's every one."""
        with self._database.read() as db:
            every = store.questions(db)
        whole = self._decides(user.name)
        seen = [one for one in every if whole or one.asked_by == user.name]
        return sorted(seen, key=lambda one: (one.standing != "open", -one.number))

    def settle_question(self, number: int, standing: Standing, *, user: str, words: str = "") -> ColleagueQuestion:
        """Note that it was answered (with the answer), closed or is open again: by who asked, a reviewer or an admin.

        Raises NotApproved, NotFound.
        """
        if self._question(number).asked_by != self._users.get(user).name and not self._decides(user):
            raise NotApproved(told("not_yours"))
        self._decided("question", number, standing, user, words)
        return self._question(number)

    def _settle(self, number: int, standing: Standing, user: str, words: str) -> Gap:
        if not self._decides(user):
            raise NotApproved(told("only_deciders"))
        self._get(number)
        self._decided("gap", number, standing, user, words)
        return self._get(number)

    def _decided(self, kind: store.Kind, number: int, standing: Standing, user: str, words: str) -> None:
        now = self._clock().isoformat()
        with self._database.write() as db:
            store.decide(
                db, kind, number, standing=standing, words=words.strip()[:LONGEST], decided_by=user, at=now
            )  # fmt: skip

    def _decides(self, name: str) -> bool:
        return self._users.get(name).role in DECIDERS

    def _same(self, question: str) -> int | None:
        """The number of the gap with these words, else of the one with this meaning and the same marks."""
        with self._database.read() as db:
            rows = db.execute(sa.select(GAPS).order_by(GAPS.c.number)).all()
        words, told_apart = normal(question), marks(question)
        exact = next((int(row.number) for row in rows if row.normal == words), None)
        alike = [row for row in rows if row.marks == told_apart and row.embedder == self._embedder.name]
        if exact is not None or not alike:
            return exact
        place = nearest(self._embedder.queries([question])[0], [row.vector for row in alike])
        return None if place is None else int(alike[place].number)

    def _new(self, question: str) -> int:
        vector = packed(self._embedder.queries([question])[0])
        values = {"normal": normal(question), "marks": marks(question), "vector": vector}
        with self._database.write() as db:
            known = db.execute(sa.select(GAPS.c.number).where(GAPS.c.normal == values["normal"])).scalar()
            if known is not None:  # another program was quicker
                return int(known)
            number = store.number_for(db, GAPS)
            now = self._clock().isoformat()
            row = {"number": number, "question": question, "embedder": self._embedder.name, "created_at": now}
            db.execute(sa.insert(GAPS).values(**row, **values))
        return number

    def _count(self, gap: int, question: str, user: str, thread: str, turn: int, account: str) -> Gap:  # noqa: PLR0913, PLR0917
        key = {"gap": gap, "thread": thread, "turn": turn}
        same = sa.and_(*(ASKINGS.c[name] == value for name, value in key.items()))
        values = {"asked_by": user, "account": account, "question": question, "at": self._clock().isoformat()}
        with self._database.write() as db:
            if db.execute(sa.select(ASKINGS.c.gap).where(same)).first() is None:
                db.execute(sa.insert(ASKINGS).values(**key, **values))
        return self._get(gap)

    def _get(self, number: int) -> Gap:
        with self._database.read() as db:
            return _numbered(store.gaps(db), number)

    def _question(self, number: int) -> ColleagueQuestion:
        with self._database.read() as db:
            return _numbered(store.questions(db), number)


def _numbered(found: Sequence[store.T], number: int) -> store.T:
    for one in found:
        if one.number == number:
            return one
    raise NotFound(told("none", number=number))
