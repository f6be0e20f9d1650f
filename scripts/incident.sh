#!/usr/bin/env bash
# Replays a recorded real incident through the whole pipe and ends with a report to look at.
set -euo pipefail

usage() {
    cat <<'EOT'
usage: scripts/incident.sh [--fixture NAME] [--out DIR] [--live]

Builds the six tools and runs the whole pipe, detect to report, on a recorded run of a real application.
Nothing is installed, and nothing is written outside this repository, DIR and IR_HOME.

  --fixture NAME  the recording, a folder of fixtures/chat-app [incB]
  --out DIR       where records, bundle and report go [target/incident/NAME]; it is emptied first if an
                  earlier run of this script made it
  --live          examine this host instead (not in this version: exit 4)
EOT
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
fixture=incB
out=
while [ $# -gt 0 ]; do
    case $1 in
        --fixture | --out)
            [ $# -ge 2 ] || { echo "incident.sh: $1 needs a value" >&2; exit 2; }
            if [ "$1" = --fixture ]; then fixture=$2; else out=$2; fi
            shift 2
            ;;
        --live)
            echo "incident.sh: --live is missing in this version: ir-detect reads logs and streams, not yet the live host" >&2
            exit 4
            ;;
        -h | --help) usage; exit 0 ;;
        *) echo "incident.sh: unknown option $1 (see --help)" >&2; exit 2 ;;
    esac
done
state=$here/fixtures/chat-app/$fixture
[ -d "$state" ] || { echo "incident.sh: no recording $fixture; there are: $(cd "$here/fixtures/chat-app" && echo *)" >&2; exit 2; }
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
# Paths in records are as typed: short ones read better, and read the same everywhere.
cp -R "$state" "$out/state"
# A checkout dates files by itself; the manifest of the evidence has the dates, so they are given one.
find "$out/state" -type f -exec touch -d @1795420200 {} +
cd "$out"

profile=(--profile chat-app --set state_dir=state)
now=(--now 2026-11-24T00:00:00Z)
set +e
"$bin/ir-detect" "${profile[@]}" "${now[@]}" \
    | "$bin/ir-classify" "${now[@]}" \
    | "$bin/ir-contain" "${profile[@]}" "${now[@]}" \
    | "$bin/ir-evidence" "${profile[@]}" "${now[@]}" -o bundle \
    | "$bin/ir-rca" "${profile[@]}" "${now[@]}" \
    | tee records.jsonl \
    | "$bin/ir-report" "${now[@]}" > report.md
codes=("${PIPESTATUS[@]}")
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
    jq -r 'select(.type == "ir.cause.v1") | .data | if .inconclusive then "cause     inconclusive" else "cause     \(.hypotheses[0].component): \(.hypotheses[0].summary)" end' records.jsonl | tail -n 1
fi
echo "records   $out/records.jsonl"
if [ -e bundle ]; then echo "bundle    $out/bundle"; fi
echo "report    $out/report.md"
exit "$exit"
