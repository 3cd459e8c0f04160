#!/usr/bin/env bash
# Runs what deploy/ describes without a container engine: two processes behind nginx with deploy/nginx.conf, on PostgreSQL and then on
# Redis or Valkey, all of them programs of this system. It signs somebody in at the development identity provider, looks at cookies,
# headers and addresses, ends a process, restarts both in turn, and prints what it has checked. Takes the development build, or the program
# in HOLD_SERVER. It needs nginx (on Debian and its kin: apt-get install nginx-light) and openssl, and is not a part of `make test`.
. "$(dirname "$0")/env.sh"

for program in nginx openssl node; do
  command -v "$program" > /dev/null || { echo "$program is missing. On Debian and its kin: apt-get install ${program/%nginx/nginx-light}" >&2; exit 1; }
done
server=${HOLD_SERVER:-$CARGO_TARGET_DIR/debug/server}
[ -n "${HOLD_SERVER:-}" ] || { bash scripts/setup.sh run && cargo leptos build --project leptos-logto; }
stores=$CARGO_TARGET_DIR/debug/store-servers
with_leptos_flags cargo build --quiet --locked -p store-servers -p dev-idp
exec "$stores" node scripts/deploy-test.mjs "$server" "$CARGO_TARGET_DIR/debug/dev-idp"
