#!/usr/bin/env bash
# As run.sh, and builds and reloads whenever a file changes.
. "$(dirname "$0")/env.sh"

bash scripts/setup.sh run
port=$(with_env_file printenv LEPTOS_RELOAD_PORT || sed -n 's/^reload-port = //p' Cargo.toml)
if is_taken "$port"; then
  echo "Port $port, by which pages learn that they are to reload, is taken by another program. Set another one, as in" >&2
  echo "LEPTOS_RELOAD_PORT=3013, in the environment or in .env." >&2
  exit 1
fi
# A change of what stands in a `view!` is in the open page before anything is compiled.
exec cargo leptos watch --project leptos-logto --hot-reload
