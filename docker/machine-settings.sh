#!/bin/sh
# Copies what this machine needs to reach Debian packages into a folder that is laid over an image: package sources,
# apt's Acquire settings, certificate authorities.
#
#   docker/machine-settings.sh DIR
#
# Credentials are left out, since images outlive runs: proxies that need a password go through the variables http_proxy
# and https_proxy, which no image keeps.
set -eu
out=${1:?usage: machine-settings.sh DIR}

with_credentials='//[^/"]*@'
has() { command -v "$1" >/dev/null 2>&1; }
note() { echo "riftcheck: $*" >&2; }

# A machine that trusts extra authorities needs them inside builds as well.
if [ -r /etc/ssl/certs/ca-certificates.crt ]; then
  mkdir -p "$out/etc/ssl/certs"
  cat /etc/ssl/certs/ca-certificates.crt >"$out/etc/ssl/certs/ca-certificates.crt"
fi

has apt-config || exit 0

mkdir -p "$out/etc/apt/apt.conf.d"
settings=$(apt-config dump |
  grep -E '^Acquire::(http|https|Retries|ForceIPv|Check-Valid-Until|Check-Date|Max-ValidTime|Min-ValidTime)' |
  grep -Ev '::(CaInfo|SslCert|SslKey|Proxy-Auto-Detect|ProxyAutoDetect) ' || true)
if echo "$settings" | grep -q "$with_credentials"; then
  note "apt's proxy needs a password, which is not copied into images: set http_proxy and https_proxy"
fi
echo "$settings" | grep -v "$with_credentials" >"$out/etc/apt/apt.conf.d/90machine" || true

# Sources only from a Debian machine: those of its derivatives hold other packages.
. /etc/os-release
[ "${ID:-}" = debian ] || exit 0
sources=$(apt-get update --print-uris 2>/dev/null |
  sed -nE "s#^'([^']*/)dists/(bookworm|bookworm-updates|bookworm-security)/InRelease'.*#\1 \2 main#p" || true)
if echo "$sources" | grep -q "$with_credentials"; then
  note "package sources with a password are not copied into images"
fi
sources=$(echo "$sources" | grep -v "$with_credentials" || true)
if echo "$sources" | grep -q ' bookworm main$'; then
  mkdir -p "$out/etc/apt/sources.list.d"
  echo "$sources" | sed 's/^/deb /' >"$out/etc/apt/sources.list"
  # Takes the place of the image's own sources.
  : >"$out/etc/apt/sources.list.d/debian.sources"
  if ls /etc/apt/trusted.gpg.d/* >/dev/null 2>&1; then
    mkdir -p "$out/etc/apt/trusted.gpg.d"
    cp /etc/apt/trusted.gpg.d/* "$out/etc/apt/trusted.gpg.d/"
  fi
fi
