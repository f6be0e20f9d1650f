#!/bin/sh
# The procedure's command line: ./scripts/health_check.sh --comprehensive
dir=$(dirname "$(readlink -f "$0")")
for sop in "$dir/sop-command" "$dir/../scripts/sop-command"; do
    if [ -x "$sop" ]; then exec "$sop" health_check "$@"; fi
done
echo "health_check: sop-command is not beside this file" >&2
exit 4
