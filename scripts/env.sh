# shellcheck shell=bash
# What every script here needs: tools on PATH, the toolchain that can build for the browser, a way to read .env.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export PATH="$PWD/node_modules/.bin:${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}"
# scripts/setup-wasm.sh notes it when only the distribution's toolchain can build for the browser.
if [ -z "${RUSTUP_TOOLCHAIN:-}" ] && [ -s "$CARGO_TARGET_DIR/.rustup-toolchain" ]; then
  RUSTUP_TOOLCHAIN=$(cat "$CARGO_TARGET_DIR/.rustup-toolchain")
  export RUSTUP_TOOLCHAIN
fi

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }

# cargo-leptos builds with these. With the same ones, everything else shares what it compiled.
with_leptos_flags() { LEPTOS_OUTPUT_NAME=leptos-logto RUSTFLAGS="--cfg erase_components${MORE_FLAGS:+ $MORE_FLAGS}" "$@"; }

# Runs a command with the settings of .env in its environment; what the environment already says wins. Without a command, .env
# is only checked. (The server reads .env itself.)
with_env_file() {
  with_leptos_flags cargo build --quiet --locked -p env-file
  "$CARGO_TARGET_DIR/debug/env-file" "$@"
}

# Whether something on this machine listens on a port.
is_taken() { (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }

# Stops when Cargo.lock in the current folder does not belong to the manifests, instead of changing it without a word.
check_lock() {
  local said
  said=$(cargo metadata --locked --format-version 1 2>&1 > /dev/null) && return 0
  printf '%s\n' "$said" >&2
  echo "If a manifest has changed, \`make lock\` brings the lock files up to date; commit them with it." >&2
  return 1
}
