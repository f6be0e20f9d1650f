#!/bin/sh
# The procedure's command line: ./scripts/deploy_incident_fix.sh --staged --monitor
dir=$(dirname "$(readlink -f "$0")")
for sop in "$dir/sop-command" "$dir/../scripts/sop-command"; do
    if [ -x "$sop" ]; then exec "$sop" deploy_incident_fix "$@"; fi
done
echo "deploy_incident_fix: sop-command is not beside this file" >&2
exit 4
