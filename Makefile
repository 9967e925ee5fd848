# What one types here. `make run` serves the tutorial, `make test` runs every check; both need only Python 3.11 or newer.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test lint format bench soak fuzz conformance docs requirements runtime-venv dev-venv clean

PY := .venv/bin/python
CHECKED := src tests tools benchmarks
COMPILE := .venv/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-header --no-emit-index-url --no-emit-find-links

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1 \t/p' Makefile | expand -t 16

run: runtime-venv ## install what a gateway needs, then serve ./data with the two sample proxies deployed
	exec .venv/bin/gatewright serve --data ./data --deploy-samples

test: lint ## every check and every test
	tools/system_packages.sh test
	$(PY) -m pytest -n 2

lint: dev-venv ## style, format and types
	.venv/bin/ruff check $(CHECKED)
	.venv/bin/ruff format --check $(CHECKED)
	.venv/bin/mypy $(CHECKED)

format: dev-venv ## put the sources into the project's format
	.venv/bin/ruff check --fix $(CHECKED)
	.venv/bin/ruff format $(CHECKED)

bench: runtime-venv ## race the gateway against its peers on this machine; ARGS="--only nginx,gatewright --work ab"
	$(PY) -m benchmarks.race $(ARGS)

soak: runtime-venv ## a million requests and a thousand deployments through one worker: is its memory flat?; ARGS="--requests 100000"
	$(PY) -m benchmarks.soak $(ARGS)

fuzz: dev-venv ## draw mutated streams with Hypothesis, send them through the HTTP side both ways, let h11 judge; N=100000
	$(PY) -m tests.gateway.http.fuzz $(N)

conformance: dev-venv ## run the tables of what Edge does, and write docs/compatibility.md
	$(PY) -m tools.conformance

docs: dev-venv ## write the generated docs from the definitions in the code
	$(PY) -m tools.generate_docs

requirements: dev-venv ## pin the newest allowed versions, with hashes; UPGRADE= keeps the present pins where they still fit
	$(COMPILE) $(UPGRADE) -o requirements/runtime.txt pyproject.toml requirements/runtime.in
	$(COMPILE) $(UPGRADE) -o requirements/dev.txt pyproject.toml requirements/runtime.in requirements/dev.in
	for peer in envoy node; do $(COMPILE) -o benchmarks/peers/$$peer/requirements.txt benchmarks/peers/$$peer/requirements.in; done

UPGRADE ?= --upgrade
N ?= 100000

runtime-venv:
	@tools/venv.sh runtime

dev-venv:
	@tools/venv.sh dev

clean: ## remove what the other targets made, except ./data
	rm -rf .venv .bench dist build .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
