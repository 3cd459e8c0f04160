#!/usr/bin/env bash
# The journeys in a browser, against the development build, which is brought up to date first. Arguments go to Playwright.
. "$(dirname "$0")/env.sh"

export E2E_SERVER="${E2E_SERVER:-$CARGO_TARGET_DIR/debug/server}"
[ -n "${E2E_BUILT:-}" ] || { bash scripts/setup.sh test && cargo leptos build --project leptos-logto --split --lib-features split; }
cd end2end
npx tsc --noEmit
exec npx playwright test "$@"
