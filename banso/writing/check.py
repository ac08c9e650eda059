"""Runs the rules of a language over a mail or a subject line."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from banso.writing.checks import english, english_dates, japanese, japanese_dates, japanese_words, subjects
from banso.writing.checks.found import Found
from banso.writing.rules.lookup import Rule, rules
from banso.writing.shield import Span, shielded, touches
from banso.writing.types import Context, Finding

Check = Callable[[str, Context], Iterator[Found]]
CHECKS: dict[str, Check] = {
    **japanese.CHECKS,
    **japanese_dates.CHECKS,
    **japanese_words.CHECKS,
    **english.CHECKS,
    **english_dates.CHECKS,
    **subjects.CHECKS,
}


def check(text: str, context: Context) -> tuple[Finding, ...]:
    """What is against the norm in the body of a mail, in the order of the text. Knows nothing but text and context."""
    return _run(text, context, "body")


def check_subject(subject: str, context: Context) -> tuple[Finding, ...]:
    """The same for a subject line."""
    return _run(subject, context.model_copy(update={"fragment": True}), "subject")


def _run(text: str, context: Context, part: str) -> tuple[Finding, ...]:
    if part == "body" and not text.strip():
        return ()  # no mail yet; the ledger refuses it
    active = [rule for rule in rules(context.language) if _holds(rule, context, part)]
    by_id = {rule.id: rule for rule in active}
    quoted = shielded(text)
    named = shielded(text, _names(context))
    found = [finding for rule in active for finding in _matches(rule, text, named)]
    for name in dict.fromkeys(rule.check for rule in active if rule.check):
        for item in CHECKS[name](text, context):
            if item.rule in by_id and not touches(item.start, item.end, quoted):
                found.append(_finding(item, by_id[item.rule], text))
    return tuple(sorted(found, key=lambda finding: (finding.start, finding.end)))


def _holds(rule: Rule, context: Context, part: str) -> bool:
    if rule.id in context.disabled or context.level not in rule.levels or rule.part not in ("both", part):
        return False
    return not (rule.whole and (context.fragment or part == "subject"))


def _names(context: Context) -> list[str]:
    """Right as they stand: the customer's names and our signature."""
    return [context.company, context.person, *context.signature.block(context.language).splitlines()]


def _matches(rule: Rule, text: str, kept: list[Span]) -> list[Finding]:
    found = [
        Found(match.start(), match.end(), rule.id, None if p.replace is None else match.expand(p.replace))
        for p in rule.patterns
        for match in p.regex.finditer(text)
        if not touches(match.start(), match.end(), kept)
    ]
    return [_finding(item, rule, text) for item in found] if len(found) >= rule.at_least else []


def _finding(item: Found, rule: Rule, text: str) -> Finding:
    return Finding(
        start=item.start, end=item.end, rule=rule.id, severity=rule.severity, key=item.key or rule.id,
        params=item.params, found=text[item.start : item.end], fix=item.fix,
    )  # fmt: skip
