"""Windows of the people in browser tests do not outlive their test."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest

from tests.ui.conftest import RunningApp
from tests.ui.person import visitors

APP = RunningApp("http://127.0.0.1:1", Path())


def browser_of(*contexts: Any) -> MagicMock:
    browser = MagicMock()
    browser.new_context.side_effect = contexts
    return browser


def test_every_window_is_closed_where_a_test_fails_and_where_one_asked_another_host() -> None:
    first, second = MagicMock(), MagicMock()
    with pytest.raises(AssertionError, match="another host"), visitors(APP, browser_of(first, second)) as come:
        come("yui")
        come("ren", "en").left.append("https://elsewhere.example")
        raise LookupError("the test failed")
    first.close.assert_called_once()
    second.close.assert_called_once()


def test_a_window_in_which_nobody_could_sign_in_is_closed() -> None:
    context = MagicMock()
    context.new_page.return_value.goto.side_effect = LookupError("no such page")
    with pytest.raises(LookupError), visitors(APP, browser_of(context)) as come:
        come("yui")
    context.close.assert_called_once()
