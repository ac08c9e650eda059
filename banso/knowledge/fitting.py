"""Of pages about one thing those come first that are for the version and edition asked about; where the question names
none, for those that the customer runs; where nobody knows, the newest. Nothing is left out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from banso.knowledge import editions, versions
from banso.knowledge.documents import Hit, Installed, Misfit

SINKS = 0.85
"""What is left of the score of a passage that is not for what is wanted; as of one about another plan."""
FIRST = 10
"""Hits among which a newer major version makes an older one outdated: what nobody would see does not."""
_KEPT = 4096
_TOLD_BY_VERSION = re.compile(
    r"リリースノート|更新履歴|変更履歴|新機能|移行"
    r"|release[ -]?notes?|\breleases?/|change[ -]?log|what.?s new|migrat|upgrad",
    re.IGNORECASE,
)
"""Pages that tell of one version on purpose: another one is no newer copy of them."""
_MARK = re.compile(
    r"[-_. （(]*(?:v|ver\.?|version|バージョン)?\s*\d+(?:\.(?:\d+|x))+\s*[)）]?|[-_ ]v\d+\b", re.IGNORECASE
)
_FOLDER = re.compile(r"v?\d+(?:\.(?:\d+|x))*|latest|stable|current|next", re.IGNORECASE)


@dataclass(frozen=True)
class Wanted:
    """What a question is about: versions and kinds of edition; empty where nobody knows. `known`: all editions of the
    CRM."""

    versions: tuple[str, ...] = ()
    editions: frozenset[str] = frozenset()
    known: tuple[str, ...] = ()

    def other_edition(self, hit: Hit, words: str = "") -> str:
        """The edition that a passage is about, where it is not the wanted one."""
        named = editions_of(hit, words, self.known) if self.editions else frozenset()
        return "" if named & self.editions else min(named, default="")

    def other_version(self, hit: Hit) -> bool:
        """Whether a passage is about another version: it does not fit, or is of a later one than is sought."""
        later = self.versions and hit.version and not versions.holds_for(hit.version, self.versions)
        return hit.misfit == "other_version" or bool(later)


ANY = Wanted()


def editions_of(hit: Hit, words: str = "", known: Iterable[str] = ()) -> frozenset[str]:
    """The editions that a passage is about: as its words say, else the nearest heading that names one, the title, the
    product, the folders."""
    said = (editions.said_in(text, known) for text in (words, *reversed(hit.heading_path), hit.title))
    folders = frozenset(filter(None, map(editions.of_folder, hit.ref.split("/")[:-1])))
    return next(filter(None, (*said, editions.of_product(hit.product, known), folders)), frozenset())


def wanted(question: str, installed: Installed, known: Iterable[str] = ()) -> Wanted:
    """What the question names comes before what is run. `known`: versions that there are, by which a bare 2.8 is
    heard."""
    every = installed.editions
    named = editions.said_in(question, every)
    own = frozenset([editions.kind_of(installed.edition)] if installed.edition.strip() else [])
    return Wanted(versions.said_in(question, known) or installed.versions, named or own, every)


def as_asked(installed: Installed, asked: str) -> Installed:
    """What is run, but for what these words name: a model's query may leave out what the person said."""
    named = editions.said_in(asked, installed.editions)
    edition = next(iter(named)) if len(named) == 1 else "" if named else installed.edition
    return installed.model_copy(update={"versions": versions.said_in(asked) or installed.versions, "edition": edition})


def fitted(hits: Sequence[Hit], sought: Wanted) -> list[Hit]:
    """The hits, best first, each told what does not fit (`misfit`): such a hit keeps `SINKS` of its score and stands
    behind the hits of the same page that fit better."""
    marked = [hit.model_copy(update={"misfit": why}) if (why := _misfit(hit, hits, sought)) else hit for hit in hits]
    if marked == list(hits):
        return marked
    sunk = [hit.model_copy(update={"score": hit.score * SINKS}) if hit.misfit else hit for hit in marked]
    return _kin_in_order(sorted(sunk, key=lambda hit: -hit.score))


def same_page(one: Hit, other: Hit) -> bool:
    """Whether two documents are one page of a manual for different versions or editions: the same path but for those,
    or the same title in the same folder."""
    if one.document_id == other.document_id or not one.source == other.source == "manual":
        return False
    if (one.language, one.account) != (other.language, other.account) or _tells(one) or _tells(other):
        return False
    (folders, name), (others, another) = _place(one.ref), _place(other.ref)
    if editions.without(one.product).strip(" .") != editions.without(other.product).strip(" ."):
        return False
    return folders == others and bool(name == another or ((bare := _bare(one.title)) and bare == _bare(other.title)))


def fits_better(one: Hit, other: Hit, sought: Wanted) -> bool:
    """Whether the first of two hits of the same page is the one to read."""
    if not (versions.comparable(one.version, other.version) and not versions.same(one.version, other.version)):
        return False
    return versions.nearness(one.version, sought.versions) > versions.nearness(other.version, sought.versions)


def _misfit(hit: Hit, hits: Sequence[Hit], sought: Wanted) -> Misfit:
    if sought.other_edition(hit):
        return "other_edition"
    if not hit.version:
        return ""
    if sought.versions and not versions.one_major(hit.version, sought.versions):
        return "other_version"
    beaten = any(fits_better(other, hit, sought) and same_page(other, hit) for other in hits if other.version)
    if sought.versions:
        return "other_version" if beaten else ""
    return "older_version" if beaten or _outdated(hit, hits[:FIRST]) else ""


def _outdated(hit: Hit, first: Sequence[Hit]) -> bool:
    """Whether a manual's page is of an earlier major version of the product than another that was found."""
    if hit.source != "manual" or _tells(hit) or versions.numbers(hit.version)[:1] >= (versions.CALENDAR,):
        return False
    return any(
        one.source == "manual" and one.product == hit.product and versions.older_major(hit.version, one.version)
        for one in first
    )


def _kin_in_order(hits: Sequence[Hit]) -> list[Hit]:
    """Passages of the same page change places, so that those that fit best have the best; scores stay with places."""
    placed = list(hits)
    for at in range(len(placed)):
        odd, rest = placed[at], range(at + 1, len(placed)) if placed[at].misfit else ()
        later = next((n for n in rest if not placed[n].misfit and same_page(odd, placed[n])), at)
        if later > at:
            placed[at] = placed[later].model_copy(update={"score": odd.score})
            placed[later] = odd.model_copy(update={"score": hits[later].score})
    return placed


def _tells(hit: Hit) -> bool:
    return _told_by_version(f"{hit.title}\n{hit.ref}")


@lru_cache(maxsize=_KEPT)
def _told_by_version(names: str) -> bool:
    return bool(_TOLD_BY_VERSION.search(names))


@lru_cache(maxsize=_KEPT)
def _place(ref: str) -> tuple[tuple[str, ...], str]:
    """The folders and the name of a page, without versions and editions."""
    *folders, name = ref.casefold().split("/")
    kept = tuple(one for one in folders if not _FOLDER.fullmatch(one) and not editions.of_folder(one))
    return kept, _bare(name.rpartition(".")[0] or name) or name


@lru_cache(maxsize=_KEPT)
def _bare(title: str) -> str:
    return " ".join(editions.without(_MARK.sub(" ", unicodedata.normalize("NFKC", title))).casefold().split())
