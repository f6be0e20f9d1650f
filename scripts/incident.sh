#!/usr/bin/env bash
# Runs the whole pipe, on a recorded real incident or on this host, and ends with a report to look at.
set -euo pipefail

usage() {
    cat <<'EOT'
usage: scripts/incident.sh [--fixture NAME | --live [--profile NAME|FILE] [--set NAME=VALUE]...] [--out DIR]

Builds the six tools and runs the whole pipe, detect to report, on a recorded run of a real application.
Nothing is installed, and nothing is written outside this repository, DIR and IR_HOME.

  --fixture NAME  the recording, a folder of fixtures/chat-app [incB]
  --live          examine this host instead: samples and logs of the last four hours, and a sealed snapshot of the host
  --profile, --set  with --live: the application, and what its profile's variables are [generic: any Linux host]
  --out DIR       where records, bundle and reports go [target/incident/NAME]; it is emptied first if an
                  earlier run of this script made it
EOT
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Paths are named from where the caller stands; the tools run elsewhere.
absolute() { case $1 in /*) echo "$1" ;; *) echo "$PWD/$1" ;; esac; }

fixture=incB
live=
profile=()
out=
while [ $# -gt 0 ]; do
    case $1 in
        --fixture | --out | --profile | --set)
            [ $# -ge 2 ] || { echo "incident.sh: $1 needs a value" >&2; exit 2; }
            case $1 in
                --fixture) fixture=$2 ;;
                --out) out=$(absolute "$2") ;;
                --profile)
                    case $2 in */* | *.yaml | *.yml) profile+=("$1" "$(absolute "$2")") ;; *) profile+=("$1" "$2") ;; esac
                    ;;
                *) profile+=("$1" "$2") ;;
            esac
            shift 2
            ;;
        --live) live=1; shift ;;
        -h | --help) usage; exit 0 ;;
        *) echo "incident.sh: unknown option $1 (see --help)" >&2; exit 2 ;;
    esac
done
if [ -n "${IR_HOME:-}" ]; then IR_HOME=$(absolute "$IR_HOME"); fi
if [ -n "${CARGO_TARGET_DIR:-}" ]; then CARGO_TARGET_DIR=$(absolute "$CARGO_TARGET_DIR"); fi
if [ -n "$live" ]; then
    fixture=live
    case " ${profile[*]-} " in *' --profile '*) ;; *) profile+=(--profile generic) ;; esac
    since=$(date -u -d '4 hours ago' +%Y-%m-%dT%H:%M:%SZ)
    now=()
    detect=(--live --since "$since")
    collect=(--live --since "$since")
else
    [ ${#profile[@]} -eq 0 ] || { echo "incident.sh: --profile and --set go with --live" >&2; exit 2; }
    state=$here/fixtures/chat-app/$fixture
    [ -d "$state" ] || { echo "incident.sh: no recording $fixture; there are: $(cd "$here/fixtures/chat-app" && echo *)" >&2; exit 2; }
    profile=(--profile chat-app --set state_dir=state)
    now=(--now 2026-11-24T00:00:00Z)
    detect=()
    collect=()
fi
command -v cargo >/dev/null || { echo "incident.sh: cargo is missing: install a Rust toolchain" >&2; exit 4; }

cd "$here"
echo "building" >&2
cargo build --release --quiet --bins
bin=${CARGO_TARGET_DIR:-$here/target}/release

out=${out:-${CARGO_TARGET_DIR:-$here/target}/incident/$fixture}
if [ -e "$out" ]; then
    [ -e "$out/.made-by-incident.sh" ] || { echo "incident.sh: $out is there and is not ours; name another with --out" >&2; exit 3; }
    rm -rf -- "$out"
fi
mkdir -p "$out"
touch "$out/.made-by-incident.sh"
export IR_HOME=${IR_HOME:-$out/ir-home}
if [ -z "$live" ]; then
    # Paths in records are as typed: short ones read better, and read the same everywhere.
    cp -R "$state" "$out/state"
    # A checkout dates files by itself; the manifest of the evidence has the dates, so they are given one.
    find "$out/state" -type f -exec touch -d @1795420200 {} +
fi
cd "$out"

set +e
"$bin/ir-detect" "${detect[@]}" "${profile[@]}" "${now[@]}" \
    | "$bin/ir-classify" "${now[@]}" \
    | "$bin/ir-contain" "${profile[@]}" "${now[@]}" \
    | "$bin/ir-evidence" "${collect[@]}" "${profile[@]}" "${now[@]}" -o bundle \
    | "$bin/ir-rca" "${profile[@]}" "${now[@]}" \
    | tee records.jsonl \
    | "$bin/ir-report" "${now[@]}" > report.md
codes=("${PIPESTATUS[@]}")
# What fell short was told by the first report.
"$bin/ir-report" --quiet "${now[@]}" --format html -o report.html records.jsonl 2>/dev/null
codes+=("$?")
set -e
# 4 is partial work, which the report tells first; anything else is a failure.
exit=0
for code in "${codes[@]}"; do
    case $code in
        0) ;;
        4) exit=4 ;;
        *) echo "incident.sh: a tool failed; exit codes along the pipe: ${codes[*]}" >&2; exit 5 ;;
    esac
done

echo
# The first sentence after the title, or why the report is not whole.
sed -n '3p' report.md
if [ -e bundle ]; then
    "$bin/ir-evidence" verify bundle
fi
if command -v jq >/dev/null; then
    jq -r 'select(.type == "ir.classified.v1") | "severity  \(.data.severity)  (\(.subject))"' records.jsonl | tail -n 1
    jq -r 'select(.type == "ir.cause.v1") | .data | if .inconclusive then "cause     inconclusive" else "cause     \(.hypotheses[0].summary)" end' records.jsonl | tail -n 1
fi
echo "records   $out/records.jsonl"
if [ -e bundle ]; then echo "bundle    $out/bundle"; fi
echo "report    $out/report.html (and report.md)"
exit "$exit"
