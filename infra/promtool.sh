#!/usr/bin/env bash
# promtool on this machine, which checks the rules of infra/service. Installs Debian's package prometheus where there is none; that needs root.
#   infra/promtool.sh    exit 3, loudly, where it cannot be had
set -euo pipefail

cannot() { printf '\n# THIS MACHINE HAS NO PROMTOOL: %s\n' "$*" >&2; exit 3; }

command -v promtool > /dev/null && exit 0
[ "$(id -u)" = 0 ] || cannot "prometheus must be installed, and this is not root."
command -v apt-get > /dev/null || cannot "prometheus must be installed, and there is no apt-get."
# The package would start a server; nothing here needs one.
policy=/usr/sbin/policy-rc.d
[ -e "$policy" ] || { printf '#!/bin/sh\nexit 101\n' > "$policy"; chmod +x "$policy"; trap 'rm -f "$policy"' EXIT; }
{ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends prometheus; } > /tmp/hybrid-promtool-apt.log 2>&1 ||
    { tail -n 5 /tmp/hybrid-promtool-apt.log >&2; cannot "apt-get does not install it."; }
