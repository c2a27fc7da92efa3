# `make run` and `make test` need Python 3.11 or newer and nothing else: what they use,
# they install into .venv, pinned and checked against hashes.

PYTHON ?= python3
BIN := .venv/bin
export PYTHONPATH := lambda:.
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes

.DEFAULT_GOAL := help
.PHONY: help run talk play test coverage check format model cldr lock build deploy endpoint link doctor replays bench mutants clean

help: ## Say what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

run: .venv/run ## Bring the world up, and print the address of its page
	@$(BIN)/python -m simulator run $(ARGS)

talk: .venv/run ## Talk to the skill in the terminal
	@$(BIN)/python -m simulator talk

play: .venv/run ## Play scripts: make play FILES=tests/conversations/linking.txt
	@$(BIN)/python -m simulator play $(FILES)

test: .venv/dev check ## Run every check and every test
	$(BIN)/pytest -n auto --dist loadfile $(ARGS)

coverage: .venv/dev ## Run every test, and say which lines of lambda/ none reaches
	$(BIN)/pytest -n auto --dist loadfile --cov --cov-report=term $(ARGS)

check: .venv/dev ## Lint, formatting, types, import rules, stale models, missing words
	$(BIN)/ruff check
	$(BIN)/ruff format --check --quiet
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml lambda simulator interaction_model deployment
	$(BIN)/python -m interaction_model --check

format: .venv/dev ## Format the code
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

model: .venv/run ## Build skill-package/ from interaction_model/
	$(BIN)/python -m interaction_model

cldr: .venv/dev ## Write down how each language puts numbers, money, lists and times
	$(BIN)/python -m interaction_model.cldr

aws-data: .venv/dev ## Write down what the skill needs of botocore's data
	PYTHONPATH=lambda $(BIN)/python -m fast_aws.trimming

lock: .venv/dev ## Pin the newest dependencies that pyproject.toml allows
	$(LOCK) --extra web --group dev --upgrade -o requirements-dev.txt
	$(LOCK) --extra web --group simulator -c requirements-dev.txt -o simulator/requirements.txt
	$(LOCK) --extra web -c requirements-dev.txt -o lambda/requirements-web.txt
	$(LOCK) -c requirements-dev.txt $(UNASKED:%=--no-emit-package %) -o lambda/requirements.txt
	@# The tools of tests/deployment, each with a Python environment of its own.
	for tool in sam runtime ministack mutation; do \
	  $(BIN)/uv pip compile tests/deployment/requirements/$$tool.in --upgrade --python-version 3.11 $(PINNED) \
	    -o tests/deployment/requirements/$$tool.txt || exit 1; done
	@# The peers of tests/benchmarks, with what they share with the skill in the same versions.
	for peer in hello_world typical_skill; do \
	  $(BIN)/uv pip compile tests/benchmarks/peers/$$peer/requirements.in -c requirements-dev.txt --upgrade \
	    --python-version 3.11 $(PINNED) -o tests/benchmarks/peers/$$peer/requirements.txt || exit 1; done
PINNED := --universal --generate-hashes --no-emit-index-url --no-header --quiet
# What ask-sdk-core installs for its DefaultApiClient, which the skill does not use: 1.1 MB.
UNASKED := requests certifi charset-normalizer idna urllib3
LOCK = $(BIN)/uv pip compile pyproject.toml $(PINNED)

build: .venv/dev ## Build what is deployed (needs the SAM CLI)
	PATH="$(CURDIR)/$(BIN):$$PATH" sam build

deploy: build ## Build and deploy it
	sam deploy $(ARGS)

endpoint: .venv/run ## Write into skill.json where the functions are: make endpoint ARGS='--function … --page …'
	@$(BIN)/python -m deployment.manifest $(ARGS)

link: .venv/run ## Tell Alexa how accounts are linked: make link ARGS='--client-id …'
	@$(BIN)/python -m deployment.account_linking $(ARGS)

doctor: .venv/run ## Say what is wrong with a deployment: make doctor ARGS='--function …'
	@$(BIN)/python -m deployment.doctor $(ARGS)

replays: .venv/run ## Write tests/conversations as replay files for `ask dialog`
	@$(BIN)/python -m deployment.replays $(ARGS)

bench: .venv/dev ## Measure how fast it is, against others (some minutes)
	@$(BIN)/python -m tests.benchmarks $(ARGS)

mutants: .venv/dev ## Change the code that decides, spot by spot: do tests notice? (half an hour)
	$(BIN)/python -m tests.proofs.mutation $(ARGS)

clean: ## Remove what the commands above installed and wrote
	rm -rf .venv .coverage .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Pizza on Demand needs Python 3.11 or newer as $(PYTHON); say which with: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Python came without venv; on Debian: apt install python3-venv"; exit 1; }

.venv/run: simulator/requirements.txt | .venv/bin/python
	@echo "Installing the local world into .venv (once, about half a minute) …"
	@$(PIP) -r $< && touch $@
	@$(BIN)/python -m simulator.renderer || true

.venv/dev: requirements-dev.txt | .venv/bin/python
	@echo "Installing the tools for tests and checks into .venv (once, about a minute) …"
	@$(PIP) -r $< && touch $@ .venv/run
