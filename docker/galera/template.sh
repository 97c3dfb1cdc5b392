#!/bin/sh
# Makes the data that every node begins with: a cluster of one node with the tables, ended in order. All nodes then have the same state,
# and none has to send it to another.
set -eu
data=/var/lib/template/data
socket=/tmp/template.sock
mariadb-install-db --no-defaults --datadir="$data" --auth-root-authentication-method=normal --skip-test-db >/dev/null
# The build shares the machine's network: no port of it is taken.
mariadbd --no-defaults --datadir="$data" --socket="$socket" --skip-networking --pid-file=/tmp/template.pid \
  --binlog-format=ROW --innodb-autoinc-lock-mode=2 --innodb-log-file-size=48M \
  --wsrep-on=ON --wsrep-provider=/usr/lib/galera/libgalera_smm.so --wsrep-cluster-address=gcomm:// --wsrep-new-cluster \
  --wsrep-cluster-name=riftcheck --wsrep-node-name=template --wsrep-node-address=127.0.0.1 \
  --wsrep-provider-options="gmcast.listen_addr=tcp://127.0.0.1:0;gcache.size=1M" &
i=0
until mariadb --no-defaults -u root -S "$socket" -N -e "SHOW STATUS LIKE 'wsrep_ready'" 2>/dev/null | grep -q ON; do
  i=$((i + 1))
  if [ $i -gt 300 ]; then
    echo "MariaDB did not become ready" >&2
    exit 1
  fi
  sleep 0.2
done
mariadb --no-defaults -u root -S "$socket" < /usr/share/riftcheck/schema.sql
mariadb-admin --no-defaults -u root -S "$socket" shutdown
wait
rm -f "$data/galera.cache" "$data/gvwstate.dat"
cat "$data/grastate.dat"
