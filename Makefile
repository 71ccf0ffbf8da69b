# Yihu: `make help` prints every target.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
# Some Python that is new enough, to look for the fastest one; `make PYTHON=...` takes that one.
SOME_PYTHON = $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	"$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2])' 2>/dev/null && { echo "$$p"; exit; }; done)
ifndef PYTHON
PYTHON = $(if $(SOME_PYTHON),$(shell "$(SOME_PYTHON)" -m ops.interpreter))
endif
CLIENT ?= mobile-app
PROFILE ?= hanyang
DO ?= list
PIP_TOOLS := pip-tools==7.6.2
COMPILE := --quiet --allow-unsafe --generate-hashes --strip-extras --no-header \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options

.DEFAULT_GOAL := help

.PHONY: help
help: ## print every target
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- running

.PHONY: run
run: $(VENV)/.run ## start everything: PostgreSQL, NATS, migrations, services, gateway, demo (YIHU_HOME, YIHU_PORT)
	@exec $(BIN)/python -m ops up

.PHONY: tour
tour: $(VENV)/.run ## against the running system: read a status, post a health record, see the status change
	@$(BIN)/python -m ops.tour

.PHONY: demo
demo: $(VENV)/.run ## load demo data into the running system (PROFILE=hanyang or mingshan)
	@$(BIN)/python -m ops demo --profile $(PROFILE)

.PHONY: token
token: $(VENV)/.run ## print a bearer token of a demo principal (CLIENT=mobile-app)
	@$(BIN)/python -m ops token $(CLIENT)

.PHONY: principals
principals: $(VENV)/.run ## create, correct or disable who may sign in (FILE=people.json, of the form of credentials.json)
	@test -n "$(FILE)" || { echo "name the file: make principals FILE=people.json"; exit 2; }
	@$(BIN)/python -m ops principals "$(FILE)"

.PHONY: rebuild
rebuild: $(VENV)/.run ## have every projection made anew from its owners, online, and verify the statuses
	@$(BIN)/python -m ops rebuild

.PHONY: verify-log
verify-log: $(VENV)/.run ## check that every log of who saw personal data is whole
	@$(BIN)/python -m ops verify-log

.PHONY: deadletters
deadletters: $(VENV)/.run ## events that could not be handled (DO="list", "show 7", "redrive 7", "redrive --all")
	@$(BIN)/python -m ops deadletters $(DO)

.PHONY: backup
backup: $(VENV)/.run ## copy databases and secrets of the running system (TO=folder)
	@test -n "$(TO)" || { echo "name a new folder: make backup TO=/srv/yihu-backup"; exit 2; }
	@$(BIN)/python -m ops backup "$(TO)"

.PHONY: restore
restore: $(VENV)/.run ## make a new home from a backup (FROM=folder, YIHU_HOME=new home)
	@test -n "$(FROM)" || { echo "name the backup: make restore FROM=/srv/yihu-backup"; exit 2; }
	@$(BIN)/python -m ops restore "$(FROM)"

.PHONY: bench
bench: $(VENV)/.dev ## measure updates, reads and delays against bare endpoints on the same machine
	@$(BIN)/python -m ops.bench

# --- checking

.PHONY: test
test: $(VENV)/.dev ## all tests, on a PostgreSQL and a NATS of their own
	@$(BIN)/python -m tests

.PHONY: check
check: $(VENV)/.dev ## lint, format, types, boundaries, contracts: what CI runs before the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m ops.contracts --check

.PHONY: format
format: $(VENV)/.dev ## format the code and mend what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: openapi
openapi: $(VENV)/.dev ## write docs/openapi.json, docs/asyncapi.json, docs/codes.json and docs/settings.md anew
	$(BIN)/python -m ops.contracts

# --- dependencies

.PHONY: requirements
requirements: $(VENV)/.dev ## list each requirement row, its endpoints and its tests; fails on rows that do not exist
	@$(BIN)/python -m ops.requirements_report

.PHONY: install
install: $(VENV)/.dev ## make the virtual environment with everything, pinned by hash

.PHONY: lock
lock: ## resolve requirements*.in anew into requirements*.txt
	@python="$(PYTHON)"; test -n "$$python" || { echo "Python 3.11 or newer with venv is needed"; exit 1; }; \
		"$$python" -m venv $(VENV)/lock
	$(VENV)/lock/bin/python -m pip install --quiet $(PIP_TOOLS)
	$(VENV)/lock/bin/pip-compile $(COMPILE) --output-file requirements.txt requirements.in
	$(VENV)/lock/bin/pip-compile $(COMPILE) --output-file requirements-dev.txt requirements-dev.in

# A stamp, not the interpreter, says that it is whole: making it may have been cut off. One whose Python is gone, after an
# upgrade of the machine, is made anew.
$(shell test -x $(BIN)/python || rm -f $(VENV)/.made $(VENV)/.run $(VENV)/.dev)
$(VENV)/.made:
	@python="$(PYTHON)"; \
		"$${python:-false}" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Python 3.11 or newer with venv is needed$${python:+, not $$python} (Debian: apt install python3-venv)" >&2; exit 1; }; \
		echo "making the virtual environment with $$python" >&2; \
		"$$python" -m venv --clear $(VENV)
	@touch $@

$(VENV)/.run: requirements.txt | $(VENV)/.made
	@echo "installing dependencies, checked by hash (once, about a minute)" >&2
	@$(BIN)/python -m pip install --disable-pip-version-check --progress-bar off --require-hashes -r requirements.txt >&2
	@touch $@

$(VENV)/.dev: requirements-dev.txt | $(VENV)/.made
	@echo "installing dependencies with development tools, checked by hash (once, about a minute)" >&2
	@$(BIN)/python -m pip install --disable-pip-version-check --progress-bar off --require-hashes -r requirements-dev.txt >&2
	@touch $@ $(VENV)/.run

# --- cleaning

.PHONY: clean
clean: ## remove caches (not the data)
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

.PHONY: erase
erase: ## remove the home with all data and secrets (asks first)
	@$(BIN)/python -m ops erase
