#!/usr/bin/env bash
# Serves the example examples/minimal on http://localhost:3000. Without a Logto in the environment or in .env, the development
# identity provider signs people in. With the argument `build` it only builds.
. "$(dirname "$0")/env.sh"

build() { (cd examples/minimal && cargo leptos build); }
if [ "${1:-}" = build ]; then
  build
  exit
fi
bash scripts/setup.sh run
load_dotenv
if [ -z "${LOGTO_ENDPOINT:-}" ]; then
  with_leptos_flags cargo build --quiet -p dev-idp --example provider
  words=$(mktemp)
  "$CARGO_TARGET_DIR/debug/examples/provider" > "$words" &
  provider=$!
  trap 'kill "$provider" 2> /dev/null || true; rm -f "$words"' EXIT
  until [ "$(wc -l < "$words")" -ge 3 ]; do sleep 0.1; done
  while IFS= read -r word; do export "${word?}"; done < "$words"
  say "sign in as alice / alice"
fi
build
cd examples/minimal
LEPTOS_OUTPUT_NAME=minimal LEPTOS_SITE_ROOT=target/site LEPTOS_SITE_PKG_DIR=pkg LEPTOS_SITE_ADDR=127.0.0.1:3000 "$CARGO_TARGET_DIR/debug/minimal"
