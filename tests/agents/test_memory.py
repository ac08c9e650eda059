"""What a model is told of a long conversation."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agents.answers import Answer, Turn
from agents.memory import ANSWERS, DIGEST_LENGTH, QUESTION_LENGTH, REMEMBERED_TURNS, digest, remembered
from banso.core.users import User
from tests.agents.conftest import Make
from tests.agents.fakes import LIMIT_EN, LOCK_JA, NOW, ScriptedChat

FILLER = "HR-1007 とは何ですか？（{}回目）"


def turn(question: str, text: str, **more: object) -> Turn:
    return Turn(question=question, answer=Answer(thread="t", text=text, grounded="cited", **more), at=NOW)  # type: ignore[arg-type]


def told(model: ScriptedChat) -> str:
    return "\n".join(str(message.content) for message in model.seen[-1])


def test_a_follow_up_to_the_second_of_thirty_turns_reaches_the_model(make: Make, csm: User) -> None:
    search = [("search_knowledge", {"query": "API requests a minute Business"})]
    model = ScriptedChat(script=[search, "The Business plan allows 120 API requests a minute[1].", "NO_ANSWER"])
    copilot = make(documents=[LOCK_JA, LIMIT_EN])
    thread = copilot.ask("HR-1007 とは？", user=csm).thread
    copilot.ask("How many API requests a minute does the Business plan allow?", user=csm, thread=thread)
    for number in range(28):
        copilot.ask(FILLER.format(number), user=csm, thread=thread)
    prompted = make(model, documents=[LOCK_JA, LIMIT_EN])
    prompted.ask("Back to the API requests of the Business plan: and Enterprise?", user=csm, thread=thread)
    assert "How many API requests a minute does the Business plan allow? → The Business plan allows 120" in told(model)
    digested = next(str(m.content) for m in model.seen[0] if "How many API" in str(m.content))
    assert "[1]" not in digested and len(digested) < DIGEST_LENGTH + 200
    answer = copilot.ask("Back to the API requests of the Business plan: and Enterprise?", user=csm, thread=thread)
    assert "600" in answer.text


def test_figures_of_one_conversation_are_not_told_in_another(make: Make, csm: User, reviewer: User) -> None:
    copilot = make()
    thread = copilot.ask("契約更新日はいつですか？", user=csm, account="AC-1").thread
    for number in range(REMEMBERED_TURNS + 2):
        copilot.ask(FILLER.format(number), user=csm, thread=thread)
    model = ScriptedChat(script=["NO_ANSWER"])
    other = make(model)
    for user, account in ((csm, "AC-2"), (csm, ""), (reviewer, "AC-1")):
        other.ask("What did we talk about?", user=user, account=account)
        assert "2027-02-01" not in told(model) and "契約更新日" not in told(model)
    # The thread of one account, gone on with another account: a new conversation, with nothing of the old one.
    answer = other.ask("What did we talk about?", user=csm, account="AC-2", thread=thread)
    assert answer.thread != thread and "2027-02-01" not in told(model) and "青葉" not in told(model)
    assert len(other.history(answer.thread, user=csm)) == 1
    assert other.thread(answer.thread, user=csm).account == "AC-2"
    [*other.again(answer.thread, user=csm)]
    assert "2027-02-01" not in told(model) and "契約更新日" not in told(model)


def test_the_newest_turns_are_kept_longest() -> None:
    turns = [turn(f"question {n} " + "w" * 100, f"answer {n} " + "v" * 300) for n in range(60)]
    kept = digest(turns)
    answered = [len(answer) for _, answer in kept]
    assert answered == sorted(answered) and set(answered) == {length for length, _ in ANSWERS}
    assert kept[-1][0].startswith("question 59 ") and 26 <= len(kept) < 60
    assert all(len(question) <= QUESTION_LENGTH for question, _ in kept)


@given(st.lists(st.tuples(st.text(max_size=400), st.text(max_size=400)), max_size=60))
def test_the_digest_never_outgrows_its_size(said: list[tuple[str, str]]) -> None:
    kept = digest([turn(question, answer) for question, answer in said])
    assert sum(len(question) + len(answer) for question, answer in kept) <= DIGEST_LENGTH


def test_drafts_stopped_answers_and_repeated_questions_are_left_out() -> None:
    turns = [
        turn("a", "first [1]"), turn("a", "second [2]"), turn("b", "gone", stopped=True),
        turn("c", "filed", draft="dr_1"), turn("", "approved"), turn("d", "fourth"),
    ]  # fmt: skip
    assert [str(message.content) for message in remembered(turns, "e", "en")] == ["a", "second", "d", "fourth"]
    assert [str(message.content) for message in remembered(turns, "d", "en")] == ["a", "second"]
