# A fresh machine needs python3 >= 3.11 with venv, make, and nothing else.
VENV := .venv
BIN := $(VENV)/bin
NATIVE := build/native
# Two processes, each with whole files of tests: what a file starts, its tests share.
AT_ONCE := -n 2 --dist loadfile
# The compiled copy before the sources, and before the directory that a process starts in.
WITH_NATIVE := PYTHONSAFEPATH=1 PYTHONPATH=$(CURDIR)/$(NATIVE):$(CURDIR)
READY := $(VENV)/.ready

.PHONY: run test check native testnative bench lock clean

run: $(READY)
	$(BIN)/extproc up

test: $(READY)
	$(BIN)/python -m pytest $(AT_ONCE)

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/extproc check

# The core compiled to machine code, as the container image has it; needs a C compiler.
native: $(NATIVE)/.ready

$(NATIVE)/.ready: $(READY) native.py $(shell find extproc -name '*.py')
	$(BIN)/python native.py $(NATIVE)
	touch $@

# Again with the compiled core: what it decides, what it masks, and the door through Envoy.
testnative: $(NATIVE)/.ready
	$(WITH_NATIVE) $(BIN)/python -m pytest $(AT_ONCE) --import-mode=append \
	  tests/core tests/service tests/e2e/test_door.py tests/e2e/test_dialects.py tests/e2e/test_restore.py

bench: $(NATIVE)/.ready
	$(WITH_NATIVE) $(BIN)/python -m bench
	$(WITH_NATIVE) $(BIN)/python -m bench.masking
	$(WITH_NATIVE) $(BIN)/python -m bench.credentials
	$(WITH_NATIVE) $(BIN)/python -m bench.held

$(READY): requirements-dev.lock pyproject.toml
	test -d $(VENV) || python3 -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

# Maintainers: after a change of the dependencies in pyproject.toml.
lock: $(READY)
	$(BIN)/uv pip compile --quiet --no-header --no-annotate --generate-hashes --python-version 3.11 --universal --extra saml pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --no-header --no-annotate --generate-hashes --python-version 3.11 --universal --extra saml --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV) var build
