#!/usr/bin/env bash
# Compiles the server of dist/ again, with a profile of what it does: builds it with counters, loads its pages, and gives the counts
# to the compiler (https://doc.rust-lang.org/rustc/profile-guided-optimization.html). After `make dist`, with the same DIST_FEATURES.
#
#   PGO_SECONDS   how long each page is loaded (3)
. "$(dirname "$0")/env.sh"
. scripts/serve-release.sh

if [ ! -x dist/server ]; then
  echo "There is no dist/server: run \`make dist\` first." >&2
  exit 1
fi
bash scripts/setup.sh pgo
port=3122 seconds=${PGO_SECONDS:-3}
pgo=$CARGO_TARGET_DIR/pgo
folder=$(mktemp -d)
finish() { stop; rm -rf "$folder"; }
trap finish EXIT

build() { # folder, flags of the compiler
  MORE_FLAGS=$2 CARGO_TARGET_DIR=$pgo/$1 \
    with_leptos_flags cargo build --quiet --locked --release -p server --no-default-features --features "${DIST_FEATURES:-}"
}

say "pgo: compiling the server with counters"
rm -rf "$pgo/counts"
build counting "-Cprofile-generate=$pgo/counts"

say "pgo: loading its pages"
cp "$pgo/counting/release/server" dist/hash.txt "$folder/"
ln -s "$PWD/dist/site" "$folder/site"
cat dist/Leptos.toml - > "$folder/Leptos.toml" << 'TOML'
[[logto.resources]]
indicator = "https://shop.example/api"
permissions = ["read:orders", "write:orders"]
TOML
serve_release $port "sqlite://$folder/sessions.db" "$folder/server"
cookie=$(node scripts/bench/sign-in.mjs "http://localhost:$port" frank frank)
load() { # path, further headers
  wrk -t1 -c8 "-d${seconds}s" -H 'Accept: text/html' "${@:2}" "http://localhost:$port$1" > /dev/null
}
load /
for path in / /profile /scopes /apis /orders /organizations /org/asl5guymvnj4 /sessions; do load "$path" -H "Cookie: $cookie"; done
# It writes the counts when it ends.
kill -TERM "$served"
wait "$served" || true

"$(rustc --print target-libdir)/../bin/llvm-profdata" merge --output "$pgo/server.profdata" "$pgo/counts"
say "pgo: compiling the server with the profile"
# Cargo does not see that a profile is another one than before.
rm -rf "$pgo/profiled"
build profiled "-Cprofile-use=$pgo/server.profdata"
cp "$pgo/profiled/release/server" dist/
say "dist/server is compiled with a profile of what it does"
