"""An answer from the best units: quoted as they stand, numbered, conflicts said, or an honest no."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from agents.grounding import NO_ANSWER
from agents.models.embedded.accounts import facts
from agents.models.embedded.conflicts import in_dispute, settled
from agents.models.embedded.followup import has_own_words, stands_for_something, still_about
from agents.models.embedded.plan_rows import with_own_row
from agents.models.embedded.ranking import Embeds, Ranked, nearness, rank
from agents.models.embedded.reading import Passage, Reading
from agents.models.embedded.units import Unit, units
from agents.models.embedded.version_rows import beside_fitting
from agents.wording import Spoken, language_of, say
from banso.core.preferences import AnswerLength
from banso.knowledge.editions import of_product
from banso.knowledge.editions import said_in as editions_in
from banso.knowledge.loanwords import spoken_in
from banso.knowledge.synonyms import NONE, Synonyms
from banso.knowledge.versions import said_in
from banso.knowledge.vocabulary import GENERAL, codes_in, content_terms, decisive, wanted

MOST_UNITS = 4
MOST_DETAILED, NEAR_DETAILED = 8, 0.75
"""The same for a person who wants detailed answers."""
MOST_STEPS = 7
MOST_FOLLOWING = 2
SIGNATURE = 24
"""Characters up to which a line without a full stop below an answer in a ticket may be the name of its author."""
NEARLY_AS_GOOD = 0.86
ELSEWHERE_AS_GOOD = 0.89
FOREIGN_AS_GOOD = 0.8
"""Share of the best score that a sentence needs to be said too: of the same document, of another one, and of one in the
other language."""
SURE_OWN, SURE_SCORE, SURE_MEANING = 0.45, 0.95, 0.6
LEAST_DENSE, SURE_DENSE = 0.80, 0.87
LEAST_COVERAGE, SURE_SENTENCE = 0.25, 0.9
LIKELY_SENTENCE, LIKELY_SCORE = 0.7, 0.65  # together, with the rule that the passage of
# the best unit is near itself: refusal F1 of smoke 0.773 to 0.818, of abstention 0.833 to 0.847
LEAST_SCORE = 0.54
STILL_MEANT, STILL_MEANT_ABROAD = 0.45, 0.3
"""Nearness from which a follow-up is about a sentence that has none of its words: "How do they switch it back on?" is
0.53 near to "Press Resume", a question about the weather 0.10 to 0.31 near to an answer about codes and limits."""


def compose(reading: Reading, question: str, embedder: Embeds) -> tuple[str, float]:
    """The answer with markers, or `NO_ANSWER` with the words that no source mentions; and how sure it is, 0 to 1."""
    if not content_terms(question):  # nothing was asked: あああ
        return NO_ANSWER, 0.0
    missing = unmentioned(question, reading.passages, reading.synonyms)
    if missing:
        return f"{NO_ANSWER}: {', '.join(missing)}", 0.0
    asked = facts(question, reading.passages)
    if asked:
        return "\n".join(render(asked, reading.language)), 1.0
    language = reading.language
    found = [p for p in reading.passages if p.source != "crm"]
    ranked = rank(question, found, embedder, reading.synonyms, reading.plans)
    sure = confidence(ranked)
    if not ranked or not answers(ranked):
        return NO_ANSWER, sure
    best, conflicting = settled(ranked, question, language)
    chosen = with_own_row(select(best, ranked, question, reading.length), ranked, question, reading.plans)
    follows = question != reading.question and reading.task == "question"
    if follows and not _follows(reading.question, [r.unit for r in chosen], embedder):
        return NO_ANSWER, min(sure, LEAST_SCORE)
    lines = render([r.unit for r in chosen], language)
    return "\n".join([*lines, *conflicting]), sure


def _follows(question: str, chosen: Sequence[Unit], embedder: Embeds) -> bool:
    """Whether something of what was chosen is about the follow-up itself: by a word; in meaning, where a pronoun or
    the other language leaves no word to share."""
    own = [unit for unit in chosen if unit.passage.language in (language_of(question), "und")]
    if any(still_about(question, unit.passage) for unit in own) or not has_own_words(question):
        return True
    if any(_of_pages(question, [unit.passage for unit in chosen])):  # "Version 2.8", of a page that is about it
        return True
    foreign = [unit for unit in chosen if unit not in own]
    judged = chosen if stands_for_something(question) else foreign
    least = STILL_MEANT if own else STILL_MEANT_ABROAD
    return max(nearness(question, judged, embedder), default=0.0) >= least


def unmentioned(question: str, passages: Sequence[Passage], synonyms: Synonyms = NONE) -> list[str]:
    """Codes, versions and proper names of the question that no passage mentions, by their own or an equal word."""
    text = " ".join(f"{p.title} {' '.join(p.heading)} {p.text}" for p in passages)
    there = _squeezed(text)
    equal = [_squeezed(word) for word, other in synonyms.swaps(question) if _squeezed(other) in there]
    equal += [_squeezed(word) for word in _of_pages(question, passages)]
    must, names = ([w for w in some if not any(_squeezed(w) in one for one in equal)] for some in decisive(question))
    missing = [word for word in dict.fromkeys(must) if not _mentioned(word, there) and not spoken_in(word, text)]
    unnamed = [word for word in dict.fromkeys(names) if _squeezed(word) not in there]
    return missing or (unnamed if len(unnamed) * 2 >= len(set(names)) else [])


def _of_pages(question: str, passages: Sequence[Passage]) -> Iterator[str]:
    """Versions and editions of the question that pages are about, though their words do not say so."""
    if any(p.version and not p.misfit for p in passages):
        yield from said_in(question, [p.version for p in passages])
    there = {one for p in passages for one in p.edition.split(", ")}
    yield from editions_in(question) & there
    yield from (word for some in decisive(question) for word in some if of_product(word) & there)


def _mentioned(word: str, there: str) -> bool:
    """Whether the word is there, or for a compound such as グランドプラン what tells it from other plans."""
    telling = max(content_terms(word), key=len, default=word) if word.endswith(GENERAL) else word
    return _squeezed(telling) in there


def answers(ranked: Sequence[Ranked]) -> bool:
    """Whether the best unit is near enough to the question, and of the kind asked for, to be shown as its answer: its
    own passage is near, not just another one beside it."""
    return ranked[0].unit.passage.dense >= LEAST_DENSE and carries(ranked, LEAST_SCORE)


def carries(ranked: Sequence[Ranked], least: float) -> bool:
    """The same of a matter that may be several, as in a mail: some passage is near. Wrong but sure is worse than no
    answer, so both meaning and words have a say."""
    best = ranked[0]
    near = max(r.unit.passage.dense for r in ranked)
    covered = max(r.unit.passage.coverage for r in ranked)
    if best.score < least or near < LEAST_DENSE or not any(_fit(r, best) for r in ranked):
        return False
    sure = best.meaning >= SURE_SENTENCE or (best.meaning >= LIKELY_SENTENCE and best.score >= LIKELY_SCORE)
    return sure or near >= SURE_DENSE or covered >= LEAST_COVERAGE or best.own >= 0.5


def confidence(ranked: Sequence[Ranked]) -> float:
    """How sure it is that the best unit answers, 0 to 1: its score, and never above `LEAST_SCORE` for a refusal."""
    if not ranked:
        return 0.0
    return min(1.0, max(0.0, ranked[0].score if answers(ranked) else min(ranked[0].score, LEAST_SCORE)))


def _fit(one: Ranked, best: Ranked) -> bool:
    return one.fits and one.score >= best.score * NEARLY_AS_GOOD


def select(best: Ranked, ranked: Sequence[Ranked], question: str, length: AnswerLength = "normal") -> list[Ranked]:
    """The best unit, what follows it in its passage, and what else comes close without repeating it. `short`: the
    best unit alone, with the list that it leads to; `detailed`: more, and what comes less close."""
    ranked = beside_fitting(best, ranked)
    score = {(r.unit.passage.marker, r.unit.place): r.score for r in ranked}
    following = _following(best.unit, question, lambda unit: score.get((unit.passage.marker, unit.place), 0.0))
    chosen = [best, *(Ranked(unit, best.score, 0, 0, 0) for unit in following)]
    if length == "short":
        return chosen if best.unit.leads_on or best.unit.item else [best]
    most, near = (MOST_DETAILED, NEAR_DETAILED) if length == "detailed" else (MOST_UNITS, NEARLY_AS_GOOD)
    for other in ranked:
        if len(chosen) >= most or other.score < best.score * near:
            break
        if other not in chosen and _adds(other, chosen, question):
            chosen.append(other)
    chosen += _row_of_code(ranked, chosen, question) or _abroad(ranked, chosen, question)
    order = {r.unit.passage.marker: i for i, r in reversed(list(enumerate(chosen)))}
    return sorted(chosen, key=lambda r: (order[r.unit.passage.marker], r.unit.place))


def _row_of_code(ranked: Sequence[Ranked], chosen: Sequence[Ranked], question: str) -> list[Ranked]:
    """The row of a manual's table about the code that was asked about: it holds cause and remedy. In the question's
    language when there is one."""
    codes, language = codes_in(question), language_of(question)
    rows = [
        r
        for r in ranked
        if r.unit.kind == "table" and r.unit.passage.source == "manual"
        and codes & codes_in(r.unit.shown.splitlines()[-1])
    ]  # fmt: skip
    if any(r in chosen for r in rows) or chosen[0].unit.passage.source == "manual":
        return []
    return sorted(rows, key=lambda r: language_of(r.unit.shown) != language)[:1]


def _abroad(ranked: Sequence[Ranked], chosen: Sequence[Ranked], question: str) -> list[Ranked]:
    """The best unit in the other language when it comes close, what leads is not sure, and its document is not in the
    answer yet."""
    best, cited = chosen[0], {r.unit.passage.document for r in chosen}
    if best.own >= SURE_OWN or (best.unit.passage.source == "manual" and best.score >= SURE_SCORE):
        return []
    for other in ranked:
        if other.unit.passage.language != best.unit.passage.language and other.unit.passage.document not in cited:
            good = other.fits and other.score >= best.score * FOREIGN_AS_GOOD and not other.unit.asks
            good = good and other.meaning >= SURE_MEANING and not in_dispute(best, other, question)
            return [other] if good and other.unit.voice not in ("customer", "asker") else []
    return []


def _adds(other: Ranked, chosen: Sequence[Ranked], question: str) -> bool:
    """Whether a unit says something that was asked for, has not been said, and agrees with what leads the answer."""
    best, passage = chosen[0], other.unit.passage
    if other.unit.asks or not other.fits or passage.superseded or other.unit.voice in ("customer", "asker"):
        return False
    elsewhere = passage.document != best.unit.passage.document
    if elsewhere and other.score < best.score * ELSEWHERE_AS_GOOD:
        return False
    if elsewhere and passage.language not in (language_of(question), "und"):
        return False
    table = [r for r in chosen if r.unit.kind == "table" == other.unit.kind]
    if any(r.unit.passage.document == passage.document and other.own < r.own for r in table):
        return False
    return not in_dispute(best, other, question) and all(not _repeats(other.unit, r.unit) for r in chosen)


def _following(unit: Unit, question: str, worth: Callable[[Unit], float]) -> list[Unit]:
    """The list under a lead-in, the further steps of a procedure, else the next sentence or two under the same heading:
    a cause is mostly followed by its remedy. Of a ticket, what settled it."""
    if unit.kind != "text":
        return []
    others = [u for u in units(unit.passage) if u.place != unit.place and not u.asks]
    after = [u for u in others if u.place > unit.place]
    if unit.passage.source == "slack":
        return sorted((u for u in others if u.voice == "reply"), key=worth, reverse=True)[:MOST_FOLLOWING]
    if unit.passage.source == "ticket":
        same = [u for u in after if u.voice == unit.voice == "support" and not _signs(u)][:MOST_FOLLOWING]
        return same + [u for u in after if u.voice == "resolution"][-1:]
    under = [*(u for u in after if u.heading == unit.heading), *_onward(unit, after)]
    if unit.leads_on or (unit.item and wanted(question) == "how"):
        return list(itertools.takewhile(lambda u: u.item, under))[:MOST_STEPS]
    if unit.item or unit.passage.source != "manual":
        return []
    following = itertools.takewhile(lambda u: u.kind == "text" and not u.item and is_sentence(u), under)
    return list(following)[:MOST_FOLLOWING]


def _signs(unit: Unit) -> bool:
    """Whether it is a line below a mail, such as the name of who wrote it: short, and no sentence."""
    return unit.kind == "text" and not unit.item and not is_sentence(unit) and len(unit.shown) < SIGNATURE


def _onward(unit: Unit, after: Sequence[Unit]) -> list[Unit]:
    """What stands under the same heading in the next passage, where the cut parts a list or a sentence leans back."""
    onward = unit.passage.onward
    if onward is None or any(u.heading != unit.heading for u in after):
        return []
    return [u for u in itertools.takewhile(lambda u: not u.heading, units(onward)) if not u.asks]


def is_sentence(unit: Unit) -> bool:
    """Not a heading, which has no full stop, and not a question."""
    return unit.shown.endswith(("。", ".", "）", ")")) and not unit.asks


def render(chosen: Sequence[Unit], language: Spoken) -> list[str]:
    """Lines of the answer; words in the other language stand in quotation marks behind the name of their source."""
    lines: list[str] = []
    above: Unit | None = None
    for unit in chosen:
        before, above = above, unit
        spoken = language_of(unit.shown, language)
        mark = f" [{unit.passage.marker}]"
        abroad = spoken != language and unit.passage.source != "crm"
        if unit.kind == "table" and not abroad:
            table = re.sub(r"\s*\|\s*$", f"{mark} |", unit.shown)
            if before is not None and before.kind == "table":
                one = before.passage == unit.passage and before.shown.splitlines()[0] == unit.shown.splitlines()[0]
                table = table.splitlines()[-1] if one else "\n" + table
            lines.append(table)
        elif unit.kind == "code":
            lines.append(unit.shown + "\n" + mark.strip())
        elif abroad:
            lead, said = say(language, f"from_{unit.passage.source}_{spoken}"), _in_a_line(unit)
            lines.append(f"{lead}：「{said}」{mark}" if language == "ja" else f"{lead}: “{said}”{mark}")
        else:
            lines.append(("- " if unit.item else "") + marked(unit.shown, mark))
    return lines


def _in_a_line(unit: Unit) -> str:
    """The words of a unit on one line; of a table's row, its cells."""
    if unit.kind != "table":
        return unit.shown
    return " / ".join(cell.strip() for cell in unit.shown.splitlines()[-1].strip("| ").split("|") if cell.strip())


def marked(sentence: str, mark: str) -> str:
    """The sentence with its marker before the full stop."""
    match = re.search(r"[。．.!?！？]+$", sentence)
    return sentence[: match.start()] + mark + sentence[match.start() :] if match else sentence + mark


def _repeats(one: Unit, other: Unit) -> bool:
    a, b = set(content_terms(one.shown)), set(content_terms(other.shown))
    return len(a & b) / (min(len(a), len(b)) or 1) > 0.75


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\-_]+", "", unicodedata.normalize("NFKC", text).casefold())
