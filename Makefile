# Everything a newcomer or a builder runs. `make help` lists it.
SHELL := /bin/bash
PORT ?= 8000
HOST ?= 127.0.0.1
export PORT HOST
PY := .venv/bin/python
FLASK := $(PY) -m flask --app wsgi
# Browser tests and graders share the cores: two test processes suit two cores and more do not help.
TEST_JOBS ?= 2

.PHONY: help demo demo-reset test check lint bench setup setup-test environments check-courses translations vendor format clean

help: ## Say what there is
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 16

.venv/.ready: pyproject.toml constraints.txt tools/setup.sh
	@tools/setup.sh venv

.venv/.test-ready: .venv/.ready pyproject.toml constraints.txt
	@tools/setup.sh test

setup: .venv/.ready ## Make the virtual environment and what grading needs
	@tools/setup.sh sandbox
	@$(PY) -m tools.translations compile
	@$(PY) -m app.grading environment python

setup-test: .venv/.test-ready setup
	@tools/setup.sh browser
	@$(PY) -m app.grading environment web-backend
	@$(PY) -m app.grading environment web-frontend
	@$(PY) -m app.grading environment iot

demo: setup ## Start the demo: a cohort with graded work, at http://127.0.0.1:8000
	@KISALLI_DEMO=1 KISALLI_INSTANCE=instance/demo $(FLASK) demo

demo-reset: setup ## Throw the demo's data away and begin anew
	@rm -rf instance/demo
	@$(MAKE) --no-print-directory demo

test: setup-test ## Unit, integration and browser tests (under five minutes on two cores)
	@$(PY) -m pytest -n $(TEST_JOBS) --dist loadgroup -m "not long" tests

check: setup-test check-courses ## The long round: every attack, parity with nbgrader, all courses (under 25 minutes)
	@$(PY) -m pytest -n $(TEST_JOBS) --dist loadgroup -m long tests

check-courses: setup-test ## Prove every assignment of every course: solved, blank, and each wrong answer
	@$(PY) -m tools.check_courses --nbgrader

lint: .venv/.test-ready ## Style, types, and the direction of imports
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports

format: .venv/.test-ready ## Put the code in form
	@$(PY) -m ruff check --fix-only .
	@$(PY) -m ruff format .

bench: setup-test ## Every figure of the README, measured here
	@for file in benchmarks/*.py; do name=$$(basename $$file .py); [ "$$name" = __init__ ] || $(PY) -m benchmarks.$$name || exit 1; done

translations: .venv/.ready ## Bring the catalogues up to date with the source
	@$(PY) -m tools.translations update

vendor: .venv/.ready ## Refresh the vendored fonts and scripts (needs npm)
	@$(PY) -m tools.vendor

clean: ## Remove what set-up and tests made (the demo's data stays)
	@rm -rf .venv .envs .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
