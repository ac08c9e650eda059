"""Which of several pages about one thing comes first: by the question, by what the customer runs, else the newest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from banso.core.settings import Settings
from banso.knowledge import editions
from banso.knowledge.documents import NOT_KNOWN, Hit, Installed, Scope
from banso.knowledge.fitting import fitted, same_page, wanted
from banso.knowledge.index import Knowledge, open_knowledge
from banso.knowledge.search_options import SearchOptions
from tests.knowledge.builders import HashEmbedder, entry

ASKED = "How do I switch on single sign-on?"
OLD = "To switch on single sign-on open Security, tick SAML and paste one certificate."
NEW = "To switch on single sign-on open Authentication, read the metadata and test the connection first."
PAGES = (
    entry("v2.8/sso.md", f"{ASKED} {OLD}", title="Single sign-on", language="en", version="2.8"),
    entry("v2.10/sso.md", NEW, title="Single sign-on", language="en", version="2.10"),
    entry("v2.9/sso.md", f"{OLD} Press Save.", title="Single sign-on", language="en", version="2.9"),
)


def hit(ref: str, score: float = 0.5, **fields: Any) -> Hit:
    shared = {"source": "manual", "collection": "docs", "title": ref, "text": ref, "start": 0, "end": len(ref)}
    return Hit(**{"chunk_id": ref, "document_id": ref, "ref": ref, "score": score, **shared, **fields})


def order(*hits: Hit, question: str = "SSO の設定方法は？", installed: Installed = NOT_KNOWN) -> list[str]:
    return [one.ref for one in fitted(hits, wanted(question, installed, [one.version for one in hits]))]


@pytest.fixture
def knowledge(settings: Settings) -> Iterator[Knowledge]:
    with closing(open_knowledge(settings, HashEmbedder())) as opened:
        opened.put(PAGES)
        yield opened


def found(knowledge: Knowledge, question: str = ASKED, **installed: Any) -> list[tuple[str, str]]:
    hits = knowledge.search(question, Scope(installed=Installed(**installed)), 3)
    return [(one.version, one.misfit) for one in hits]


def test_the_newest_version_of_a_page_leads_where_none_is_named(knowledge: Knowledge) -> None:
    assert found(knowledge)[0] == ("2.10", "") and {why for _, why in found(knowledge)[1:]} == {"older_version"}


def test_the_customer_s_version_leads_and_the_others_say_so(knowledge: Knowledge) -> None:
    told = found(knowledge, versions=("2.9.3",))
    assert told[0] == ("2.9", "") and {why for _, why in told[1:]} == {"other_version"}


def test_a_version_that_the_question_names_wins_over_the_record(knowledge: Knowledge) -> None:
    assert found(knowledge, f"{ASKED} On version 2.8", versions=("2.10",))[0] == ("2.8", "")
    assert found(knowledge, f"{ASKED} 2.8", versions=("2.10",))[0] == ("2.8", "")


def test_nothing_is_lost_and_scores_stay_in_order(knowledge: Knowledge) -> None:
    hits = knowledge.search(ASKED, Scope(installed=Installed(versions=("2.9",))), 3)
    assert {one.version for one in hits} == {"2.8", "2.9", "2.10"}
    assert [one.score for one in hits] == sorted((one.score for one in hits), reverse=True)


def test_switched_off_nothing_changes_places(settings: Settings, knowledge: Knowledge) -> None:
    with closing(open_knowledge(settings, HashEmbedder(), options=SearchOptions(fitted=False))) as plain:
        assert {one.misfit for one in plain.search(ASKED, Scope(), 3)} == {""}
        assert plain.search(ASKED, Scope(), 3)[0].version == "2.8"


def test_why_a_hit_sank_is_told(knowledge: Knowledge) -> None:
    told = knowledge.explain(ASKED, Scope(installed=Installed(versions=("2.9",))), 3)
    assert [one.notes for one in told if one.hit.version == "2.10"] == [("other_version",)]


def test_an_earlier_major_version_sinks_below_what_a_newer_one_says() -> None:
    old, new = hit("ja/admin/sso-guide-v2.md", 0.6, version="2.8"), hit("ja/admin/sso.md", 0.55, version="3.2")
    assert order(old, new) == [new.ref, old.ref]
    assert order(old, new, installed=Installed(versions=("2.8",))) == [old.ref, new.ref]
    assert order(old, new, question="バージョン 2.8 の SSO は？") == [old.ref, new.ref]
    later = hit("ja/admin/ip.md", 0.7, version="3.4")
    assert order(later, new, installed=Installed(versions=("3.2",))) == [later.ref, new.ref]
    far = hit("ja/admin/other.md", 0.1, version="3.2")
    assert order(old, far) == [old.ref, far.ref]


def test_pages_that_tell_of_one_version_stay_where_they_are() -> None:
    notes, page = (
        hit("releases/2.8.md", 0.6, version="2.8", title="2.8 リリースノート"),
        hit("sso.md", 0.55, version="3.2"),
    )
    assert order(notes, page) == [notes.ref, page.ref]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("v2.8/sso.md", "v3.1/sso.md", True),
        ("2.x/admin/sso.md", "latest/admin/sso.md", True),
        ("guide-2.8.pdf", "guide-3.1.pdf", True),
        ("cloud/sso.md", "self-host/sso.md", True),
        ("admin/overview.md", "connect/overview.md", False),
        ("sso.md", "scim.md", False),
        ("cloud-storage/upload.md", "upload.md", False),
        ("releases/3.3.md", "releases/3.4.md", False),
        ("plans-2025.md", "plans-2026.md", False),
    ],
)
def test_a_page_is_known_again_by_its_path_without_versions_and_editions(one: str, other: str, same: bool) -> None:
    assert same_page(hit(one), hit(other)) is same


def test_a_title_in_the_same_folder_names_a_page_too() -> None:
    one, other = hit("a/1.md", title="SSO の設定（v2.8）"), hit("a/2.md", title="SSO の設定（v3.1）")
    assert same_page(one, other) and not same_page(one, hit("b/2.md", title="SSO の設定"))
    assert not same_page(one, hit("a/2.md", title="SSO の設定", account="AC-1"))


OURS = Installed(edition="オンプレミス版", editions=("Cloud", "オンプレミス版"))


def test_the_customer_s_edition_comes_first_however_it_is_written() -> None:
    cloud, own = hit("cloud/sso.md", 0.6), hit("self-host/sso.md", 0.4)
    assert order(cloud, own, installed=OURS) == [own.ref, cloud.ref]
    assert order(own, cloud, installed=Installed(edition="SaaS")) == [cloud.ref, own.ref]
    assert order(own, cloud, question="クラウド版の SSO は？", installed=OURS) == [cloud.ref, own.ref]
    assert order(cloud, own) == [cloud.ref, own.ref]


def test_headings_title_and_product_name_an_edition_too() -> None:
    sought = wanted("SSO の設定方法は？", OURS)
    for about in ({"heading_path": ("クラウド版の場合",)}, {"title": "SSO（クラウド版）"}, {"product": "GROWI.cloud"}):
        assert sought.other_edition(hit("sso.md", **about)) == editions.CLOUD
    assert sought.other_edition(hit("sso.md", title="Google Cloud と連携する")) == ""
    assert sought.other_edition(hit("sso.md", title="クラウド版とオンプレミス版の違い")) == ""
    assert sought.other_edition(hit("sso.md"), "クラウド版では設定できません。") == editions.CLOUD


def test_an_edition_of_the_crm_that_is_of_no_kind_is_known_by_its_name() -> None:
    sought = wanted("SSO?", Installed(edition="Community", editions=("Community", "Premium")))
    assert sought.other_edition(hit("a.md", title="SSO (Premium)")) == "Premium"
    assert sought.other_edition(hit("a.md", title="SSO (Community)")) == ""
