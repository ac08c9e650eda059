"""Every logger at its loudest, as when somebody looks for a fault."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def log_everything(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Inside, `caplog.text` gets all that any logger says at DEBUG, one that keeps its lines to itself too."""
    known = [logging.getLogger(name) for name in list(logging.root.manager.loggerDict)]
    apart = [logger for logger in known if not logger.propagate]
    for logger in apart:
        logger.addHandler(caplog.handler)
    caplog.set_level(logging.DEBUG)
    for logger in known:
        caplog.set_level(logging.DEBUG, logger=logger.name)
    try:
        yield
    finally:
        for logger in apart:
            logger.removeHandler(caplog.handler)
