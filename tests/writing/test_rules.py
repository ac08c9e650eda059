"""Every rule against its own examples, and every rule and sentence against the others."""

from __future__ import annotations

from typing import get_args

import pytest

from banso.writing.check import CHECKS, check, check_subject
from banso.writing.mend import mended, mended_subject
from banso.writing.rules.lookup import Example, Rule, rules
from banso.writing.texts.lookup import known, message
from banso.writing.types import Finding, Language
from tests.writing.examples import of_example, spelled

LANGUAGES: tuple[Language, ...] = get_args(Language)
RULES = [pytest.param(language, rule, id=f"{language}-{rule.id}") for language in LANGUAGES for rule in rules(language)]


def found(rule: Rule, example: Example, language: Language) -> tuple[Finding, ...]:
    look = check_subject if example.subject else check
    return look(spelled(example.text, language), of_example(rule, example, language))


@pytest.mark.parametrize(("language", "rule"), RULES)
def test_a_wrong_example_is_found_by_its_rule(language: Language, rule: Rule) -> None:
    missed = [e.text for e in rule.wrong if rule.id not in {f.rule for f in found(rule, e, language)}]
    assert missed == []


@pytest.mark.parametrize(("language", "rule"), RULES)
def test_a_right_example_is_found_by_no_rule(language: Language, rule: Rule) -> None:
    wrong = [(e.text, f.rule, f.found) for e in rule.right for f in found(rule, e, language)]
    assert wrong == []


@pytest.mark.parametrize(("language", "rule"), RULES)
def test_one_click_gives_what_the_example_says(language: Language, rule: Rule) -> None:
    for example in rule.wrong:
        mender = mended_subject if example.subject else mended
        text, about = spelled(example.text, language), of_example(rule, example, language)
        once = mender(text, about)
        assert mender(once, about) == once
        if example.mended is not None:
            assert once == spelled(example.mended, language)


@pytest.mark.parametrize(("language", "rule"), RULES)
def test_every_finding_can_be_told_in_both_languages(language: Language, rule: Rule) -> None:
    for example in rule.wrong:
        for finding in found(rule, example, language):
            for screen in LANGUAGES:
                said = message(finding, screen)
                assert said and "{" not in said.replace(finding.found, "")


def test_sentences_and_rules_name_the_same_things() -> None:
    assert known("ja") == known("en")
    ids = {rule.id for language in LANGUAGES for rule in rules(language)}
    extra = {
        "mend_by_author",
        "mend_by_reviewer",
        "mend_nothing",
        "nothing_found",
        "sentence_length",
        "subject_brackets",
    }
    assert known("ja") == ids | extra


def test_every_check_function_is_named_by_a_rule() -> None:
    assert {rule.check for language in LANGUAGES for rule in rules(language) if rule.check} == set(CHECKS)
