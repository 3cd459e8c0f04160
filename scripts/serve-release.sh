# shellcheck shell=bash
# Serves a release build. It has no identity provider of its own, so it gets the development one, as a program. To be sourced,
# after env.sh; what it started is stopped at the end of the script.

pids=()
stop() { [ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2> /dev/null || true; }
trap stop EXIT

# Cores that have nothing to do poll instead of sleeping, until the script ends (PM QoS of the kernel). A load generator waits for most
# answers; where its core sleeps, the server's core wakes it for each, and in a virtual machine that costs as much as a bare handler.
keep_awake() {
  local awake
  if [ -w /dev/cpu_dma_latency ] && { exec {awake}<> /dev/cpu_dma_latency; } 2> /dev/null; then
    printf '\0\0\0\0' >&"$awake"
  else
    echo "idle cores sleep, because /dev/cpu_dma_latency cannot be written: waking them is part of what a request costs" >&2
  fi
}

wait_for() { # address
  for _ in $(seq 100); do
    curl -s -o /dev/null "$1" && return 0
    sleep 0.1
  done
  echo "no server came up at $1" >&2
  return 1
}

# The development identity provider, for the applications at these ports. Sets `settings`: what an application needs to know of it.
serve_provider() { # port, ports of applications
  local port=$1 apps=() app
  shift
  for app in "$@"; do apps+=(--app "http://localhost:$app"); done
  with_leptos_flags cargo build --quiet --locked --release -p dev-idp
  "$CARGO_TARGET_DIR/release/dev-idp" --addr "127.0.0.1:$port" "${apps[@]}" ${PROVIDER_FIXTURE:+--fixture "$PROVIDER_FIXTURE"} \
    > "$CARGO_TARGET_DIR/dev-idp-$port.env" &
  pids+=($!)
  wait_for "http://127.0.0.1:$port/"
  mapfile -t settings < <(sed -n 's/^\(LOGTO_[A-Z_]*\)=/\1=/p' "$CARGO_TARGET_DIR/dev-idp-$port.env" | tr -d "'\"")
}

serve_release() { # port, where sessions are kept, the program and what runs it
  local app=$1 store=$2
  shift 2
  [ -n "${settings:-}" ] || serve_provider $((app + 1)) "$app"
  env ENV_FILE= SHOP_DATABASE=memory: "APP_BASE_URL=http://localhost:$app" "${settings[@]}" LEPTOS_ENV=PROD \
    "SESSION_KEYS=$(head -c 32 /dev/urandom | base64)" SESSION_STORE="$store" LEPTOS_SITE_ADDR=127.0.0.1:$app "$@" 2> /dev/null > /dev/null &
  pids+=($!)
  served=$!
  wait_for "http://localhost:$app/healthz"
}
