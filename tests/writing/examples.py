"""The customer and the house that the examples of the rules are written for."""

from __future__ import annotations

from datetime import date
from typing import Any

from banso.writing.rules.lookup import Example, Rule
from banso.writing.types import Context, Language, Signature

TODAY = date(2026, 11, 22)
SIGNATURES = {
    "ja": Signature(
        company="株式会社ハツリン", department="カスタマーサクセス部", name="西田 大輔",
        mail="nishida@hatsurin.example", phone="03-5555-0900",
    ),
    "en": Signature(
        company="Hatsurin Inc.", department="Customer Success", name="Emily Stone", mail="emily@hatsurin.example",
        phone="+81 3-5555-0901",
    ),
}  # fmt: skip
CUSTOMERS = {"ja": ("株式会社青空商事", "山田 太郎"), "en": ("Brightwater Foods Ltd", "Oliver Hughes")}
PARTS = {
    "ja": {
        "to": "株式会社青空商事\n山田 太郎 様\n\n",
        "hello": "平素より大変お世話になっております。\n\n",
        "bye": "\n\n何卒よろしくお願い申し上げます。\n\n{sign}",
    },
    "en": {"hello": "Dear Oliver Hughes,\n\n", "bye": "\n\nYours sincerely,\n\n{sign}"},
}


def context(language: Language, **more: Any) -> Context:
    company, person = CUSTOMERS[language]
    known = {"level": "formal", "company": company, "person": person, "signature": SIGNATURES[language]}
    return Context(language=language, today=TODAY, **known | more)


def of_example(rule: Rule, example: Example, language: Language) -> Context:
    level = "formal" if "formal" in rule.levels else rule.levels[0]
    return context(language, **{"level": level, "fragment": not rule.whole} | example.knows)


def spelled(text: str, language: Language) -> str:
    for name, part in PARTS[language].items():
        text = text.replace("{" + name + "}", part)
    return text.replace("{sign}", SIGNATURES[language].block(language))
