PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test test-long lint bench up run clean

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v < (3, 14) else "Python 3.11, 3.12 or 3.13 is needed; this is %d.%d. Try: make PYTHON=python3.12 ..." % v)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9,<1'
	$(BIN)/uv pip install --quiet --python $(BIN)/python -e '.[dev]' -c constraints.txt
	@touch $@

demo: $(STAMP)
	$(BIN)/python -m dags.support.demo

test: $(STAMP)
	$(BIN)/python -m pytest -q -n logical --dist loadfile --no-loadscope-reorder -m "not long"

test-long: $(STAMP)
	$(BIN)/python -m pytest -q -n logical --dist loadfile --no-loadscope-reorder -m long

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(STAMP)
	@for bench in $(notdir $(basename $(wildcard benches/*.py))); do echo "== $$bench"; $(BIN)/python -m benches.$$bench || exit 1; done

up: $(STAMP)
	@set -a; if [ -f .env ]; then . ./.env; fi; exec $(BIN)/python -m dags.support.up

run: $(STAMP)
	@set -a; if [ -f .env ]; then . ./.env; fi; exec $(BIN)/python -m dags.support.once

clean:
	rm -rf .mypy_cache .pytest_cache .ruff_cache build *.egg-info
