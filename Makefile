# Two commands do everything: `make run` and `make test`. Both create what they need below .venv and .tools.

PYTHON ?= python3
VENV := .venv
CLOUD := .tools/cloud
AUDIT := .tools/audit
TRAIN := .tools/train
BIN := $(VENV)/bin

# What `make run` plays: a file of posts instead of the sample day, one brand's handle of it, minutes a step. It may end
# by itself, and keep the e-mails in a folder.
TWEETS ?=
BRAND ?= all
STEP ?=
ONCE ?=
MAILS ?=
export TWEETS BRAND STEP ONCE MAILS

# Tests start hundreds of interpreters; without byte code kept, each of them would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

# What `make train` fits the model to: a file of texts with labels, and one to measure on that it may not learn from.
LABELS ?=
TEST ?=

.DEFAULT_GOAL := help
.PHONY: help run test torture burst fuzz check fast-test check-policy audit mails pictures bench train clean

help: ## show the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/ready $(CLOUD)/ready ## play the sample day on the whole stack (TWEETS=file BRAND=handle STEP=minutes ONCE=1)
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m local.run

test: check fast-test $(CLOUD)/ready ## every check and every test, the deployed stack included
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pytest --numprocesses 3 tests/e2e

fast-test: $(VENV)/ready ## everything but the deployed stack
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pytest --numprocesses 2 --dist worksteal -m "not e2e"

torture: $(VENV)/ready ## try to break the promise for a while (STEPS=100000)
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m tests.torture --steps $(or $(STEPS),100000)

burst: $(VENV)/ready $(CLOUD)/ready ## play bursts, silences and kills on the whole stack, and count (MENTIONS=10000 KILLS=100)
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m local.burst --mentions $(or $(MENTIONS),10000) --kills $(or $(KILLS),100)

fuzz: $(VENV)/ready $(CLOUD)/ready ## ask the deployed API whatever its OpenAPI document lets one make up (EXAMPLES=100)
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m tests.e2e.fuzz --examples $(or $(EXAMPLES),100)

check: $(VENV)/ready check-policy ## style, types, security and the template
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet . && $(BIN)/mypy
	@$(BIN)/bandit --quiet --configfile pyproject.toml --recursive functions operate local
	@$(BIN)/cfn-lint

check-policy: $(VENV)/ready ## name every fault of functions/policy.toml
	@cd functions && ../$(BIN)/python -m desk.policy policy.toml

audit: $(AUDIT)/ready ## ask the package index for known holes in what the functions run with (needs the network)
	@$(AUDIT)/bin/pip-audit --strict --requirement functions/requirements.txt

mails: $(VENV)/ready ## make the templates of the mails anew from mails/*.mjml
	@$(BIN)/python -m mails

pictures: $(VENV)/ready $(CLOUD)/ready ## draw the pictures of the README anew from the sample day (needs a Chromium)
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m local.pictures

bench: $(VENV)/ready ## print what the desk costs: CPU, imports, DynamoDB units
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m benchmarks

train: $(TRAIN)/ready ## fit the model of sentiment to your own labelled texts (LABELS=file.csv TEST=file.csv)
	@test -n "$(LABELS)" || { echo "make train LABELS=file.csv: its columns are text and label"; exit 2; }
	@PYTHONPATH=functions:. $(TRAIN)/bin/python -m training --labels "$(LABELS)" $(if $(TEST),--test "$(TEST)")

$(VENV)/ready: requirements-dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

$(CLOUD)/ready: requirements-cloud.txt
	$(PYTHON) -m venv $(CLOUD)
	$(CLOUD)/bin/python -m pip install --quiet --disable-pip-version-check --requirement requirements-cloud.txt
	touch $@

$(AUDIT)/ready: requirements-audit.txt
	$(PYTHON) -m venv $(AUDIT)
	$(AUDIT)/bin/python -m pip install --quiet --disable-pip-version-check --requirement requirements-audit.txt
	touch $@

$(TRAIN)/ready: requirements-train.txt functions/requirements.txt
	$(PYTHON) -m venv $(TRAIN)
	$(TRAIN)/bin/python -m pip install --quiet --disable-pip-version-check --requirement requirements-train.txt
	touch $@

clean: ## remove everything that was created
	rm -rf $(VENV) .tools .aws-sam build .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
