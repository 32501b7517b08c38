# Kesimpta Tracker. `make run` starts it, `make test` checks it. Only Python 3.11 or newer and make are needed.
.DEFAULT_GOAL := help
.PHONY: help run test check mutants manage demo-reset bench cohort lock clean

VENV := .venv
PY := $(VENV)/bin/python
RUN_LOCKS := requirements.txt requirements-embedded.txt
TEST_LOCKS := $(RUN_LOCKS) requirements-dev.txt
# pytest's processes: one for each processor, two at most. More only wait for the database.
PROCESSES ?= 2
COMPILE := $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header

help:  ## show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|' 2>/dev/null \
	|| grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST)

run: $(VENV)/.for-run  ## start the tracker, with its own PostgreSQL and broker unless you name others
	@exec $(PY) -m kesimpta_tracker.launcher

test: check  ## check everything: style, types, layers, migrations, tests and journeys in a browser
	$(PY) -m pytest -n $(PROCESSES) $(ARGS)

check: $(VENV)/.for-tests  ## check style, types, layers and migrations, without running the tests
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports
	$(PY) manage.py makemigrations --check --dry-run

mutants: $(VENV)/.for-tests  ## try every small change to the rules engine against its tests; writes docs/mutation.md
	$(PY) -m tests.triage.engine.mutation engine $(ARGS)
	$(PY) -m tests.triage.engine.mutation rules $(ARGS)
	$(PY) -m tests.triage.engine.mutation report

manage: $(VENV)/.for-run  ## run a management command beside a tracker that runs: make manage CMD="createsuperuser"
	@test -f var/run/environment || { echo "Start the tracker first, with make run, in another window."; exit 1; }
	@set -a && . ./var/run/environment && exec $(PY) manage.py $(CMD)

demo-reset: $(VENV)/.for-run  ## remove the data of this folder, so that the next start begins anew
	@$(PY) -m kesimpta_tracker.launcher --reset

bench: $(VENV)/.for-run  ## measure the pages against their floors, on a database of the benchmark's own
	@$(PY) -m kesimpta_tracker.bench $(ARGS)

cohort: $(VENV)/.for-run  ## count what reaches the clinic from 200 made-up diaries, and the red flags it misses
	@$(PY) manage.py cohort $(ARGS)

lock: $(VENV)/.for-tests  ## write the locks anew from the .in files (UPGRADE=--upgrade takes newer versions)
	$(COMPILE) $(UPGRADE) requirements.in -o requirements.txt
	$(COMPILE) $(UPGRADE) requirements-embedded.in -o requirements-embedded.txt
	$(COMPILE) $(UPGRADE) requirements-dev.in -o requirements-dev.txt

clean:  ## remove what was installed and cached; the data in var/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(PY):
	@sh .ci/venv $(VENV)

$(VENV)/.for-run: $(RUN_LOCKS) | $(PY)
	@sh .ci/install $(VENV) $(RUN_LOCKS)
	@touch $@

$(VENV)/.for-tests: $(TEST_LOCKS) | $(PY)
	@sh .ci/install $(VENV) $(TEST_LOCKS)
	@touch $@ $(VENV)/.for-run
