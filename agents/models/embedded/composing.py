"""An answer from the best units: quoted as they stand, numbered, conflicts said, or an honest no."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Sequence

from agents.grounding import NO_ANSWER
from agents.models.embedded.accounts import facts
from agents.models.embedded.ranking import Embeds, Ranked, rank
from agents.models.embedded.reading import Passage, Reading
from agents.models.embedded.units import Unit, units
from agents.models.embedded.words import codes_in, content_terms, decisive, wanted
from agents.wording import Spoken, language_of, say

MOST_UNITS = 4
MOST_STEPS = 7
MOST_FOLLOWING = 2
NEARLY_AS_GOOD = 0.82
FOREIGN_AS_GOOD = 0.8
LEAST_DENSE, SURE_DENSE = 0.80, 0.87
LEAST_COVERAGE = 0.25
LEAST_SCORE = 0.55
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")


def compose(reading: Reading, question: str, embedder: Embeds) -> str:
    """The answer with markers, or `NO_ANSWER` with the words that no source mentions."""
    missing = unmentioned(question, reading.passages)
    if missing:
        return f"{NO_ANSWER}: {', '.join(missing)}"
    asked = facts(question, reading.passages)
    if asked:
        return "\n".join(render(asked, language_of(reading.question)))
    ranked = rank(question, [p for p in reading.passages if p.source != "crm"], embedder)
    if not ranked or not answers(ranked):
        return NO_ANSWER
    language = language_of(reading.question)
    chosen = select(ranked, question)
    lines = render([r.unit for r in chosen], language)
    lines += _conflict(chosen[0], ranked, language)
    return "\n".join(lines)


def unmentioned(question: str, passages: Sequence[Passage]) -> list[str]:
    """Codes, versions and proper names of the question that no passage mentions."""
    there = _squeezed(" ".join(f"{p.title} {' '.join(p.heading)} {p.text}" for p in passages))
    must, names = decisive(question)
    missing = [word for word in dict.fromkeys(must) if _squeezed(word) not in there]
    unnamed = [word for word in dict.fromkeys(names) if _squeezed(word) not in there]
    return missing or (unnamed if len(unnamed) * 2 >= len(set(names)) else [])


def answers(ranked: Sequence[Ranked], least: float = LEAST_SCORE) -> bool:
    """Whether the best unit is near enough to the question to be shown as its answer. Wrong but sure is worse than no
    answer, so both meaning and words have a say."""
    best = ranked[0]
    near = max(r.unit.passage.dense for r in ranked)
    covered = max(r.unit.passage.coverage for r in ranked)
    if best.score < least or near < LEAST_DENSE:
        return False
    return near >= SURE_DENSE or covered >= LEAST_COVERAGE or best.own >= 0.5


def select(ranked: Sequence[Ranked], question: str) -> list[Ranked]:
    """The best unit, what follows it in its passage, and what else comes close without repeating it."""
    best = ranked[0]
    chosen = [best]
    for unit in _following(best.unit, question):
        chosen.append(Ranked(unit, best.score, 0, 0, 0))
    for other in ranked[1:]:
        if len(chosen) >= MOST_UNITS or other.score < best.score * NEARLY_AS_GOOD:
            break
        if other.unit.asks or (other.unit.passage.superseded and not best.unit.passage.superseded):
            continue
        if all(not _repeats(other.unit, c.unit) for c in chosen):
            chosen.append(other)
    chosen += _row_of_code(ranked, chosen, question) or _abroad(ranked, chosen)
    order = {r.unit.passage.marker: i for i, r in reversed(list(enumerate(chosen)))}
    return sorted(chosen, key=lambda r: (order[r.unit.passage.marker], r.unit.place))


def _row_of_code(ranked: Sequence[Ranked], chosen: Sequence[Ranked], question: str) -> list[Ranked]:
    """The row of a manual's table about the code that was asked about: it holds cause and remedy."""
    codes = codes_in(question)
    rows = [
        r
        for r in ranked
        if r.unit.kind == "table"
        and r.unit.passage.source == "manual"
        and codes & codes_in(r.unit.shown.splitlines()[-1])
    ]
    return [] if any(r in chosen for r in rows) else rows[:1]


def _abroad(ranked: Sequence[Ranked], chosen: Sequence[Ranked]) -> list[Ranked]:
    """The best unit in the other language when it comes close and its document is not in the answer yet."""
    best = chosen[0]
    cited = {r.unit.passage.document for r in chosen}
    for other in ranked:
        if other.unit.passage.language != best.unit.passage.language and other.unit.passage.document not in cited:
            good = other.score >= best.score * FOREIGN_AS_GOOD and not other.unit.asks
            return [other] if good else []
    return []


def _following(unit: Unit, question: str) -> list[Unit]:
    """The list under a lead-in, the further steps of a procedure, else the next sentence or two: a cause is mostly
    followed by its remedy. Of a ticket, what settled it."""
    siblings = units(unit.passage)
    after = [u for u in siblings if u.place > unit.place]
    if unit.kind != "text":
        return []
    if unit.passage.source == "slack":
        return [u for u in after if u.voice == "reply" and not u.asks][:MOST_FOLLOWING]
    if unit.passage.source == "ticket":
        same = [u for u in after if u.voice == unit.voice == "support" and not u.asks][:MOST_FOLLOWING]
        return same + [u for u in after if u.voice == "resolution"][-1:]
    if unit.leads_on or (unit.item and wanted(question) == "how"):
        return list(itertools.takewhile(lambda u: u.item, after))[:MOST_STEPS]
    if unit.item or unit.passage.source != "manual":
        return []
    return list(itertools.takewhile(lambda u: u.kind == "text" and not u.item and is_sentence(u), after))[
        :MOST_FOLLOWING
    ]


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
        if unit.kind == "table":
            table = re.sub(r"\s*\|\s*$", f"{mark} |", unit.shown)
            if before is not None and before.kind == "table":
                one = before.passage == unit.passage and before.shown.splitlines()[0] == unit.shown.splitlines()[0]
                table = table.splitlines()[-1] if one else "\n" + table
            lines.append(table)
        elif unit.kind == "code":
            lines.append(unit.shown + "\n" + mark.strip())
        elif spoken != language and unit.passage.source != "crm":
            lead = say(language, f"from_{unit.passage.source}_{spoken}")
            lines.append(f"{lead}：「{unit.shown}」{mark}" if language == "ja" else f"{lead}: “{unit.shown}”{mark}")
        else:
            lines.append(("- " if unit.item else "") + marked(unit.shown, mark))
    return lines


def marked(sentence: str, mark: str) -> str:
    """The sentence with its marker before the full stop."""
    match = re.search(r"[。．.!?！？]+$", sentence)
    return sentence[: match.start()] + mark + sentence[match.start() :] if match else sentence + mark


def _conflict(best: Ranked, ranked: Sequence[Ranked], language: Spoken) -> list[str]:
    """The sentence about a source of less weight that gives other numbers for the same matter."""
    mine = _numbers(best.unit.shown)
    for other in ranked:
        passage = other.unit.passage
        if passage.document == best.unit.passage.document or other.unit.kind != "text" or best.unit.kind != "text":
            continue
        theirs = _numbers(other.unit.shown)
        if (
            mine
            and theirs
            and mine != theirs
            and passage.weight < best.unit.passage.weight
            and _same(best.unit, other.unit)
        ):
            key = "conflicting_old" if passage.superseded else "conflicting"
            quote = other.unit.shown.rstrip("。.")
            said = say(language, key, date=passage.updated, title=passage.title, quote=quote)
            return [said + f" [{passage.marker}]" + ("。" if language == "ja" else ".")]
    return []


def _same(one: Unit, other: Unit) -> bool:
    """Whether two sentences differ in little but their numbers."""
    a, b = ({t for t in unit.terms if not t.isdigit()} for unit in (one, other))
    return bool(a and b) and len(a & b) / len(a | b) >= 0.5


def _repeats(one: Unit, other: Unit) -> bool:
    a, b = set(content_terms(one.shown)), set(content_terms(other.shown))
    return len(a & b) / (min(len(a), len(b)) or 1) > 0.75


def _numbers(text: str) -> set[str]:
    return set(_NUMBER.findall(unicodedata.normalize("NFKC", text)))


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\-_]+", "", unicodedata.normalize("NFKC", text).casefold())
