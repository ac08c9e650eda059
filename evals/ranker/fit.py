"""Fits the ranker: listwise softmax over each question's candidates, then a sigmoid that turns its sum into a
probability. A document counts as found by any of its passages, and each set of questions weighs the
same, so that a large one does not decide alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch

from banso.knowledge.ranking import RankerModel, columns, expanded
from evals.ranker.examples import Example

PRIOR = 8.0
"""Where training starts and what it is pulled back to: the order of the plain fusion."""
PULL = 0.002
"""Of each weight's squared distance from there."""
ROUNDS = 100
NEVER = -1e9


def fit(sets: Mapping[str, Sequence[Example]]) -> RankerModel:
    """The ranker of these sets of examples, by name. Deterministic."""
    useful = {name: [one for one in examples if one.found] for name, examples in sets.items()}
    examples = [one for some in useful.values() for one in some]
    shares = torch.tensor([1 / len(some) for some in useful.values() for _ in some], dtype=torch.float64)
    weights = _weights(examples, shares / shares.sum())
    slope, offset = _calibrated([one for some in sets.values() for one in some], weights)
    return RankerModel(
        weights={name: round(float(one), 4) for name, one in zip(columns(), weights, strict=True)},
        slope=round(slope, 4),
        offset=round(offset, 4),
        trained_on={name: len(some) for name, some in useful.items()},
    )


def _weights(examples: Sequence[Example], shares: torch.Tensor) -> np.ndarray:
    problems = [_problem(one) for one in examples]
    start = torch.tensor([PRIOR if name == "fused" else 0.0 for name in columns()], dtype=torch.float64)

    def loss(weights: torch.Tensor) -> torch.Tensor:
        missed = torch.stack([_missed(weights, *problem) for problem in problems])
        return (shares * missed).sum() + PULL * ((weights - start) ** 2).sum()

    return _least(loss, start)


def _problem(example: Example) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Rows, where each answering document's passages are among them (0 or NEVER), and the documents' shares."""
    found = [one for one, gain in example.gains.items() if gain > 0 and one in example.documents]
    where = torch.tensor([[0.0 if there == one else NEVER for there in example.documents] for one in found])
    gains = torch.tensor([example.gains[one] for one in found], dtype=torch.float64)
    return torch.tensor(expanded(example.rows)), where.double(), gains / gains.sum()


def _missed(weights: torch.Tensor, rows: torch.Tensor, where: torch.Tensor, gains: torch.Tensor) -> torch.Tensor:
    """Cross-entropy between the documents' shares and the probability that each has of being drawn."""
    log_shares = torch.log_softmax(rows @ weights, dim=0)
    return -(gains * torch.logsumexp(log_shares + where, dim=1)).sum()


def _calibrated(examples: Sequence[Example], weights: np.ndarray) -> tuple[float, float]:
    """Slope and offset of P(answers) over every candidate, those of questions that nothing answers among them."""
    rows = [(expanded(one.rows) @ weights, [one.gains.get(d, 0) > 0 for d in one.documents]) for one in examples]
    sums = torch.tensor(np.concatenate([sums for sums, _ in rows]))
    right = torch.tensor(np.concatenate([answers for _, answers in rows]), dtype=torch.float64)

    def loss(line: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.binary_cross_entropy_with_logits(line[0] * sums + line[1], right)

    slope, offset = _least(loss, torch.tensor([1.0, -8.0], dtype=torch.float64))
    return float(slope), float(offset)


def _least(loss: Callable[[torch.Tensor], torch.Tensor], start: torch.Tensor) -> np.ndarray:
    found = start.clone().requires_grad_(True)
    search = torch.optim.LBFGS([found], max_iter=ROUNDS, line_search_fn="strong_wolfe")

    def step() -> torch.Tensor:
        search.zero_grad()
        value = loss(found)
        value.backward()  # type: ignore[no-untyped-call]
        return value

    search.step(step)  # type: ignore[no-untyped-call]
    return np.asarray(found.detach().numpy())
