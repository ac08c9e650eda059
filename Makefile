# make demo   the example company, one answered question and the web app
# make test   everything that must pass
# PYTHON=...  a Python 3.11, 3.12 or 3.13     UV=uv  let uv make the environment     VENV=...  where it goes

PYTHON ?= $(firstword $(foreach p,python3 python3.13 python3.12 python3.11,$(if $(shell $(p) -c 'import sys; print((3,11)<=sys.version_info[:2]<(3,14) or "")' 2>/dev/null),$(p))))
VENV ?= .venv
UV ?=
PY := $(VENV)/bin/python
TORCH = $(shell sed -n 's/^\(torch==[0-9.]*\).*/\1/p' requirements.lock)
DEMO_DATA ?= data
ifeq ($(UV),)
MAKE_VENV = $(PYTHON) -m venv $(VENV)
else
MAKE_VENV = $(UV) venv -q --seed --python '>=3.11,<3.14' $(VENV)
endif

.PHONY: demo test nightly lint types smoke smoke-answers smoke-review check lock env clean
.DEFAULT_GOAL := help

help:
	@sed -n 's/^# //p' Makefile

env: $(VENV)/.ready

# torch first and through pip, which takes a CPU build where one is at hand; uv then fetches the rest in parallel.
# Where uv cannot reach the package index (it does not read pip's configuration), pip does it all, more slowly.
$(VENV)/.ready: requirements.lock
	@test -n "$(PYTHON)$(UV)" || { echo "Bansō needs Python 3.11, 3.12 or 3.13: install one, or run make PYTHON=/path/to/python"; exit 2; }
	@test -x $(PY) || $(MAKE_VENV)
	@echo "Installing the exact versions of requirements.lock (first time only; a few minutes)"
	@$(PY) -m pip install -q --disable-pip-version-check $(TORCH) $(shell grep '^uv==' requirements.lock)
	@$(PY) -m uv pip install -q --python $(PY) --compile-bytecode -r requirements.lock \
		|| $(PY) -m pip install -q --disable-pip-version-check -r requirements.lock
	@touch $@

demo: env
	@BANSO_DATA=$(DEMO_DATA) $(PY) examples/demo.py

test: env
	@$(PY) -m pytest -n 3 --dist loadfile --no-loadscope-reorder

# The proofs of review at full length (about an hour): random histories 5,000 x 100, 312 kills.
nightly: env
	@NIGHTLY=1 $(PY) -m pytest -s tests/review/test_machine.py tests/review/test_crash.py

lint: env
	@$(PY) -m ruff check . && $(PY) -m ruff format --check .

types: env
	@$(PY) -m mypy

smoke: env smoke-answers smoke-review

smoke-answers: env
	@$(PY) -m evals run smoke --baseline evals/baselines/smoke.json

smoke-review: env
	@$(PY) -m evals run review --baseline evals/baselines/review.json

check: test lint types smoke

# Exact pins for every supported Python and system. The GPU libraries that torch names on Linux stay out:
# pip adds them by itself where torch comes as a GPU build.
lock: env
	@$(PY) -m uv pip compile -q --universal --python-version 3.11 --group dev --all-extras --no-annotate --no-header \
		-c requirements.lock pyproject.toml | grep -vE '^(nvidia-|cuda-|triton)' > requirements.tmp && mv requirements.tmp requirements.lock

clean:
	@rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis build *.egg-info
