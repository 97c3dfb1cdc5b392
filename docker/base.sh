#!/bin/sh
# Writes the root file system of a minimal Debian bookworm as a tar archive to stdout, for machines where no registry
# answers; progress goes to stderr. riftcheck imports it as its base image. By hand:
#
#   docker/base.sh | docker import --change "LABEL riftcheck=image" - riftcheck-base
#
# Needs root and debootstrap. Source: debootstrap(8), variant minbase.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

fail() { echo "riftcheck: $*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || fail "debootstrap needs root: run once as root, or make a registry reachable"
command -v debootstrap >/dev/null || fail "debootstrap is missing: apt-get install -y --no-install-recommends debootstrap"

work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
trap 'exit 1' HUP INT TERM
root=$work/root
overlay=$work/overlay
mkdir -p "$root" "$overlay"
sh "$here/machine-settings.sh" "$overlay"

mirror=$(sed -n 's/^deb \(.*\) bookworm main$/\1/p' "$overlay/etc/apt/sources.list" 2>/dev/null | head -n 1)
if [ -z "${http_proxy:-}" ] && command -v apt-config >/dev/null; then
  eval "$(apt-config shell http_proxy Acquire::http::Proxy)"
  [ -z "${http_proxy:-}" ] || export http_proxy
fi

debootstrap --variant=minbase bookworm "$root" ${mirror:+"$mirror"} >&2
chroot "$root" apt-get clean
# As in the registry's image: packages and apt's caches would only make the images larger.
cat >"$root/etc/apt/apt.conf.d/80image" <<'EOF'
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb"; };
EOF
rm -rf "$root"/var/lib/apt/lists/* "$root"/usr/share/doc/* "$root"/usr/share/man/* "$root"/usr/share/locale/*
cp -r "$overlay/." "$root/"
tar --numeric-owner --one-file-system -C "$root" -c .
