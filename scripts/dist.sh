#!/usr/bin/env bash
# A folder dist/ that runs as it is from any place: the server without the development identity provider, the site, and
# the settings.
. "$(dirname "$0")/env.sh"

bash scripts/setup.sh run
check_lock
# `logto_axum::testing` makes sessions without a sign-in, so nothing that ships may turn that feature on.
shipped=$(cargo tree --locked --package server --features "${DIST_FEATURES:-}" --edges features,no-dev --invert logto-axum)
if grep --after-context 2 'logto-axum feature "testing"' <<< "$shipped" >&2; then
  echo "The server would contain logto_axum::testing, which makes sessions without a sign-in. Move the feature \"testing\" into the" >&2
  echo "[dev-dependencies] of the crate that is named below it." >&2
  exit 1
fi
# The empty list overrides the development features in Cargo.toml.
LEPTOS_HASH_FILES=true cargo leptos build --project leptos-logto --cargo-locked --release --split --lib-features split --precompress --bin-features "${DIST_FEATURES:-}"
rm -rf dist
mkdir dist
cp "$CARGO_TARGET_DIR/release/server" "$CARGO_TARGET_DIR/release/hash.txt" dist/
cp -r target/site dist/site
find dist/site -name '*.d.*.ts*' -delete
sed -e 's|^site-root = .*|site-root = "site"|' -e 's|^hash-files = .*|hash-files = true|' Leptos.toml \
  | awk '{ print } $0 == "[leptos]" { print "env = \"PROD\" # LEPTOS_ENV; refuses what is for development only" }' > dist/Leptos.toml
say "dist/ is ready: dist/server"
find dist/site/pkg -name '*.br' -exec wc -c {} +
