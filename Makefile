# Two commands do everything on a fresh machine with git, make and Python 3.11 or later with its venv:
#
#   make demo    the main job, offline, against a registry of tagwake's own
#   make test    all of the checks and all of the tests, against the built wheel
#
# The others are for daily work: check, fix, docs, wheel, lock, bench, fuzz, clean.

VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# Every dependency is locked by its hash; only our own package is built here, by the locked build backend.
INSTALL := $(PIP) install --require-hashes
SECONDS_TO_FUZZ ?= 60
PYTEST ?= -n auto --dist worksteal
WHEEL := $(CURDIR)/build/wheel

.PHONY: help demo test check fix docs wheel lock bench fuzz clean
.DELETE_ON_ERROR:

help:
	@sed -n 's/^#   //p' Makefile

demo: $(VENV)/.service
	@$(BIN)/tagwake demo

test: check wheel
	TAGWAKE_TESTED_FROM='$(WHEEL)' PYTHONPATH='$(WHEEL)' $(BIN)/python -m pytest $(PYTEST)

check: $(VENV)/.dev
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/generate.py --check

fix: $(VENV)/.dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

docs: $(VENV)/.dev
	$(BIN)/python docs/generate.py

# The wheel is built from the source distribution, as the published one is, and unpacked to where the tests import it.
wheel: $(VENV)/.dev
	rm -rf dist build
	$(BIN)/python -m build --no-isolation --outdir dist . >build.log 2>&1 || { cat build.log; exit 1; }
	@rm -f build.log
	$(PIP) install --no-deps --no-index --target '$(WHEEL)' dist/*.whl

lock: $(VENV)/.dev
	PATH="$(CURDIR)/$(BIN):$$PATH" requirements/lock.sh

bench: $(VENV)/.dev
	$(BIN)/python bench/run.py

fuzz: $(VENV)/.dev
	$(PIP) install -r requirements/fuzz.txt --require-hashes
	$(BIN)/python fuzz/run.py --seconds $(SECONDS_TO_FUZZ)

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# Set-up runs once, and again when what it installs has changed.

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	$(INSTALL) -r requirements/dev.txt
	@touch $@

$(VENV)/.service: $(VENV)/.runtime requirements/service.txt
	$(INSTALL) -r requirements/service.txt
	@touch $@

$(VENV)/.runtime: $(BIN)/python requirements/runtime.txt requirements/build.txt pyproject.toml
	$(INSTALL) -r requirements/runtime.txt -r requirements/build.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(BIN)/python:
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python; do \
	  if "$$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "setting up $(VENV) with $$("$$python" --version)"; \
	    exec "$$python" -m venv '$(VENV)'; \
	  fi; \
	done; \
	echo 'tagwake needs Python 3.11 or later with its venv module' >&2; \
	echo '  Debian, Ubuntu: apt-get install python3 python3-venv      macOS: brew install python' >&2; \
	echo '  or name one: make PYTHON=/path/to/python3' >&2; \
	exit 1
