# make demo: set up, make handouts of every layout for both example clinics, print where they are.
# make desk: set up, open the desk in the browser.
# make test: set up, run every check.
# make soak: set up, try other random examples, disturb batches for 20 minutes.
# All need Python 3.11 or newer and make, and fetch the pinned packages with pip.

PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3.14 python3 python,$(shell command -v $(name) 2>/dev/null)))
VENV ?= .venv
BENCH ?= $(VENV)/bench
BIN := $(VENV)/bin
DEMO ?= demo
JOBS ?= auto
PIP := PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt PIP_DISABLE_PIP_VERSION_CHECK=1 \
  $(BIN)/python -m pip --quiet install

.DEFAULT_GOAL := demo
.PHONY: demo desk test coverage soak lint types imports unit bench bench-quick format schemas figures fonts docs clean

demo: $(VENV)/demo-ready
	@$(BIN)/handouts demo -o "$(DEMO)"
	@echo "More: $(BIN)/handouts --help   (or once: source $(BIN)/activate, then: handouts --help)"

# Opens the desk with the folder CLINIC, or with the built-in content to try it out.
desk: $(VENV)/desk-ready
	@$(BIN)/handouts $(if $(CLINIC),--folder "$(CLINIC)") desk

test: lint types imports unit

# Kills batches at random moments, fills disks, presses Ctrl-C. Takes about 20 minutes. Mounting a
# small disk needs root; without root, that part is skipped.
soak: $(VENV)/test-ready
	HANDOUTS_EXAMPLES=others $(BIN)/pytest -q tests/load tests/model tests/compose tests/whole tests/pdf
	HANDOUTS_SOAK=1 $(BIN)/pytest -n 0 -v -s tests/deliver/test_disturbed.py

lint: $(VENV)/test-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/test-ready
	$(BIN)/mypy

imports: $(VENV)/test-ready
	$(BIN)/lint-imports

unit: $(VENV)/test-ready
	$(BIN)/pytest -n $(JOBS)

# Measuring coverage doubles the time of the tests, so it is not part of make test.
coverage: $(VENV)/test-ready
	$(BIN)/pytest -n $(JOBS) --cov --cov-report=term

# --- speed: the other ways of making the same pages have their own environment -------------

bench: $(BENCH)/ready
	$(BENCH)/bin/python -m benchmarks.measure

bench-quick: $(BENCH)/ready
	$(BENCH)/bin/python -m benchmarks.measure --quick

# --- for people who change the project ------------------------------------------------------

format: $(VENV)/test-ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

schemas: $(VENV)/test-ready
	$(BIN)/handouts schema --write data/schemas

figures: $(VENV)/test-ready
	$(BIN)/handouts figures generate
	rm -rf docs/example-folder/.figures
	$(BIN)/handouts --folder docs/example-folder figures sheet -o $(VENV)/own.png

fonts: $(VENV)/test-ready
	$(BIN)/python tools/fonts.py

docs: $(VENV)/test-ready
	$(BIN)/python tools/reference.py
	$(BIN)/python tools/pages.py

clean:
	rm -rf $(VENV) $(DEMO) dist .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

# --- set up: a stamp file records that a step is done --------------------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; set it with: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/demo-ready: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Setting up $(VENV) (once)"
	@$(PIP) --editable .
	@touch $@

$(VENV)/desk-ready: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Setting up $(VENV) with the desk (once)"
	@$(PIP) --editable '.[desk]'
	@touch $@ $(VENV)/demo-ready

$(VENV)/test-ready: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Setting up $(VENV) with the tools for tests (once)"
	@$(PIP) --editable '.[dev]'
	@touch $@ $(VENV)/demo-ready $(VENV)/desk-ready

$(BENCH)/ready: pyproject.toml constraints.txt
	@$(MAKE) --no-print-directory VENV="$(BENCH)" $(BENCH)/bin/python
	@echo "Setting up $(BENCH) with the programs to compare with (once)"
	@PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt \
	  PIP_DISABLE_PIP_VERSION_CHECK=1 $(BENCH)/bin/python -m pip --quiet install --editable '.[bench]'
	@touch $@
