#!/usr/bin/env bash
# As run.sh, and builds and reloads whenever a file changes.
. "$(dirname "$0")/env.sh"

bash scripts/setup.sh run
load_dotenv
exec cargo leptos watch
