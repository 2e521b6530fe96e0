# Everything a person or CI does here. `make run` and `make test` work alone on a fresh machine.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEV := $(VENV)/.dev
SOAK_SECONDS ?= 600
SMOKE := $(VENV)/smoke

.PHONY: run test check format lint types contracts smoke bench golden docs soak clean

run: $(READY)  ## run the checkout sample: steps, output, and what it costs
	$(BIN)/asl run sample_machines/checkout

test: $(DEV)  ## run all tests
	$(BIN)/python -m pytest -n auto

check: $(DEV)  ## format, lint, types, contracts, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n auto

format: $(DEV)  ## put every file into the house style
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: $(DEV)
	$(BIN)/ruff check .

types: $(DEV)
	$(BIN)/mypy

contracts: $(DEV)  ## who may import whom
	$(BIN)/lint-imports

smoke: $(DEV)  ## drive a real server with the AWS command line and the SDK for JavaScript
	test -x $(SMOKE)/bin/python || $(BIN)/python -m venv $(SMOKE)
	$(SMOKE)/bin/pip install --quiet --disable-pip-version-check awscli
	-npm install --silent --no-audit --no-fund --prefix $(SMOKE) @aws-sdk/client-sfn
	ASL_SMOKE=$(SMOKE) $(BIN)/python -m pytest -rs tests/smoke

golden: $(DEV)  ## rewrite the golden histories, costs, advice and pictures; review the diff
	$(BIN)/python -m tests.golden

docs: $(DEV)  ## rewrite docs/rules from the rules' own pages
	$(BIN)/python -m tests.rules

soak: $(DEV)  ## fuzz for SOAK_SECONDS, guided by coverage; then kill and restart a server 50 times
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[soak]'
	SOAK_SECONDS=$(SOAK_SECONDS) $(BIN)/python -m tests.soak
	$(BIN)/python -m tests.soak.crash

bench: $(DEV)  ## compare with peers, measured in the same run
	$(BIN)/pip install --quiet -e '.[bench]'
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(READY): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	$(BIN)/python -m compileall -q asl cli
	touch $@

$(DEV): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@ $(READY)
