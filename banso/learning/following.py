"""Rules at work: what a rule says for one customer, a text that follows it, and whether a text does."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from banso.learning.types import Rule, RuleText
from banso.review.diff import tokens

_GAP = re.compile(r"\{(?:person|company|email|phone|figure)\}")
_WORD = re.compile(r"[\w]{2,}")
SAME_MATTER = 0.5
"""Share of a rule's topic words that a question must have."""


def filled(rules: Sequence[Rule], values: Mapping[str, str]) -> list[Rule]:
    """The rules with this customer's names in their gaps; a rule with a gap that nothing fills is left out."""
    made = []
    for rule in rules:
        parts = {name: _fill(getattr(rule.text, name), values) for name in ("before", "after", "topic")}
        if not any(_GAP.search(parts[name]) for name in ("before", "after")):
            made.append(rule.model_copy(update={"text": rule.text.model_copy(update=parts)}))
    return made


def _fill(text: str, values: Mapping[str, str]) -> str:
    return _GAP.sub(lambda gap: values.get(gap.group()[1:-1], "") or gap.group(), text)


def follow(body: str, rules: Sequence[Rule], about: str) -> tuple[str, tuple[int, ...]]:
    """The text as the rules want it, and the numbers of those that changed it or that it already follows by an added
    sentence. Words are replaced as they stand; nothing else is touched."""
    used = []
    for rule in rules:
        changed = _applied(body, rule.text, about)
        if changed != body:
            body = changed
            used.append(rule.number)
        elif rule.text.action == "add" and fits(rule.text, about) and rule.text.after in body:
            used.append(rule.number)
    return body, tuple(used)


def _applied(body: str, rule: RuleText, about: str) -> str:
    if rule.action == "replace" and rule.before and not (rule.before in rule.after and rule.after in body):
        return body.replace(rule.before, rule.after)
    if rule.action == "avoid" and rule.before:
        shorter = re.sub(r"[ \t]*" + re.escape(rule.before) + r"[ \t]*", "", body)
        return re.sub(r"\n{3,}", "\n\n", shorter).strip("\n") if shorter != body else body
    if rule.action == "add" and rule.after not in body and fits(rule, about):
        parts = body.rstrip().split("\n\n")
        return "\n\n".join([*parts[:-1], rule.after, parts[-1]])
    return body


def fits(rule: RuleText, about: str) -> bool:
    """Whether the matter is the rule's topic: half of its words are there."""
    topic = {word for word in tokens(rule.topic.casefold()) if _WORD.fullmatch(word)}
    said = about.casefold()
    return bool(topic) and sum(word in said for word in topic) >= SAME_MATTER * len(topic)


def followed(rules: Sequence[Rule], body: str, named: Sequence[int]) -> tuple[Rule, ...]:
    """The rules that the text follows: it shows, or the model `named` the rule and nothing speaks against it."""
    return tuple(rule for rule in rules if _shows(rule.text, body) or (rule.number in named and _kept(rule.text, body)))


def _shows(rule: RuleText, body: str) -> bool:
    return rule.action != "avoid" and bool(rule.after) and rule.after in body and _kept(rule, body)


def _kept(rule: RuleText, body: str) -> bool:
    if rule.action == "add":
        return rule.after in body
    return not rule.before or rule.before not in body.replace(rule.after, "") if rule.after else rule.before not in body
