# shellcheck shell=bash
# What every script here needs: tools on PATH, the toolchain that can build for the browser, the settings of .env.
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
with_leptos_flags() { LEPTOS_OUTPUT_NAME=leptos-logto RUSTFLAGS="--cfg erase_components" "$@"; }

# Settings from .env, for scripts that start the server. What the environment already says wins.
load_dotenv() {
  [ -f .env ] || return 0
  local line key value
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in '' | '#'*) continue ;; esac
    key=${line%%=*}
    value=${line#*=}
    value=${value%\"}
    value=${value#\"}
    if [ -z "${!key:-}" ]; then export "$key=$value"; fi
  done < .env
}
