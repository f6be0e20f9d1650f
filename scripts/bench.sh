#!/usr/bin/env bash
# End-to-end CPU time: start-up of each tool, the whole pipe on a recorded incident, and ir-detect on a large log
# beside grep. User plus system seconds, median of five rounds, interleaved. Figures, not a test.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
rounds=${ROUNDS:-5}
lines=${LOG_LINES:-1000000}

cargo build --release --quiet --bins
bin=${CARGO_TARGET_DIR:-$PWD/target}/release
repo=$PWD
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

# CPU seconds (user + system) of a command and all that it starts.
cpu() {
    local TIMEFORMAT='%U %S'
    { time "$@" >/dev/null 2>&1 </dev/null; } 2>&1 | awk '{ printf "%.3f\n", $1 + $2 }'
}
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

tools=(ir-detect ir-classify ir-contain ir-evidence ir-rca ir-report)
whole_pipe() {
    local p=(--profile chat-app --set state_dir="$repo/fixtures/chat-app/incB") now=(--now 2026-11-24T00:00:00Z)
    rm -rf "$work/bundle"
    "$bin/ir-detect" "${p[@]}" "${now[@]}" | "$bin/ir-classify" "${now[@]}" | "$bin/ir-contain" "${p[@]}" "${now[@]}" \
        | "$bin/ir-evidence" "${p[@]}" "${now[@]}" -o "$work/bundle" | "$bin/ir-rca" "${p[@]}" "${now[@]}" | "$bin/ir-report" "${now[@]}"
}

cargo xtask fixtures --large "$work/log" --lines "$lines"
log=$work/log/logs/kollabor.log
megabytes=$(($(stat -c %s "$log") / 1000000))
detect_large() { "$bin/ir-detect" --profile chat-app --log main "$log"; }
# Into a pipe: with /dev/null as its output grep would stop at the first match.
grep_large() { grep -c ' - ERROR - ' "$log" | cat; }

for ((r = 0; r < rounds; r++)); do
    for tool in "${tools[@]}"; do cpu "$bin/$tool" --version >> "$work/$tool"; done
    cpu whole_pipe >> "$work/pipe"
    cpu detect_large >> "$work/large"
    cpu grep_large >> "$work/grep"
done

printf '%-28s %10s   %s\n' what 'CPU s' goal
for tool in "${tools[@]}"; do printf '%-28s %10s   %s\n' "$tool --version" "$(median < "$work/$tool")" '<= 0.010'; done
printf '%-28s %10s   %s\n' 'whole pipe on incB' "$(median < "$work/pipe")" '<= 1'
large=$(median < "$work/large") grep=$(median < "$work/grep")
printf '%-28s %10s   %s\n' "ir-detect, $megabytes MB log" "$large" "$(awk -v m="$megabytes" -v s="$large" 'BEGIN { printf "%.0f MB per CPU second", m / s }')"
printf '%-28s %10s   %s\n' "grep -c, same log" "$grep" "$(awk -v a="$large" -v b="$grep" 'BEGIN { printf "ir-detect takes %.1f times as much", a / (b > 0 ? b : 0.001) }')"
