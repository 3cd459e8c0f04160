# shellcheck shell=bash
# Serves a release build. It has no identity provider of its own: a development build lends it one. To be sourced, after
# env.sh; what it started is stopped at the end of the script.

pids=()
stop() { [ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2> /dev/null || true; }
trap stop EXIT

# The first value of a key in the development fixture: those of the application that signs people in.
first_in_fixture() { awk -v key="$1" '$1 == key { gsub(/"/, "", $3); print $3; exit }' crates/dev-idp/fixture.toml; }

wait_for() { # port
  for _ in $(seq 100); do
    curl -sf "http://localhost:$1/healthz" > /dev/null && return 0
    sleep 0.1
  done
  echo "no server came up at port $1" >&2
  return 1
}

serve_release() { # port, where sessions are kept, the program and what runs it
  local app=$1 idp=$(($1 + 1)) lender=$(($1 + 2)) store=$2
  shift 2
  [ -x "$CARGO_TARGET_DIR/debug/server" ] || cargo leptos build --project leptos-logto
  local clean=(env -u LOGTO_ENDPOINT -u LOGTO_APP_ID -u LOGTO_APP_SECRET ENV_FILE= SESSION_STORE=memory: SHOP_DATABASE=memory: "APP_BASE_URL=http://localhost:$app")
  "${clean[@]}" LEPTOS_ENV=DEV DEV_IDP_ADDR=127.0.0.1:$idp LEPTOS_SITE_ADDR=127.0.0.1:$lender "$CARGO_TARGET_DIR/debug/server" 2> /dev/null &
  pids+=($!)
  # The provider first: who asks before it listens waits for a while before asking again.
  wait_for "$lender"
  "${clean[@]}" LOGTO_ENDPOINT=http://127.0.0.1:$idp/ "LOGTO_APP_ID=$(first_in_fixture id)" "LOGTO_APP_SECRET=$(first_in_fixture secret)" \
    LEPTOS_ENV=PROD "SESSION_KEYS=$(head -c 32 /dev/urandom | base64)" SESSION_STORE="$store" LEPTOS_SITE_ADDR=127.0.0.1:$app "$@" 2> /dev/null &
  pids+=($!)
  wait_for "$app"
}
