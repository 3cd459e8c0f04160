#!/usr/bin/env bash
# Sets up what is missing, builds, and serves the app.
. "$(dirname "$0")/env.sh"

bash scripts/setup.sh run
cargo leptos build --project leptos-logto
exec "$CARGO_TARGET_DIR/debug/server"
