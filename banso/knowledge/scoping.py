"""The wall: the one place where a Scope becomes a condition. An empty condition is never built."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from banso.knowledge.documents import Chunk, Document, Scope, Visibility

_SEPARATOR = "\x1f"


def visible(scope: Scope) -> tuple[Visibility, ...]:
    """The visibilities that this scope may see; never empty."""
    if scope.public_only:
        return ("public",)
    return ("public", "internal", "private") if scope.private else ("public", "internal")


def realm(document: Document, chunk: Chunk) -> str:
    """Everything about a chunk that decides who may see it, as one key."""
    return _SEPARATOR.join(
        (document.source, document.visibility, "hidden" if chunk.hidden else "shown", document.account)
    )


def condition(scope: Scope, *, hidden: bool = False) -> tuple[str, list[object]]:
    """A condition over the columns of table `chunks`, and its parameters. A document without a date is outside every
    stretch of time, and one without a product outside every product."""
    clauses = [_among("source", len(scope.sources)), _among("visibility", len(visible(scope)))]
    values: list[object] = [*scope.sources, *visible(scope)]
    if not hidden:
        clauses.append("hidden = 0")
    if scope.account:
        clauses.append("account IN ('', ?)")
        values.append(scope.account)
    if scope.product:
        clauses.append("product = ?")
        values.append(product_key(scope.product))
    if scope.languages:
        clauses.append(_among("language", len(scope.languages)))
        values.extend(scope.languages)
    admitted = " AND ".join(f"chunks.{clause}" for clause in clauses)
    dated, moments = _dated(scope)
    return (f"{admitted} AND {dated}" if dated else admitted), [*values, *moments]


def _dated(scope: Scope) -> tuple[str, list[object]]:
    """The stretch of time as a condition, "" without one, and its parameters."""
    bounds = [(scope.since, ">="), (scope.until, "<=")]
    clauses = [f"chunks.dated {comparison} ?" for moment, comparison in bounds if moment is not None]
    moments: list[object] = [moment.timestamp() for moment, _ in bounds if moment is not None]
    if not clauses:
        return "", []
    within = " AND ".join(clauses)
    if not scope.timeless:
        return within, moments
    return f"(chunks.{_among('source', len(scope.timeless))} OR ({within}))", [*scope.timeless, *moments]


def undated(scope: Scope) -> Scope:
    """The scope without its stretch of time, which `within` answers."""
    return scope.model_copy(update={"since": None, "until": None, "timeless": ()})


def of_all_times(scope: Scope) -> Scope:
    """What the scope admits whatever its stretch of time: its sources that have none."""
    timeless = tuple(source for source in scope.sources if source in scope.timeless)
    return undated(scope).model_copy(update={"sources": timeless})


def within(scope: Scope, dated: NDArray[np.float64]) -> NDArray[np.bool_]:
    """What `condition` says about time, for an array of moments; NaN is no date, and outside."""
    since = scope.since.timestamp() if scope.since else -np.inf
    until = scope.until.timestamp() if scope.until else np.inf
    found: NDArray[np.bool_] = (dated >= since) & (dated <= until)
    return found


def product_key(product: str) -> str:
    """Products compare without regard to case."""
    return product.strip().casefold()


def _among(column: str, count: int) -> str:
    return f"{column} IN ({', '.join('?' * count)})" if count else f"{column} IS NULL"
