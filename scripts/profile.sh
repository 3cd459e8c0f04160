#!/usr/bin/env bash
# Where the time of a request goes: a flame graph of a row of `make bench`, by sampling, in target/flame-ROW.svg, and the functions that
# take the most by themselves. The release build, with frame pointers and the names of functions.
#
#   PROFILE           the row: home-signed-out, home, profile, scopes, tokens, organization, guarded or sign-ins (profile)
#   PROFILE_SECONDS   how long (10)
. "$(dirname "$0")/env.sh"
. scripts/serve-release.sh

row=${PROFILE:-profile} seconds=${PROFILE_SECONDS:-10}
port=3115 provider=3116 stub=3117
bash scripts/setup.sh profile
cp Cargo.lock bench/servers/Cargo.lock
build() {
  LEPTOS_OUTPUT_NAME=leptos-logto RUSTFLAGS="${PROFILE_FLAGS---cfg erase_components} -C force-frame-pointers=yes" \
    cargo build --quiet --profile profiling --manifest-path bench/servers/Cargo.toml "$@"
}
build --bin application --bin guarded --bin sign_ins
programs=$CARGO_TARGET_DIR/profiling
folder=$(mktemp -d)
finish() { stop; rm -rf "$folder"; }
trap finish EXIT
keep_awake

declare -A paths=([home-signed-out]=/ [home]=/ [profile]=/profile [scopes]=/scopes [tokens]=/apis [organization]=/org/asl5guymvnj4 [guarded]=/claims [sign-ins]=/)
path=${paths[$row]:?no such row}
alone=(env TOKIO_WORKER_THREADS=1 taskset -c 0)
keys="SESSION_KEYS=$(head -c 32 /dev/urandom | base64)"
serve_provider $provider $port
case $row in
  guarded | sign-ins)
    if [ "$row" = sign-ins ]; then
      taskset -c 1 "$programs/sign_ins" provider 127.0.0.1:$stub &
      pids+=($!)
      wait_for "http://127.0.0.1:$stub/"
      settings=("LOGTO_ENDPOINT=http://127.0.0.1:$stub/" LOGTO_APP_ID=bench LOGTO_APP_SECRET=bench)
    fi
    env "${settings[@]}" "$keys" "APP_BASE_URL=http://localhost:$port" "SESSION_STORE=sqlite://$folder/sessions.db" \
      "${alone[@]}" "$programs/guarded" 127.0.0.1:$port > /dev/null &
    pids+=($!)
    served=$!
    wait_for "http://localhost:$port/"
    ;;
  *)
    # Names of files without hashes: what they are does not matter here.
    cp Leptos.toml "$programs/"
    serve_release $port "sqlite://$folder/sessions.db" "${alone[@]}" "$programs/application"
    ;;
esac
headers=(-H 'Accept: text/html')
case $row in
  sign-ins) load=("$programs/sign_ins" load "http://localhost:$port" "$((seconds + 1))") ;;
  *)
    [ "$row" = home-signed-out ] || headers+=(-H "Cookie: $(node scripts/bench/sign-in.mjs http://localhost:$port frank frank)")
    load=(wrk -t1 -c16 "-d$((seconds + 1))s" "${headers[@]}" "http://localhost:$port$path")
    ;;
esac
taskset -c 1 "${load[@]}" > "$folder/load" &
sleep 0.5
perf record --quiet -e cpu-clock -F 1999 --call-graph fp -o "$folder/perf.data" -p "$served" -- sleep "$seconds"
perf script --input "$folder/perf.data" --fields ip,sym 2> /dev/null | node scripts/bench/flame.mjs "$CARGO_TARGET_DIR/flame-$row.svg"
