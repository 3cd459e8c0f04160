#!/usr/bin/env bash
# Requests per second: a bare axum handler, the signed-out home page, and the profile with a session. Release build, one
# core for the server and one for the load (wrk, 16 connections, keep-alive), all in one run, rounds interleaved; the
# median of each. What counts are the ratios.
#
# BENCH_DIST is a dist/ that is there already. BENCH_BASE is the dist/ of another commit: it is measured in the same rounds,
# and each row has its ratio to it, with the lowest and the highest of the rounds.
. "$(dirname "$0")/env.sh"
. scripts/serve-release.sh

seconds=${BENCH_SECONDS:-4}
rounds=${BENCH_ROUNDS:-3}
bare=3090 app=3091 base=3095

bash scripts/setup.sh bench
[ -n "${BENCH_DIST:-}" ] || bash scripts/dist.sh > /dev/null
with_leptos_flags cargo build --quiet --release -p server --example bare

folder=$(mktemp -d)
TOKIO_WORKER_THREADS=1 taskset -c 0 "$CARGO_TARGET_DIR/release/examples/bare" 127.0.0.1:$bare &
pids+=($!)
ports=() cookies=()
serve() { # port, dist
  serve_release "$1" "sqlite://$folder/sessions-$1.db" env TOKIO_WORKER_THREADS=1 taskset -c 0 "$2/server"
  cookies[$1]=$(node scripts/bench/sign-in.mjs "http://localhost:$1" alice alice)
  ports+=("$1")
}
serve $app "${BENCH_DIST:-dist}"
[ -z "${BENCH_BASE:-}" ] || serve $base "$BENCH_BASE"

measure() { # url, further wrk arguments
  taskset -c 1 wrk -t1 -c16 -d"${seconds}s" "${@:2}" "$1" | awk '/^Requests\/sec:/ { rate = $2 } /Non-2xx/ { bad = 1 } END { if (bad) exit 1; print rate }'
}
for _ in $(seq "$rounds"); do
  measure "http://127.0.0.1:$bare/" >> "$folder/bare"
  for row in home profile; do
    for port in "${ports[@]}"; do
      headers=(-H "Host: localhost:$port" -H 'Accept: text/html')
      path=/
      [ $row = home ] || path=/profile headers+=(-H "Cookie: ${cookies[$port]}")
      measure "http://127.0.0.1:$port$path" "${headers[@]}" >> "$folder/$row-$port"
    done
  done
done
median() { sort -n | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)], value[1], value[NR] }'; }
read -r b _ < <(median < "$folder/bare")
read -r h _ < <(median < "$folder/home-$app")
read -r p _ < <(median < "$folder/profile-$app")
awk -v b="$b" -v h="$h" -v p="$p" 'BEGIN {
  printf "%-28s %10s  %s\n", "", "requests/s", "ratio"
  printf "%-28s %10.0f  %.3f of the bare handler\n", "bare axum handler", b, 1
  printf "%-28s %10.0f  %.3f of the bare handler\n", "home, signed out", h, h / b
  printf "%-28s %10.0f  %.3f of the signed-out home\n", "profile, with a session", p, p / h
}'
if [ -n "${BENCH_BASE:-}" ]; then
  for row in home profile; do
    paste "$folder/$row-$app" "$folder/$row-$base" | awk '{ print $1 / $2 }' | median \
      | awk -v row=$row '{ printf "%-28s %10s  %.3f of BENCH_BASE (%.3f to %.3f)\n", row, "", $1, $2, $3 }'
  done
fi
rm -rf "$folder"
