#!/bin/sh
# Makes the chains that fault rules go to, says so, and holds the network namespace until it is killed.
set -eu

# Older kernels know only the legacy interface of the packet filter.
if ! iptables --wait -S INPUT >/dev/null 2>&1; then
  update-alternatives --set iptables /usr/sbin/iptables-legacy >/dev/null
fi

iptables-restore --wait --noflush <<'RULES'
*filter
:RIFTCHECK - [0:0]
:RIFTCHECK-OUT - [0:0]
:RIFTCHECK-SHAPE - [0:0]
-I INPUT -j RIFTCHECK-SHAPE
-I INPUT -j RIFTCHECK
-I OUTPUT -j RIFTCHECK-OUT
COMMIT
RULES
echo ready
exec sleep infinity
