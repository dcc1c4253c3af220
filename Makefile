PYTHON ?= python3
BIN = .venv/bin

app: .venv/app            ## the app, with all its set-up; prints the address
	$(BIN)/python -m app.serve

test: .venv/test          ## everything is tested, in a real browser too
	$(BIN)/python -m tests

dev: .venv/test           ## the app, reloading on every edit
	PYTHONPATH=. $(BIN)/python -m streamlit run app/serve.py --server.fileWatcherType auto --server.runOnSave true

lint: .venv/test          ## ruff and the import rules
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports

types: .venv/test
	$(BIN)/pyright

verify: .venv/app         ## train what every claim needs, on three seeds
	$(BIN)/python -m engine verify --seeds 3

record: .venv/app         ## make the shipped runs anew
	$(BIN)/python -m engine record

bench: .venv/test         ## tables of figures, with ratios measured in one run
	$(BIN)/python -m tests.benchmarks

load: .venv/test          ## many watchers, two trainings
	$(BIN)/python -m tests.load

.venv/app: requirements.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $@

.venv/test: .venv/app requirements-test.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-test.txt
	touch $@

.PHONY: app test dev lint types verify record bench load
