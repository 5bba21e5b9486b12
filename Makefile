# Two commands do everything, set-up included: `make run` (the loop on the demo city) and `make test`.
BIN := .venv/bin
OUT ?= out/jinan-demo

.PHONY: run test check lint bench docs demo clean

run:            ## run the loop on the embedded demo city; the report is in $(OUT)/report.html
	@tools/setup.sh run
	@$(BIN)/dingdian demo --no-serve --out $(OUT)

test:           ## every test, on real components
	@tools/setup.sh dev
	@tools/system.sh
	$(BIN)/python -m pytest -n auto

check: lint     ## the fast gate: lint, types, floors, unit tests
	$(BIN)/python -m pytest -n auto -q -m "not slow and not browser and not office" --hypothesis-profile=quick

lint:
	@tools/setup.sh dev
	$(BIN)/ruff check src tests demo benchmarks tools
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/dingdian plan lint >/dev/null

bench:          ## benchmarks beside open peers, in an environment of their own; results belong in docs/explanation/performance.md
	@tools/setup.sh dev
	@benchmarks/peers.sh
	$(BIN)/python benchmarks/loop.py
	$(BIN)/python benchmarks/space/run.py --peers .bench-venv/bin/python
	$(BIN)/python benchmarks/methods/efficiency.py

docs:           ## regenerate the reference pages
	@tools/setup.sh dev
	$(BIN)/python tools/reference.py

demo:           ## rebuild the demo cities from their sources
	@tools/setup.sh dev
	$(BIN)/python demo/build.py --city all

clean:
	rm -rf .venv .bench-venv out .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
