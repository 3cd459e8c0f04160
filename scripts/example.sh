#!/usr/bin/env bash
# Serves an example for Leptos (`minimal`, `account`) on http://localhost:3000. Without a Logto in the environment or in .env, the
# development identity provider signs people in. With `build` after the name it only builds; `serve` is for itself.
. "$(dirname "$0")/env.sh"

example=${1:?the name of an example}
build() { LEPTOS_OUTPUT_NAME=$example cargo leptos build --project "$example" --cargo-locked; }
case ${2:-} in
  build)
    build
    exit
    ;;
  serve)
    if is_taken 3000; then
      echo "Port 3000, where the example is to be served, is taken by another program. Stop that one first." >&2
      exit 1
    fi
    ;;
  *)
    bash scripts/setup.sh run
    with_env_file bash scripts/example.sh "$example" serve
    exit
    ;;
esac
build
if [ -z "${LOGTO_ENDPOINT:-}" ]; then
  with_leptos_flags cargo build --quiet --locked -p dev-idp
  settings=$(mktemp)
  "$CARGO_TARGET_DIR/debug/dev-idp" --addr "${DEV_IDP_ADDR:-127.0.0.1:3011}" > "$settings" &
  provider=$!
  trap 'kill "$provider" 2> /dev/null || true; rm -f "$settings"' EXIT
  until grep -q curl "$settings"; do
    kill -0 "$provider" 2> /dev/null || { echo "Another address: DEV_IDP_ADDR=127.0.0.1:3021 make $example" >&2; exit 1; }
    sleep 0.1
  done
  set -a
  # shellcheck source=/dev/null
  . "$settings"
  set +a
  grep '^#' "$settings"
fi
LEPTOS_OUTPUT_NAME=$example LEPTOS_SITE_ROOT=target/$example LEPTOS_SITE_PKG_DIR=pkg LEPTOS_SITE_ADDR=127.0.0.1:3000 \
  "$CARGO_TARGET_DIR/debug/$example"
