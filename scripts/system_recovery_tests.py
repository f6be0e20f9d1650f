#!/bin/sh
# The procedure's command line: python tests/system_recovery_tests.py --full-validation
# A shell reads the next line as a command and goes no further; Python reads a string up to the line that closes it.
''''exec "$(d=$(dirname "$(readlink -f "$0")"); [ -x "$d/sop-command" ] && echo "$d/sop-command" || echo "$d/../scripts/sop-command")" system_recovery_tests "$@" # '''
import os
import sys

here = os.path.dirname(os.path.realpath(__file__))
for sop in ("sop-command", "../scripts/sop-command"):
    path = os.path.join(here, sop)
    if os.access(path, os.X_OK):
        os.execv(path, [path, "system_recovery_tests", *sys.argv[1:]])
sys.stderr.write("system_recovery_tests: sop-command is not beside this file\n")
sys.exit(4)
