#!/usr/bin/env bash
# Sets up what the tests need and passes every test.
#
# As root, missing Debian packages are installed; otherwise they are named and the tests that need them say that they skip.
# Tests on third-party data look for it beside the checkout, in ../shared, and skip where it is absent.
# IR_TESTS_STRICT=1: nothing may be skipped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

command -v cargo >/dev/null || { echo "test.sh: cargo is missing: install a Rust toolchain" >&2; exit 4; }

missing=()
command -v jq >/dev/null || missing+=(jq)
command -v shellcheck >/dev/null || missing+=(shellcheck)
command -v cc >/dev/null || missing+=(gcc)
command -v chromium >/dev/null || missing+=(chromium)
command -v debootstrap >/dev/null || missing+=(debootstrap)
command -v python >/dev/null || missing+=(python-is-python3)
if [ ${#missing[@]} -gt 0 ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
    else
        echo "test.sh: not installed, because not root: ${missing[*]}" >&2
        [ -z "${IR_TESTS_STRICT:-}" ] || exit 4
    fi
fi

if [ ! -d ../shared/data ]; then
    echo "test.sh: SKIPPED: tests on third-party data; ../shared/data is not there" >&2
    [ -z "${IR_TESTS_STRICT:-}" ] || exit 4
fi

# What a test that skips says of itself is shown only with --show-output.
log=${CARGO_TARGET_DIR:-target}/test.log
mkdir -p "$(dirname "$log")"
cargo test --release --workspace "$@" -- --show-output 2>&1 | tee "$log"

echo
if grep -q '^SKIPPED: ' "$log"; then
    echo "test.sh: skipped, because data that belong beside the checkout, or programs, are absent:"
    grep '^SKIPPED: ' "$log" | sort | uniq -c
else
    echo "test.sh: nothing was skipped"
fi
