#!/bin/sh
# `npm test`: sets up what it needs on first use, then runs every check (tools/test.ts).
set -eu
root=$(dirname -- "$(dirname -- "$(readlink -f -- "$0")")")
. "$root/tools/setup.sh"
cd "$root"
exec "$runtime" tools/test.ts "$@"
