"""What starting up imports: providers are loaded by the branch that needs them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HEAVY = ("torch", "litellm", "sentence_transformers", "transformers", "unstructured", "spacy")


@pytest.mark.parametrize("module", ["app", "agents.__main__", "ingest.__main__", "evals.__main__"])
def test_start_up_imports_no_provider(module: str) -> None:
    code = f"import {module}, sys; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"
