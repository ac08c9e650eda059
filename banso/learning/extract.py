"""From an edit to candidate rules and a candidate test case: word differences, no model, the same result each time."""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz

from banso.core.feedback import Asked, Thumb
from banso.learning.types import CaseText, RuleText
from banso.review.diff import Span, changed_share, diff, tokens

MOST_RULES, MOST_FACTS = 6, 3
"""Rules of one edit: a person who rewrote the whole text teaches no phrases. Facts of one answer."""
SAME_SENTENCE = 50.0
"""rapidfuzz ratio (0 to 100) from which two sentences are one sentence, reworded."""
REWRITTEN = 0.75
LEAST_PHRASE, LEAST_PHRASE_EN = 4, 14
"""Characters: a shorter phrase takes its neighbours along, so that it does not fit everywhere."""
_MARKER = re.compile(r"\s*\[\d+\]")
_SENTENCE = re.compile(r"(?<=[。！？!?])|(?<=\.)\s+|[\r\n]+")
_UNIT = "%|％|[A-Za-z]+|時間|時|分間?|日間?|[かヶカ]月|月|週間?|年間?|円|件|名|席|人|回"
_FACT = re.compile(rf"[「『\"“][^」』\"”]{{2,40}}[」』\"”]|[A-Za-z]+-?\d[\w.\-]*|\d[\d.,:]*(?:\s?(?:{_UNIT}))?")
_MEANS = re.compile(r"[一-龥ァ-ヺ]|[A-Za-z]{3}")
"""A phrase without any of these (してください) would change every text."""
_JAPANESE = re.compile(r"[ぁ-ヺ一-龥]")
_WORDLESS = re.compile(r"[\W_]*")


def sentences(text: str) -> list[str]:
    """The sentences of a mail; lines end sentences too."""
    return [part.strip() for part in _SENTENCE.split(text) if part and part.strip()]


def rules_of(before: str, after: str, topic: str) -> list[RuleText]:
    """What turned `before` into `after`, as rules, in reading order; at most six. `topic`: what the mail is about."""
    found: list[RuleText] = []
    for old, new in _changed(sentences(before), sentences(after)):
        found += _rules(old, new, topic)
    unique = list(dict.fromkeys(found))
    return unique if len(unique) <= MOST_RULES else []


def case_of(question: str, before: str, after: str) -> CaseText | None:
    """The test by which a later draft to this question shows that it learned; None when the edit changed no words."""
    say: list[str] = []
    never: list[str] = []
    for old, new in _changed(sentences(before), sentences(after)):
        for rule in _rules(old, new, ""):
            say += _facts(rule.after, rule.before)
            never += _facts(rule.before, rule.after)
    never = [text for text in dict.fromkeys(never) if text not in after]
    say = [text for text in dict.fromkeys(say) if text in after]
    if not question.strip() or not (say or never):
        return None
    return CaseText(question=question.strip(), must_say=tuple(say[:5]), must_not_say=tuple(never[:5]))


def case_of_thumb(thumb: Thumb, asked: Asked) -> CaseText:
    """The test by which a later answer to this question shows that it is as good, or no longer as bad.

    A good answer proposes its own facts and sources. What is right instead of a bad one, a person has to say.
    """
    good = thumb == "up"
    facts = named_facts(_MARKER.sub("", asked.text)) if good and not asked.refused else []
    return CaseText(
        question=asked.question.strip(), must_say=tuple(dict.fromkeys(facts))[:MOST_FACTS], thumb=thumb,
        heard=asked.text, sources=asked.sources if good else (), answerable=not (good and asked.refused),
    )  # fmt: skip


def _facts(text: str, other: str) -> list[str]:
    """The figures, codes and quoted words that only this side has; else its words."""
    own = [fact for fact in named_facts(text) if fact not in other]
    return own or ([text] if text else [])


def named_facts(text: str) -> list[str]:
    """Figures with their units, codes and quoted words, in reading order."""
    return [match.group().strip() for match in _FACT.finditer(text)]


def _changed(olds: Sequence[str], news: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Sentences that were changed, taken out ("" as the new one) or written anew ("" as the old one)."""
    for tag, a, b, c, d in difflib.SequenceMatcher(None, olds, news, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        left, right = list(olds[a:b]), list(news[c:d])
        for old in left:
            best = max(right, key=lambda new: fuzz.ratio(old, new), default="")
            if best and fuzz.ratio(old, best) >= SAME_SENTENCE:
                right.remove(best)
                yield old, best
            else:
                yield old, ""
        yield from (("", new) for new in right)


def _rules(old: str, new: str, topic: str) -> list[RuleText]:
    if _WORDLESS.fullmatch(old) and _WORDLESS.fullmatch(new):
        return []
    if not new:
        return [RuleText(action="avoid", before=old)]
    if not old:
        return [RuleText(action="add", after=new, topic=topic)]
    if changed_share(old, new) > REWRITTEN or _digits(old) != _digits(new):
        return [RuleText(action="replace", before=old, after=new)]  # a fact is only right in its sentence
    return [RuleText(action="replace", before=a, after=b) for a, b in _phrases(old, new)]


def _digits(text: str) -> list[str]:
    return re.findall(r"\d+", text)


def _phrases(old: str, new: str) -> Iterator[tuple[str, str]]:
    """Stretches that changed, those close together as one, each wide enough to mean something."""
    parts = _joined([*_stretches(diff(old, new))])
    for place, (before, after) in enumerate(parts):
        if before == after or (_WORDLESS.fullmatch(before) and _WORDLESS.fullmatch(after)):
            continue
        left = tokens(parts[place - 1][0]) if place else []
        right = tokens(parts[place + 1][0]) if place + 1 < len(parts) else []
        yield _widened(before, after, left, right)


def _stretches(spans: Sequence[Span]) -> Iterator[tuple[str, str]]:
    """(old, new) texts in order, equal ones and changed ones in turn."""
    for kept, group in itertools.groupby(spans, key=lambda span: span.kind == "kept"):
        parts = list(group)
        old = "".join(span.text for span in parts if span.kind != "added")
        yield old, old if kept else "".join(span.text for span in parts if span.kind == "added")


def _joined(parts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for place, (old, new) in enumerate(parts):
        bridge = old == new and len(old) <= LEAST_PHRASE and 0 < place < len(parts) - 1
        if found and (bridge or old != new) and found[-1][0] != found[-1][1]:
            found[-1] = (found[-1][0] + old, found[-1][1] + new)
        else:
            found.append((old, new))
    return found


def _widened(before: str, after: str, left: list[str], right: list[str]) -> tuple[str, str]:
    least = LEAST_PHRASE if _JAPANESE.search(before) else LEAST_PHRASE_EN
    while (len(before.strip()) < least or not _MEANS.search(before)) and (left or right):
        if left:
            word = left.pop()
            before, after = word + before, word + after
        if right and len(before.strip()) < least:
            word = right.pop(0)
            before, after = before + word, after + word
    return _trimmed(before.strip(), after.strip())


def _trimmed(before: str, after: str) -> tuple[str, str]:
    """Without the endings that both share and that say nothing by themselves: にお知らせください becomes お知らせ."""
    while before[-1:] == after[-1:] and _bare(before[:-1], before[-1:]):
        before, after = before[:-1], after[:-1]
    while before[:1] == after[:1] and _bare(before[1:], before[:1]):
        before, after = before[1:], after[1:]
    return before, after


def _bare(rest: str, gone: str) -> bool:
    return "ぁ" <= gone <= "ゖ" and len(rest) >= LEAST_PHRASE and bool(_MEANS.search(rest))
