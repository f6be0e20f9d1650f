#!/bin/sh
# The procedure's command line: ./scripts/incident_evidence_collection.sh
dir=$(dirname "$(readlink -f "$0")")
for sop in "$dir/sop-command" "$dir/../scripts/sop-command"; do
    if [ -x "$sop" ]; then exec "$sop" incident_evidence_collection "$@"; fi
done
echo "incident_evidence_collection: sop-command is not beside this file" >&2
exit 4
