#!/usr/bin/env bash
# A redis-server on this machine, for tests, which start one of their own on a free port. Installs Debian's where there is none; that needs root.
#   infra/redis.sh    exit 3, loudly, where it cannot be had
set -euo pipefail

cannot() { printf '\n# THIS MACHINE HAS NO REDIS: %s\n' "$*" >&2; exit 3; }

command -v redis-server > /dev/null && exit 0
[ "$(id -u)" = 0 ] || cannot "redis-server must be installed, and this is not root."
command -v apt-get > /dev/null || cannot "redis-server must be installed, and there is no apt-get."
# The package would start a server for everybody; the tests want none but their own.
policy=/usr/sbin/policy-rc.d
[ -e "$policy" ] || { printf '#!/bin/sh\nexit 101\n' > "$policy"; chmod +x "$policy"; trap 'rm -f "$policy"' EXIT; }
{ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends redis-server; } > /tmp/hybrid-redis-apt.log 2>&1 ||
    { tail -n 5 /tmp/hybrid-redis-apt.log >&2; cannot "apt-get does not install it."; }
