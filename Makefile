# Everything a developer types. On a Debian with Python 3.11 or newer nothing else needs to be there.

PYTHON ?= python3
RUN_PACKAGES := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation fonts-dejavu-core
TEST_PACKAGES := $(RUN_PACKAGES) postgresql chromium poppler-utils
BIN := .venv/bin

.PHONY: help run test check style types imports audit bench backup restore chaos clean
.DELETE_ON_ERROR:

help: ## shows this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-7s %s\n", $$1, $$2}' Makefile

run: .venv/installed ## starts dashboard, worker and sandbox; Ctrl-C stops them
	@$(call debian-packages,$(RUN_PACKAGES))
	@$(BIN)/python -m services.run

test: .venv/installed .venv/mesh/installed ## runs all tests; ARGS="-k name" chooses some
	@$(call debian-packages,$(TEST_PACKAGES))
	$(BIN)/python -m pytest -n auto --maxprocesses 8 --max-worker-restart 0 $(ARGS)

check: style types imports audit ## style, types, imports, known vulnerabilities
style: .venv/installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check
types: .venv/installed
	$(BIN)/mypy services pages app.py tests
imports: .venv/installed
	$(BIN)/lint-imports --no-logo
audit: .venv/installed
	.ci/audit

bench: .venv/installed ## measures; writes build/bench.json; ONLY=name measures one
	@$(call debian-packages,$(TEST_PACKAGES))
	$(BIN)/python -m tests.bench $(ONLY)

backup: .venv/installed ## copies the whole store, while all runs: FILE=new-file
	@$(BIN)/python -m services.cli backup "$(FILE)"

restore: .venv/installed ## puts a backup in the store's place, while nothing runs: FILE=backup
	@$(BIN)/python -m services.cli restore "$(FILE)"

chaos: .venv/installed ## five minutes of faults and killed workers on each database; ARGS="--seconds 60" for less
	@$(call debian-packages,$(TEST_PACKAGES))
	$(BIN)/python -m tests.chaos $(ARGS)

clean: ## removes what was installed and built; data/runtime stays
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Made anew only when requirements.txt has changed since.
.venv/installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; PYTHON=/path/to/python3 make … chooses one"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { $(call debian-packages,python3-venv); }
	@echo "Installing the Python packages (only when requirements.txt has changed)"
	@$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --progress-bar off --requirement requirements.txt
	@touch $@

# The sandbox of MESH, for tests.
.venv/mesh/installed: tests/mesh/requirements.txt | .venv/installed
	@$(PYTHON) -m venv .venv/mesh
	.venv/mesh/bin/python -m pip install --quiet --progress-bar off --requirement tests/mesh/requirements.txt
	@touch $@

# Shell that sees to it that these Debian packages are there; silent and without network when they are.
define debian-packages
	missing=""; \
	if command -v dpkg-query >/dev/null; then \
	  for package in $(1); do \
	    dpkg-query -W -f='$${db:Status-Status}' "$$package" 2>/dev/null | grep -qx installed || missing="$$missing $$package"; \
	  done; \
	fi; \
	if [ -n "$$missing" ] && [ "$$(id -u)" = 0 ]; then \
	  echo "Installing Debian packages:$$missing"; \
	  apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $$missing; \
	elif [ -n "$$missing" ]; then \
	  echo "Debian packages are missing. Install them with:  sudo apt-get install$$missing" >&2; exit 1; \
	fi
endef
