"""What can be left out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from banso.core.errors import ConfigError
from banso.core.settings import Settings
from banso.knowledge.search_options import WHOLE, SearchOptions
from evals.clock import asked_at

if TYPE_CHECKING:
    from agents.session import Copilot


@dataclass(frozen=True)
class Ablation:
    """One part left out or changed. `chunk_tokens` and `context` need an index of their own, made from the stored
    documents; the others search the one at hand."""

    name: str
    what: str
    search: SearchOptions = WHOLE
    reranker: bool = True
    chunk_tokens: int | None = None
    context: bool = True

    @property
    def reindexes(self) -> bool:
        """Whether passages have to be cut and embedded again."""
        return self.chunk_tokens is not None or not self.context

    def settings(self, settings: Settings) -> Settings:
        """The settings of a search without this part."""
        return settings if self.reranker else settings.model_copy(update={"reranker": ""})

    def open(self, settings: Settings) -> Copilot:
        """A copilot whose search lacks this part."""
        from agents.session import open_copilot

        return open_copilot(self.settings(settings), self.search, asked_at)


ABLATIONS = (
    Ablation("BM25 only", "words alone, no vectors", SearchOptions(meanings=False)),
    Ablation("dense only", "vectors alone, no words", SearchOptions(words=False)),
    Ablation("no ranker", "the fusion of words and vectors orders alone", SearchOptions(ranked=False)),
    Ablation("fixed weight", "words and vectors at one fixed weight", SearchOptions(calibrated=False)),
    Ablation("not centred", "what all questions have in common is left in", SearchOptions(centred=False)),
    Ablation("no subject", "another product's manual does not sink", SearchOptions(subjects=False)),
    Ablation("no conflicts", "replaced pages and older copies do not sink", SearchOptions(conflicts=False)),
    Ablation("no variants", "pages that say the same stand side by side", SearchOptions(variants=False)),
    Ablation("not completed", "hits come without the passages they go on into", SearchOptions(completed=False)),
    Ablation("no reranker", "the fused order stands", reranker=False),
    Ablation("no context", "passages without the title and headings above them", context=False),
    Ablation("chunks of 160", "passages of at most 160 tokens, not 320", chunk_tokens=160),
    Ablation("chunks of 480", "passages of at most 480 tokens, not 320", chunk_tokens=480),
)


def applicable(settings: Settings, *, reindex: bool, only: Collection[str] | None = None) -> tuple[Ablation, ...]:
    """Those that change something under these settings; with names, those of them. Raises ConfigError listing them."""
    possible = [one for one in ABLATIONS if one.reranker or settings.reranker]
    if not only:
        return tuple(one for one in possible if reindex or not one.reindexes)
    by_name = {one.name.casefold(): one for one in possible}
    unknown = [name for name in only if name.casefold() not in by_name]
    if unknown:
        raise ConfigError(f"no ablation {unknown[0]!r} here", "there are: " + ", ".join(one.name for one in possible))
    return tuple(by_name[name.casefold()] for name in only)
