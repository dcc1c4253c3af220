PYTHON ?= python3
BIN = .venv/bin

app: .venv/app            ## the app, with all its set-up; prints the address
	$(BIN)/python -m app.serve

test: .venv/test          ## everything is tested, in a real browser too
	$(BIN)/python -m tests

dev: .venv/test           ## the app, reloading on every edit
	PYTHONPATH=. $(BIN)/python -m streamlit run app/serve.py --server.fileWatcherType auto --server.runOnSave true

lint: .venv/test node_modules/.checked  ## ruff, the import rules; types and lint of the scripts (needs Node)
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports && npm run --silent check

page: .venv/test          ## a new page from the template: make page SLUG=watermark FIELD=language
	$(BIN)/python -m tests.new_page $(SLUG) $(FIELD) $(if $(SECTION),--section "$(SECTION)")

types: .venv/test
	$(BIN)/pyright

verify: .venv/app         ## train what every claim needs, on eight seeds
	$(BIN)/python -m engine verify --seeds 8

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

.venv/test: .venv/app requirements-test.txt requirements-ray.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-test.txt
	touch $@

node_modules/.checked: package.json package-lock.json
	npm ci --silent --no-audit --no-fund
	touch $@

.PHONY: app test dev lint page types verify record bench load
