"""Finding by meaning: the nearest chunks of every language, among what a scope admits."""

from __future__ import annotations

from banso.knowledge.documents import Language, Scope
from banso.knowledge.embedding import Vectors
from banso.knowledge.matrix import Matrix

NAMED: tuple[Language, ...] = ("ja", "en")  # und (numbers, codes) is nobody's own language


class Neighbours:
    """Asks the matrix for each language by itself: text in the question's language is nearer than the rest."""

    def __init__(self, matrix: Matrix) -> None:
        self._matrix = matrix

    def nearest(
        self, vector: Vectors, scope: Scope, present: dict[tuple[str, Language], int], limit: int, *, hidden: bool
    ) -> dict[str, float]:
        """Cosines of the nearest `limit` chunks of each language that the scope admits. `present`: how many chunks it
        admits, by realm and language."""
        (by_language,) = self._matrix.view().nearest(vector[None], _scopes(scope, present), limit, hidden=hidden)
        return {one: cosine for found in by_language for one, cosine in found}


def _scopes(scope: Scope, present: dict[tuple[str, Language], int]) -> list[Scope]:
    """One scope for each named language, with text of none."""
    languages = {language for _, language in present}
    named = [language for language in NAMED if language in languages]
    if len(named) < len(NAMED):
        return [scope]
    rest: tuple[Language, ...] = tuple(sorted(languages - set(named)))
    return [scope.model_copy(update={"languages": (one, *rest)}) for one in named]
