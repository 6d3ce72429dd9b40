# The newest that really runs: a name on the PATH may be a stand-in for a Python that is not there.
PYTHON ?= $(shell for name in python3.14 python3.13 python3.12 python3.11 python3; do if $$name -c 'import venv' >/dev/null 2>&1; then echo $$name; break; fi; done)
PORT ?= 8000
V := .venv
export UV_PYTHON_DOWNLOADS = never
RESOLVE = $(V)/bin/uv pip compile pyproject.toml --extra postgres --extra server --extra redis --extra sso --group assets --group build --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" -q

help: ## Show what make can do
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | awk -F'|' '{printf "  make %-14s %s\n", $$1, $$2}'

demo: $(V)/.run assets ## Make the demo if there is none, and serve it on http://127.0.0.1:$(PORT)
	@$(V)/bin/coproduce demo --port $(PORT)

demo-reset: $(V)/.run ## Throw the demo's data away; the next `make demo` starts over
	@$(V)/bin/coproduce demo --forget

test: $(V)/.dev assets ## Run the whole suite: SQLite, PostgreSQL, and a browser where one is found
	@$(V)/bin/python -m tests.run

test-long: $(V)/.dev assets ## The same, with every field of every form tried alone
	@COPRODUCE_TEST_LONG=1 $(V)/bin/python -m tests.run

lint: $(V)/.dev ## Check style, imports and templates
	@$(V)/bin/ruff format --check . && $(V)/bin/ruff check . && $(V)/bin/lint-imports --no-logo && $(V)/bin/djlint templates --lint --quiet

types: $(V)/.dev ## Check types
	@$(V)/bin/mypy

serve: $(V)/.run assets ## Serve as in production (set COPRODUCE_* first: docs/running.md)
	@$(V)/bin/coproduce serve

worker: $(V)/.run ## Run the worker as in production
	@$(V)/bin/coproduce worker

screenshots: $(V)/.dev assets ## Photograph the main pages at 360 and 1200 px into screenshots/
	@$(V)/bin/python -m tests.screenshots

measure: $(V)/.dev assets ## Measure CPU a request, for docs/performance.md
	@$(V)/bin/python -m tests.measure

bench: $(V)/.dev assets ## Measure CPU and queries a request at 2,000 proposals, for docs/performance.md
	@$(V)/bin/python -m benchmarks.run

words: $(V)/.dev ## Write every message to coproduce/translations/coproduce.pot, for translators
	@$(V)/bin/python -m tests.languages

lock: $(V)/.tool ## Work out the locked packages again
	@$(RESOLVE) -o requirements.lock
	@$(RESOLVE) --group dev -o requirements-dev.lock

assets: $(V)/.run
	@$(V)/bin/python -m coproduce.assets

$(V)/.tool:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Coproduce needs Python 3.11 or newer. Set PYTHON=/path/to/python3.11.")'
	@echo "Making a Python environment in $(V) ..."
	@$(PYTHON) -m venv $(V)
	@$(V)/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	@touch $@

$(V)/.run: $(V)/.tool pyproject.toml requirements.lock
	@echo "Installing the locked packages ..."
	@$(V)/bin/uv pip install --quiet --python $(V)/bin/python --require-hashes -r requirements.lock
	@$(V)/bin/uv pip install --quiet --python $(V)/bin/python --no-deps --no-build-isolation -e .
	@touch $@

$(V)/.dev: $(V)/.run requirements-dev.lock
	@echo "Installing what the tests need ..."
	@$(V)/bin/uv pip install --quiet --python $(V)/bin/python --require-hashes -r requirements-dev.lock
	@touch $@

.PHONY: help demo demo-reset test test-long lint types serve worker screenshots measure bench words lock assets
.DEFAULT_GOAL := help
