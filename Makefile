# The commands of this project. `make demo` and `make test` also set up what is missing; both work on a fresh Debian or Ubuntu with Rust.
.DEFAULT_GOAL := help
.PHONY: help demo letters test setup fmt lint test-sqlite test-postgres test-browser test-pdf prove screenshots

help: ## lists these commands
	@echo "Kinward's commands:"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

demo: ## a seeded clinic to try in a browser; ARGS="--port 8080 --data DIR" is passed on
	@echo "Demo: sets up what is missing, builds, and starts a clinic with made-up families (stop it with Ctrl-C)."
	@tests/setup.sh demo
	@cargo run --locked -- demo $(ARGS)

letters: ## every kind of letter in every language and size, into a new folder; ARGS=DIR
	@test -n "$(ARGS)" || { echo "Say where: make letters ARGS=DIR, with a folder that is new or empty." >&2; exit 2; }
	@tests/setup.sh demo
	@cargo run --locked -- demo --letters "$(ARGS)"

test: ## everything that CI runs
	@echo "Test: format, lints, the wall, all tests on SQLite and PostgreSQL, browser and PDF checks."
	@tests/run.sh all

setup: ## installs what the tests need
	@echo "Setup: installs what is missing for building and testing."
	@tests/setup.sh test

fmt: ## formats the Rust code
	@echo "Format: rewrites the Rust code in the house format."
	@cargo fmt --all

lint: ## format, clippy and the wall, without tests
	@echo "Lint: checks the format, clippy's lints and the wall."
	@tests/setup.sh demo
	@tests/run.sh checks

test-sqlite: ## documentation examples and the whole suite on SQLite
	@echo "Test: documentation examples and the whole suite, on SQLite."
	@tests/setup.sh test
	@tests/run.sh doctests sqlite

test-postgres: ## the application's tests on a throw-away PostgreSQL
	@echo "Test: the application's tests, on a private throw-away PostgreSQL."
	@tests/setup.sh test
	@tests/run.sh postgres

test-browser: ## journeys and accessibility in Chromium
	@echo "Test: journeys and accessibility, in Chromium."
	@tests/setup.sh test
	@tests/run.sh browser

test-pdf: ## every letter that the demo story writes
	@echo "Test: every PDF that the demo story writes."
	@tests/setup.sh test
	@tests/run.sh pdf

prove: ## two worlds that differ only in what is personal: 20,000 pairs, all 30 planted leaks (an hour or two)
	@echo "Prove: two worlds, one script, every byte that a relative could see; then each planted leak. Stopped? KINWARD_PROVE_SEED with the seed it names goes on."
	@tests/setup.sh demo
	@cargo test --release --locked --package kinward --features mutants --test prove -- --pairs $${PAIRS:-20000} --mutants all --shards "$$(nproc)" --keep target/prove --seed "$${KINWARD_PROVE_SEED:-$$(date +%s)}"

screenshots: ## renews docs/pictures
	@echo "Screenshots: renews docs/pictures from the demo."
	@tests/setup.sh test
	@cargo build --locked --package kinward
	@node tests/browser/screenshots.mjs
