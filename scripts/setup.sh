#!/usr/bin/env bash
# Brings what is missing for `make run` (argument: run) or also for `make test` (test), `make bench` (bench), `make profile`
# (profile), `make pgo` (pgo) or `make lighthouse` (lighthouse), and says what and why.
# Tries the ordinary way first, then the distribution's packages. Safe to run again: what is there is left alone.
. "$(dirname "$0")/env.sh"

want=${1:-run}
started=$SECONDS
installed=0

CARGO_LEPTOS=0.3.11

fail() { printf '\nsetup: %s\n' "$*" >&2; exit 1; }
has() { command -v "$1" > /dev/null 2>&1; }
bring() { installed=$((installed + 1)); say "setup: $*"; }

# Debian and its kin, as root: the only system packages this script installs by itself.
can_apt() { has apt-get && [ "$(id -u)" = 0 ]; }
apt_install() {
  DEBIAN_FRONTEND=noninteractive apt-get update -qq > /dev/null
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" > /dev/null
}

need() { # program, package, why
  has "$1" && return 0
  can_apt || fail "$1 is missing ($3). Install it, for example: sudo apt-get install $2"
  bring "installing $2: $3"
  apt_install "$2" || fail "$2 could not be installed. Install it and run this again."
}

has cargo || fail "Rust is missing. Install it from https://rustup.rs and run this again."
need cc gcc "a C compiler, for SQLite and the TLS library"
need node nodejs "Node.js, for sass and wasm-opt"
need npm npm "npm, which brings sass and wasm-opt"

# Rust for the browser.
toolchain=$(bash scripts/setup-wasm.sh) || fail "Rust cannot build for the browser here; the lines above say why."
mkdir -p "$CARGO_TARGET_DIR"
case $toolchain in
  *toolchain=default) rm -f "$CARGO_TARGET_DIR/.rustup-toolchain" ;;
  *toolchain=*)
    printf '%s' "${toolchain##*toolchain=}" > "$CARGO_TARGET_DIR/.rustup-toolchain"
    RUSTUP_TOOLCHAIN=${toolchain##*toolchain=}
    export RUSTUP_TOOLCHAIN
    ;;
esac

# The two build tools are compiled with a profile that is about compiling fast: they spend their time waiting for others.
cheap_install() {
  CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_DEBUG=0 \
    CARGO_PROFILE_RELEASE_STRIP=true CARGO_PROFILE_RELEASE_OPT_LEVEL=0 \
    CARGO_TARGET_DIR="$CARGO_TARGET_DIR/tools" RUSTFLAGS='' \
    cargo install --quiet --force "$@"
}

# wasm-bindgen must be of the very version that Cargo.lock has.
bindgen=$(awk '/^name = "wasm-bindgen"$/ { getline; gsub(/[^0-9.]/, ""); print; exit }' Cargo.lock)
if [ "$(wasm-bindgen --version 2> /dev/null)" != "wasm-bindgen $bindgen" ]; then
  bring "installing wasm-bindgen $bindgen, which joins Rust and the browser: compiling it takes a minute or two"
  cheap_install wasm-bindgen-cli --version "$bindgen" || fail "wasm-bindgen-cli $bindgen could not be installed."
fi

# cargo-leptos: prebuilt where cargo-binstall is there to fetch it, else compiled.
leptos_version() { cargo leptos --version 2> /dev/null | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | head -n 1; }
if [ "$(leptos_version)" != "$CARGO_LEPTOS" ]; then
  bring "installing cargo-leptos $CARGO_LEPTOS, which builds server and browser code together"
  if has cargo-binstall && timeout 180 cargo binstall --no-confirm --strategies crate-meta-data,quick-install \
    "cargo-leptos@$CARGO_LEPTOS" > /dev/null 2>&1 && [ "$(leptos_version)" = "$CARGO_LEPTOS" ]; then
    say "setup: a prebuilt cargo-leptos was there"
  else
    say "setup: no prebuilt one at hand, so it is compiled: about five minutes on two cores, once"
    # Only cargo-leptos itself and what compresses files are worth optimizing.
    cheap_install cargo-leptos --version "$CARGO_LEPTOS" --locked --ignore-rust-version --features no_downloads \
      --config 'profile.release.package.cargo-leptos.opt-level=1' \
      --config 'profile.release.package.brotli.opt-level=2' \
      || fail "cargo-leptos $CARGO_LEPTOS could not be installed. Try: cargo install cargo-leptos --locked"
  fi
fi

rm -rf "$CARGO_TARGET_DIR/tools"

# cargo-leptos reads .env, too, and where it cannot, it shows the text of the line and not the number.
if [ -f .env ]; then with_env_file || exit 1; fi

# Node packages, when the lock file is newer than what is installed.
npm_ci() { # folder, what
  [ "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ] && return 0
  bring "installing $2"
  npm ci --prefix "$1" --no-audit --no-fund --loglevel=error > /dev/null || fail "npm could not install $2."
  touch "$1/node_modules/.package-lock.json"
}
npm_ci . "the build tools sass (styles) and binaryen (small WebAssembly)"

need_chromium() {
  [ -z "${CHROMIUM_PATH:-}" ] || [ ! -x "$CHROMIUM_PATH" ] || return 0
  # Both: the headless shell opens pages twice as quickly, and Lighthouse takes the whole browser.
  if [ -x /usr/bin/chromium ] && [ -x /usr/bin/chromium-headless-shell ]; then return 0; fi
  if can_apt; then
    bring "installing Chromium and its headless shell, for the tests in a browser"
    apt_install chromium chromium-headless-shell && return 0
    [ -x /usr/bin/chromium ] || fail "Chromium could not be installed. Set CHROMIUM_PATH to one."
  fi
  if [ -x /usr/bin/chromium ] || ls "$HOME"/.cache/ms-playwright/chromium-* > /dev/null 2>&1; then return 0; fi
  bring "fetching Playwright's Chromium, for the tests in a browser"
  (cd end2end && npx playwright install chromium) || fail "No Chromium. Install one and set CHROMIUM_PATH to it."
}

# Schemathesis, in a place of its own, again when its list of versions changes.
need_schemathesis() {
  local venv=$CARGO_TARGET_DIR/api-fuzz versions=scripts/api-fuzz/requirements.txt
  cmp -s "$versions" "$venv/requirements.txt" && return 0
  need python3 python3 "Python 3.10 or later, for schemathesis"
  bring "installing schemathesis, which makes up requests to the orders API, into $venv"
  # Debian has what makes such a place in a package of its own.
  python3 -m venv --clear "$venv" > /dev/null 2>&1 || { can_apt && apt_install python3-venv && python3 -m venv --clear "$venv"; } \
    || fail "Python cannot make a virtual environment. On Debian and its kin: sudo apt-get install python3-venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$versions" \
    || fail "schemathesis could not be installed from PyPI."
  cp "$versions" "$venv/requirements.txt"
}

# The servers of the session stores. Where one cannot be had, its tests say that they test nothing, and fail in CI.
need_store_server() { # package, programs
  local program
  for program in "${@:2}"; do
    if has "$program" || compgen -G "/usr/lib/postgresql/*/bin/$program" > /dev/null; then return 0; fi
  done
  if can_apt; then
    bring "installing $1, for the tests of the session store there"
    apt_install "$1" && return 0
  fi
  say "setup: $2 is missing, so that session store is not tested. On Debian and its kin: sudo apt-get install $1"
}

if [ "$want" = test ]; then
  need_store_server postgresql postgres
  need_store_server redis-server valkey-server redis-server
  npm_ci end2end "Playwright and axe, for the tests in a browser"
  need_chromium
  need_schemathesis
fi
if [ "$want" = lighthouse ]; then
  npm_ci end2end "Playwright, which can bring a browser"
  npm_ci scripts/lighthouse "Lighthouse"
  need_chromium
fi
if [ "$want" = bench ] || [ "$want" = profile ] || [ "$want" = pgo ]; then
  need wrk wrk "the load generator of the benchmark"
  need taskset util-linux "it gives each side of the benchmark a core of its own"
fi
if [ "$want" = pgo ] && [ ! -x "$(rustc --print target-libdir)/../bin/llvm-profdata" ]; then
  bring "adding llvm-tools to the Rust toolchain: it reads what was counted"
  rustup component add llvm-tools > /dev/null 2>&1 || fail "llvm-tools is missing. With a toolchain of rustup: rustup component add llvm-tools"
fi
if [ "$want" = profile ]; then need perf linux-perf "it takes the samples"; fi

if [ "$installed" = 0 ]; then
  say "setup: nothing to do ($((SECONDS - started)) s)"
else
  say "setup: done ($((SECONDS - started)) s)"
fi
