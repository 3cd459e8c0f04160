.DEFAULT_GOAL := help
.PHONY: help run dev minimal account dist pgo test test-opentelemetry test-live check features fmt api-fuzz fuzz e2e judge screenshots pictures bench hold deploy-test package lighthouse profile size docs setup lock clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' Makefile

run: ## Set up what is missing, build, serve http://localhost:3000
	@bash scripts/run.sh

dev: ## The same, rebuilding and reloading when a file changes
	@bash scripts/dev.sh

minimal: ## The smallest application that takes these crates, on http://localhost:3000
	@bash scripts/example.sh minimal

account: ## An account page: user info, scope switches, access tokens, on http://localhost:3000
	@bash scripts/example.sh account

dist: ## A folder dist/ that runs from any place: ./server
	@bash scripts/dist.sh

pgo: ## The server of dist/ again, compiled with a profile of what it does: after `make dist`
	@bash scripts/pgo.sh

test: ## Everything: format, lints, tests, journeys in a browser
	@bash scripts/test.sh

test-opentelemetry: ## The export of spans, with a collector of its own
	@bash scripts/test-opentelemetry.sh

test-live: ## The journeys against the Logto named in the environment
	@bash scripts/test-live.sh

check: ## Format and lints only
	@bash scripts/check.sh

features: ## Lints of the combinations of features that an application may choose
	@bash scripts/features.sh

fmt: ## Format the code
	@cargo fmt --all

api-fuzz: ## Made-up requests to the orders API, and what it promises to answer
	@bash scripts/api-fuzz.sh

fuzz: ## Fuzz targets, a minute each (FUZZ_SECONDS); all, or those in FUZZ="NAME..."
	@bash scripts/fuzz.sh $(FUZZ)

e2e: ## The journeys in a browser only
	@bash scripts/e2e.sh

judge: ## Sign-in, refresh, userinfo, API token, sign-out at a certified provider
	@bash scripts/e2e.sh -c judge

screenshots: ## Every page, wide and narrow, light and dark, into end2end/screenshots
	@SCREENSHOTS=1 bash scripts/e2e.sh screenshots

pictures: ## The pictures of components in docs/components, from /components of a development build, and docs/profile.png
	@PICTURES=1 bash scripts/e2e.sh component-pictures --project no-js

bench: ## What requests cost, beside a bare handler, axum-login and plain Leptos; BENCH=scale for other loads, BENCH=edits for `make dev`
	@bash scripts/bench.sh

profile: ## A flame graph of a row of the bench: PROFILE=profile, home, guarded, ...
	@bash scripts/profile.sh

hold: ## Fault injection: floods, a full disk, a stop in between; all, or those in HOLD="NAME..."
	@bash scripts/hold.sh $(HOLD)

deploy-test: ## What deploy/ describes, by nginx, PostgreSQL and Redis of this system
	@bash scripts/deploy-test.sh

lighthouse: ## Lighthouse on the release build
	@bash scripts/lighthouse.sh

size: ## What a first visit loads, against a plain Leptos application
	@bash scripts/size.sh

docs: ## The documentation of the crates
	@cargo doc --workspace --exclude frontend --no-deps --features server/dev-idp

package: ## The crates as they are published, and the examples built from them
	@bash scripts/package.sh

setup: ## Only bring what is missing
	@bash scripts/setup.sh test

lock: ## Bring the lock files up to date after a change of a manifest
	@bash scripts/lock.sh

clean: ## Remove what was built, and the development sessions
	@cargo clean && rm -rf dist data node_modules end2end/node_modules scripts/lighthouse/node_modules
