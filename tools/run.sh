#!/bin/sh
# Runs one of the tools (`tools/run.sh tools/test.ts …`) on the pinned runtime; sets up what it needs on first use.
set -eu
root=$(dirname -- "$(dirname -- "$(readlink -f -- "$0")")")
. "$root/tools/setup.sh"
cd "$root"
exec "$runtime" "$@"
