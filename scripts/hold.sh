#!/usr/bin/env bash
# Fault injection (scripts/hold): `hold.sh NAME...` for some of the scenarios, else all of them. Takes the
# development build, or the program in HOLD_SERVER. Scenarios about several processes run on PostgreSQL and Redis, too, where
# those can be had.
. "$(dirname "$0")/env.sh"

server=${HOLD_SERVER:-$CARGO_TARGET_DIR/debug/server}
[ -n "${HOLD_SERVER:-}" ] || { bash scripts/setup.sh run && cargo leptos build --project leptos-logto; }

only=()
for name in "$@"; do only+=(--only "$name"); done
# A full disk takes a mount. In a namespace of its own it needs no root, and is gone when the program is.
namespace=()
for flags in --mount '--map-root-user --mount'; do
  # shellcheck disable=SC2086 # flags are split at spaces
  if unshare $flags true 2> /dev/null; then
    read -ra namespace <<< "unshare $flags"
    break
  fi
done
stores=$CARGO_TARGET_DIR/debug/store-servers
[ -x "$stores" ] || with_leptos_flags cargo build --quiet --locked -p store-servers
exec "$stores" ${namespace[@]+"${namespace[@]}"} node scripts/hold/main.mjs ${only[@]+"${only[@]}"} "$server"
