"""The ranker: what it is told of a passage, the order it makes of it, and the reasons it gives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banso.core.errors import ConfigError
from banso.core.settings import Settings
from banso.knowledge.documents import Hit, Scope
from banso.knowledge.explaining import Explanation
from banso.knowledge.features import Features
from banso.knowledge.index import Knowledge, open_knowledge
from banso.knowledge.ranking import OFF, Ranker, RankerModel, columns, dealt, get_ranker
from banso.knowledge.why import TEXTS, why
from tests.knowledge.builders import HashEmbedder, entry

PAGES = (
    entry("errors", "HR-1016 means that the certificate has ended.", language="en"),
    entry("similar", "HR-1017 means that the certificate has not begun.", language="en"),
    entry("ライセンスの追加", "管理画面から追加します。", language="ja"),
    entry("License keys", "Add a license under Billing.", language="en"),
    entry("mail", "Mail goes out at night.", language="en"),
)
share = st.floats(0, 1)
any_features = st.builds(Features, *[share] * len(Features._fields))


def trained(path: Path, **weights: float) -> Path:
    path.write_text(RankerModel(weights={"fused": 8.0, **weights}, slope=1, offset=-4).model_dump_json())
    return path


@pytest.fixture
def knowledge(settings: Settings) -> Iterator[Knowledge]:
    with closing(open_knowledge(settings, HashEmbedder())) as opened:
        opened.put(PAGES)
        yield opened


def measured(knowledge: Knowledge, question: str) -> dict[str, Features]:
    found = knowledge.candidates(question, Scope())
    return {found.stored[one]["ref"]: features for one, features in found.features(10).items()}


def searched(settings: Settings, question: str, ranker: Path | str) -> list[Hit]:
    chosen = settings.model_copy(update={"ranker": str(ranker)})
    with closing(open_knowledge(chosen, HashEmbedder())) as knowledge:
        return knowledge.search(question, Scope(), 5)


def test_a_code_counts_whole(knowledge: Knowledge) -> None:
    seen = measured(knowledge, "What is HR-1016?")
    assert (seen["errors"].exact, seen["similar"].exact) == (1, 0)
    assert seen["errors"].rare > seen["similar"].rare


def test_quotes_and_files_count_as_they_stand(knowledge: Knowledge) -> None:
    knowledge.put([entry("quoted", "Choose “Night mode” in settings.yml.", language="en")])
    seen = measured(knowledge, "Where is 「Night mode」 set, settings.yml?")
    assert seen["quoted"].exact == 1 and seen["mail"].exact == 0


def test_a_loanword_is_heard_in_the_other_language_only(knowledge: Knowledge) -> None:
    seen = measured(knowledge, "ライセンスを増やしたい")
    assert (seen["License keys"].sounds, seen["License keys"].foreign) == (1, 1)
    assert (seen["ライセンスの追加"].sounds, seen["ライセンスの追加"].foreign) == (0, 0)
    assert seen["ライセンスの追加"].title > seen["License keys"].title


def test_an_open_ticket_does_not_answer_but_is_asked_for_by_its_own_customer(knowledge: Knowledge) -> None:
    shared = {"source": "ticket", "language": "en", "collection": "desk"}
    states = {"open": "AC-1", "pending": "AC-1", "solved": "AC-2", "unknown": "AC-2"}
    said = "A certificate has ended."
    knowledge.put([entry(one, said, status=one, account=of, **shared) for one, of in states.items()])
    knowledge.put([entry("no-states", said, **{**shared, "collection": "export"}, status="unknown")])

    def unsolved(scope: Scope) -> set[str]:
        found = knowledge.candidates("certificate", scope)
        return {found.stored[one]["ref"] for one, features in found.features(20).items() if features.unsolved}

    assert unsolved(Scope()) == {"open", "unknown"}
    assert unsolved(Scope(account="AC-1")) == set()


@given(st.text(max_size=60), st.text(min_size=1, max_size=60).filter(str.strip))
def test_features_are_shares(question: str, text: str) -> None:
    from banso.knowledge.features import Question, Signals, features

    row = {"title": text[:9], "heading_path": [text[:5]], "text": text, "language": "ja"}
    found = features(Question(question, {"a": 1.0, "語": 0.5}), row, Signals(1, 1, 1, 1, 1, 1), unsolved=False)
    assert all(0 <= one <= 1 for one in found)


@given(st.lists(any_features, min_size=1, max_size=8))
def test_a_sum_is_the_sum_of_its_parts_and_rises_with_its_probability(rows: list[Features]) -> None:
    ranker = Ranker(RankerModel(weights=dict.fromkeys(columns(), 0.7), slope=0.5, offset=-2))
    sums = ranker.sums(rows)
    assert sums == pytest.approx([sum(ranker.parts(row).values()) for row in rows])
    ordered = [ranker.probability(one) for one in sorted(sums)]
    assert ordered == sorted(ordered) and all(0 <= one <= 1 for one in ordered)


@given(st.permutations("abcdef"), st.lists(share, min_size=8, max_size=8))
def test_scores_are_dealt_out_and_none_is_lost(order: list[str], scores: list[float]) -> None:
    given_out = dict(zip("abcdefgh", scores, strict=True))
    new = dealt(order, given_out)
    assert sorted(new.values()) == sorted(given_out.values()) and (new["g"], new["h"]) == (scores[6], scores[7])
    assert [new[one] for one in order] == sorted((given_out[one] for one in order), reverse=True)


def test_a_ranker_of_ones_own_decides_the_order(settings: Settings, knowledge: Knowledge, tmp_path: Path) -> None:
    question = "certificate HR-1017"
    assert searched(settings, question, OFF)[0].ref == "similar"
    contrary = trained(tmp_path / "contrary.json", fused=-8.0, exact=-50.0)
    assert searched(settings, question, contrary)[0].ref != "similar"
    assert {h.ref for h in searched(settings, question, contrary)} == {h.ref for h in searched(settings, question, OFF)}


def test_the_ranker_lets_nothing_through_the_wall(settings: Settings, knowledge: Knowledge) -> None:
    knowledge.put([entry("secret", "HR-1016 means trouble at ACME.", language="en", account="AC-2")])
    for ranker in ("", OFF):
        with closing(open_knowledge(settings.model_copy(update={"ranker": ranker}), HashEmbedder())) as other:
            scope = Scope(account="AC-1")
            assert "secret" not in [hit.ref for hit in other.search("HR-1016", scope, 10)]
            assert "secret" not in [one.hit.ref for one in other.explain("HR-1016", scope, 10)]
            assert "secret" not in [row["ref"] for row in other.candidates("HR-1016", scope).stored.values()]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "is no ranker"),
        ('{"format": "other"}', "is no ranker"),
        (json.dumps({"weights": {"charm": 1}, "slope": 1, "offset": 0}), "charm"),
    ],
)
def test_a_broken_ranker_is_named(settings: Settings, tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "mine.json"
    path.write_text(content)
    with pytest.raises(ConfigError, match=words) as error:
        get_ranker(settings.model_copy(update={"ranker": str(path)}))
    assert "train-ranker" in error.value.hint
    with pytest.raises(ConfigError, match="cannot read"):
        get_ranker(settings.model_copy(update={"ranker": str(tmp_path / "none.json")}))


def test_an_explanation_stands_beside_each_hit(knowledge: Knowledge) -> None:
    knowledge.put(
        [
            entry("old", "Certificates last two years.", language="en", superseded_by="new"),
            entry("new", "Certificates last one year.", language="en"),
        ]
    )
    hits = knowledge.search("How long do certificates last?", Scope(), 5)
    found = knowledge.explain("How long do certificates last?", Scope(), 5)
    assert [one.hit for one in found] == hits
    old = next(one for one in found if one.hit.ref == "old")
    assert old.notes == ("superseded",) and old.place_by_words > 0
    assert old.probability is not None and sum(old.parts.values()) == pytest.approx(get_ranker_sum(old), abs=1e-6)


def get_ranker_sum(one: Explanation) -> float:
    ranker = get_ranker(Settings())
    assert ranker is not None
    return ranker.sums([Features(**one.features)])[0]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_reasons_are_told_in_both_languages(knowledge: Knowledge, language: str) -> None:
    found = knowledge.explain("What is HR-1016?", Scope(), 5)
    best = next(one for one in found if one.hit.ref == "errors")
    said = why(best, found, language)  # type: ignore[arg-type]
    assert said[0] == TEXTS.say("found.words", language, place=1)  # type: ignore[arg-type]
    assert any("%" in line for line in said)
    sunk = best.model_copy(update={"notes": ("superseded", "older_copy", "other_product", "not_ranked")})
    assert len(why(sunk, found, language)) == len(said) + 4  # type: ignore[arg-type]


def test_every_feature_has_a_name_in_both_languages() -> None:
    for language in ("ja", "en"):
        words = TEXTS.words(language)  # type: ignore[arg-type]
        assert {f"feature.{name}" for name in Features._fields} <= words.keys()
