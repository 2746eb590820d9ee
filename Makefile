# make demo | run | test | test-long | faults | fuzz | check | lock | clean. Everything sets itself up in .venv; uv is used when it is there.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
UV     := $(shell command -v uv)
VENV   ?= .venv
BIN    := $(VENV)/bin
HOME_DIR ?= .

ifdef UV
MAKE_VENV := $(UV) venv --quiet --allow-existing --python $(PYTHON) $(VENV)
INSTALL   := $(UV) pip install --quiet --python $(BIN)/python
else
MAKE_VENV := $(PYTHON) -m venv $(VENV)
INSTALL   := $(BIN)/python -m pip install --quiet --disable-pip-version-check
endif

.PHONY: benchmark-claims benchmark-extraction benchmark-service demo run test test-long faults fuzz check format lock clean setup setup-dev
.DEFAULT_GOAL := demo

setup: $(VENV)/.ready
setup-dev: $(VENV)/.ready-dev

$(VENV)/.ready: requirements.lock pyproject.toml
	@echo "Setting up $(VENV) (once) ..."
	@$(PYTHON) -c 'import sys; sys.exit("tallywire needs Python 3.11 or newer, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@$(MAKE_VENV)
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.ready-dev: requirements-dev.lock $(VENV)/.ready
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

demo: setup
	@$(BIN)/python -m tallywire.demo

run: setup
	@$(BIN)/tallywire --home $(HOME_DIR) run

test: setup-dev
	$(BIN)/python -m pytest -n auto

test-long: setup-dev
	$(BIN)/python -m pytest -m long -s

# A thousand kills over two thousand files, and a database that is held for long. FAULTS_SEED=n rolls other dice.
faults: setup-dev
	$(BIN)/python -m pytest tests/faults -m long -s

# Every parser and the extractor under fire: make fuzz SECONDS=3600 ONLY=html,extract. Findings go to tests/fuzz/cases/.
SECONDS ?= 600
fuzz: setup-dev
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS) $(if $(ONLY),--only "$(ONLY)")

check: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: setup-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Locks carry hashes and name no host; needs uv.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --group build -o requirements.lock pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --group build --group dev -c requirements.lock -o requirements-dev.lock pyproject.toml

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist

# The peers are installed on demand into an environment of their own.
.venv-benchmark/.ready:
	@$(PYTHON) -m venv .venv-benchmark
	@.venv-benchmark/bin/python -m pip install --quiet --disable-pip-version-check setuptools wheel
	-@.venv-benchmark/bin/python -m pip install --quiet --disable-pip-version-check quantulum3 scikit-learn stemming
	-@.venv-benchmark/bin/python -m pip install --quiet --disable-pip-version-check recognizers-text-suite "emoji<2"
	@touch $@

benchmark-claims: setup
	$(BIN)/python benchmarks/claims/one_more.py

benchmark-service: setup
	$(BIN)/python benchmarks/service/start.py

benchmark-extraction: setup .venv-benchmark/.ready
	$(BIN)/python benchmarks/extraction/run.py $(DATA) --peers .venv-benchmark/bin/python
