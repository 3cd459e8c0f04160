#!/usr/bin/env bash
# Everything: format, lints, unit and integration tests, examples in the documentation, journeys in a browser.
. "$(dirname "$0")/env.sh"

bash scripts/setup.sh test
bash scripts/check.sh
# Built first and on its own: `cargo leptos end-to-end` would hide a failure here.
say "build"
cargo leptos build --project leptos-logto --cargo-locked --split --lib-features split
say "unit and integration tests"
features=(--locked --workspace --exclude frontend --features server/dev-idp)
# They run beside a PostgreSQL and a Redis or Valkey server of their own.
with_leptos_flags cargo build --quiet --locked -p store-servers
if cargo nextest --version > /dev/null 2>&1; then
  with_leptos_flags "$CARGO_TARGET_DIR/debug/store-servers" cargo nextest run "${features[@]}"
else
  with_leptos_flags "$CARGO_TARGET_DIR/debug/store-servers" cargo test --quiet "${features[@]}" --lib --bins --tests
fi
say "examples in the documentation"
with_leptos_flags cargo test --quiet --doc "${features[@]}"
say "the orders API, with requests made up from its description"
bash scripts/api-fuzz.sh
say "the examples for Leptos"
bash scripts/example.sh minimal build
bash scripts/example.sh account build
say "the packages, and the examples built from them"
bash scripts/package.sh
say "journeys in a browser"
E2E_BUILT=1 bash scripts/e2e.sh
say "journeys at a certified provider that nobody here wrote"
E2E_BUILT=1 bash scripts/e2e.sh -c judge
