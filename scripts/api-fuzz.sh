#!/usr/bin/env bash
# Schemathesis against the orders API: requests made up from its description, right ones and wrong ones, and every answer
# compared with what the description promises. Nobody without a token, and nobody with another one, may see an order.
# What it is called with goes on to schemathesis: --seed, to do again what a run has done, or --max-examples.
. "$(dirname "$0")/env.sh"

venv=$CARGO_TARGET_DIR/api-fuzz
server=$CARGO_TARGET_DIR/debug/server
cmp -s scripts/api-fuzz/requirements.txt "$venv/requirements.txt" || bash scripts/setup.sh test
[ -x "$server" ] || cargo leptos build --project leptos-logto

work=$(mktemp -d)
server_pid=
finish() {
  if [ -n "$server_pid" ]; then kill "$server_pid" 2> /dev/null || true; fi
  rm -rf "$work"
}
trap finish EXIT

read -r port idp < <("$venv/bin/python" - << 'PORTS'
import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(held.getsockname()[1] for held in sockets))
PORTS
)
base=http://localhost:$port
env -u LOGTO_ENDPOINT -u LOGTO_APP_ID -u LOGTO_APP_SECRET -u SESSION_KEYS ENV_FILE= LEPTOS_ENV=DEV RUST_LOG=warn \
  SESSION_STORE=memory: SHOP_DATABASE=memory: LEPTOS_SITE_ADDR=127.0.0.1:"$port" DEV_IDP_ADDR=127.0.0.1:"$idp" APP_BASE_URL="$base" \
  "$server" > "$work/server.log" 2>&1 &
server_pid=$!
for _ in $(seq 100); do
  curl -sf "$base/healthz" > /dev/null && break
  kill -0 "$server_pid" 2> /dev/null || { cat "$work/server.log" >&2; exit 1; }
  sleep 0.1
done

"$venv/bin/python" scripts/api-fuzz/tokens.py "http://127.0.0.1:$idp" "$base/callback" "$work"
export API_FUZZ_PEOPLE=$work/people.json
API_FUZZ_MEMBER=$(cat "$work/member")
export API_FUZZ_MEMBER

options=("$@")
fuzz() { # configuration, which paths
  (cd "$work" && "$venv/bin/schemathesis" --config-file "$OLDPWD/scripts/api-fuzz/$1.toml" \
    run "$base/shop/openapi.json" --include-path-regex "$2" --checks all "${options[@]}")
}
say "one's own orders"
fuzz people '^/orders'
say "the orders of an organization"
fuzz members '^/organizations'
# Nothing that anybody can send is to be worth a warning here, but for refused tokens, let alone a panic.
if grep -E 'ERROR|WARN|panicked' "$work/server.log" | grep -v 'access token refused' >&2; then
  echo "the server wrote this while it was tested" >&2
  exit 1
fi
