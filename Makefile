# Two commands to remember: `make demo` and `make test`. Both need Python 3.11 or later, and nothing else.

PORT ?= 8000
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
# 1 for a demonstration without a concertation: make demo EMPTY=1
EMPTY ?=
# Options for pytest: make test OPTIONS="tests/live -x"
OPTIONS ?=

# Compiled files halve the start of every command, whatever the shell says of them.
export PYTHONDONTWRITEBYTECODE =

DEVELOPMENT := DEBUG=1
DEMO := DEBUG=1 DEMO=1 PORT=$(PORT) SITE_URL=http://localhost:$(PORT) DATABASE_URL=sqlite:///$(CURDIR)/var/demo.sqlite3
PRODUCTION := env -u DEBUG -u DEMO SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))') \
	SITE_URL=https://concertation.example.fr
# Parts of lint, first what takes longest.
LINTS := types style layers templates migrations plurals locks settings
SUITE := -n $(WORKERS) --dist loadgroup --no-loadscope-reorder $(OPTIONS)

.PHONY: demo test test-services lint $(LINTS:%=lint-%) format bench chaos guide realrun lock catalogue browser clean

## demo: a living demonstration on http://localhost:$PORT, made anew each time; with EMPTY=1, two accounts and no concertation
demo: $(VENV)/.site
	@rm -rf var/demo.sqlite3* var/mail
	@$(DEMO) $(BIN)/python manage.py migrate --verbosity 0
	@$(DEMO) $(BIN)/python manage.py load_demo $(if $(filter-out 0,$(EMPTY)),--empty)
	@exec env $(DEMO) $(BIN)/python manage.py serve --port $(PORT)

## test: every test, in browsers too, on SQLite
test: $(VENV)/.tests browser
	env -u DATABASE_URL -u REDIS_URL $(BIN)/python -m pytest $(SUITE)

## test-services: those that may differ there, on PostgreSQL and Redis (DATABASE_URL, REDIS_URL, else this machine's)
test-services: $(VENV)/.tests browser
	$(BIN)/python -m tests.tooling.postgresql_and_redis $(SUITE)

## lint: style, types, layers, templates, migrations, plurals, locks, safety of the settings, $(WORKERS) of them at once
lint: $(VENV)/.tests
	@$(MAKE) --no-print-directory --keep-going -j $(WORKERS) $(LINTS:%=lint-%)

lint-types:
	$(DEVELOPMENT) $(BIN)/mypy
lint-style:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
lint-layers:
	$(BIN)/lint-imports
lint-templates:
	$(BIN)/djlint --lint --quiet templates
lint-migrations:
	$(DEVELOPMENT) $(BIN)/python manage.py makemigrations --check --dry-run
lint-plurals:
	$(BIN)/python -m tests.tooling.catalogue
lint-locks:
	$(BIN)/python -m tests.tooling.locks
lint-settings:
	$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING

## format: what lint asks for and a machine can do
format: $(VENV)/.tests
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

## bench: one line a figure, beside its baseline; var/bench.json
bench: $(VENV)/.tests
	$(DEVELOPMENT) $(BIN)/python -m tests.bench $(OPTIONS)

## chaos: the long form of the live channel's chaos test
chaos: $(VENV)/.tests browser
	CHAOS=long $(BIN)/python -m pytest --timeout 1800 tests/live tests/browser -k chaos $(OPTIONS)

## realrun: République numérique (DATA says where its files are), from import to exports, into var/realrun/
realrun: $(VENV)/.site
	@rm -rf var/realrun && mkdir -p var/realrun
	@$(DEVELOPMENT) DATABASE_URL=sqlite:///$(CURDIR)/var/realrun/realrun.sqlite3 $(BIN)/python manage.py realrun \
		$(if $(DATA),--data $(DATA))

## guide: the pictures of docs/first-hour.md anew, from the journey that it tells
guide: $(VENV)/.tests browser
	GUIDE=1 $(BIN)/python -m pytest -n 0 tests/browser/test_journeys.py -k organisers $(OPTIONS)

## lock: choose versions anew and write both lock files
lock: $(VENV)/.tests
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--upgrade pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--constraints requirements.lock --group test --group lint pyproject.toml -o requirements-dev.lock
	$(BIN)/python -m tests.tooling.locks

## catalogue: gather the plurals into the French catalogue
catalogue: $(VENV)/.tests
	$(BIN)/python -m tests.tooling.catalogue --write

browser: $(VENV)/.tests
	@$(BIN)/python -m tests.chromium >/dev/null

clean:
	rm -rf $(VENV) var

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed; give its path in PYTHON." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "$(PYTHON) cannot make a virtual environment (on Debian: apt install python3-venv)." >&2; rm -rf $(VENV); exit 1; }

$(VENV)/.site: requirements.lock | $(VENV)/bin/python
	@echo "Installing what the site runs on…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.tests: requirements-dev.lock | $(VENV)/bin/python
	@echo "Installing what the site and its tests run on…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/.site
