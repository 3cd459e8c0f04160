#!/usr/bin/env bash
# Format and lints. The app is linted twice, as it is compiled twice: for the server and for the browser.
. "$(dirname "$0")/env.sh"

say "lock files"
check_lock
say "ids of threats"
bash scripts/threats.sh
say "public names"
bash scripts/public-names.sh
say "format"
cargo fmt --all --check
say "lints, server"
with_leptos_flags cargo clippy --quiet --workspace --exclude frontend --all-targets --features server/dev-idp -- -D warnings
say "lints, browser"
with_leptos_flags cargo clippy --quiet -p frontend -p app -p leptos-logto -p leptos-logto-panels --features app/hydrate,app/split \
  --target wasm32-unknown-unknown -- -D warnings
with_leptos_flags cargo clippy --quiet -p minimal -p account --lib --no-default-features --features hydrate --target wasm32-unknown-unknown -- -D warnings
if command -v cargo-deny > /dev/null; then
  say "licences, sources and bans of dependencies"
  cargo deny --locked --log-level error check bans licenses sources
else
  echo "cargo-deny is not installed, so the licences and sources of dependencies are left to the workflow: cargo install cargo-deny"
fi
