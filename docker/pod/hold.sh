#!/bin/sh
# Makes the chain that fault rules go to, says so, and holds the network namespace until it is killed.
set -eu

# Older kernels know only the legacy interface of the packet filter.
if ! iptables --wait -S INPUT >/dev/null 2>&1; then
  update-alternatives --set iptables /usr/sbin/iptables-legacy >/dev/null
fi

iptables --wait -N RIFTCHECK
iptables --wait -I INPUT -j RIFTCHECK
echo ready
exec sleep infinity
