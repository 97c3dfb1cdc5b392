#!/bin/sh
# start.sh <flags of the first start, or ""> <flags…>: starts MariaDB with the data that is there, on the first start those of the image.
set -eu
first=$1
shift
home=/var/lib/riftcheck
data=$home/data
if [ ! -d "$data" ]; then
  rm -rf "$home/passing"
  cp -a /var/lib/template/data "$home/passing"
  mv "$home/passing" "$data"
  # MariaDB takes for granted that what it finds is on disk. Only a disk of its own can lose its power.
  [ "$(stat -c %d "$home")" = "$(stat -c %d /)" ] || sync -f "$data"
  exec mariadbd "$@" --datadir="$data" $first
fi
# After a kill only the tables know how far they are; told so, the node asks for what it missed and not for everything.
position=$(mariadbd "$@" --datadir="$data" --wsrep-recover 2>&1 | tee /dev/stderr \
  | sed -n 's/.*WSREP: Recovered position: *\([0-9a-f-]*:-\{0,1\}[0-9]*\).*/\1/p' | tail -n 1)
exec mariadbd "$@" --datadir="$data" ${position:+--wsrep-start-position="$position"}
