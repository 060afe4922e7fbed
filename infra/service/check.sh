#!/usr/bin/env bash
# What of infra/service can be checked without an engine of containers: publishes as the Dockerfile does, and runs that as the image would be run, by bubblewrap:
# not as root, over a read-only root, with its own processes, /tmp and /data alone to write to; asks it as the health check does, and ends it by SIGTERM.
# The unit of systemd is read by systemd-analyze.
#   infra/service/check.sh    exit 3, loudly, where bubblewrap cannot be had or cannot run
set -euo pipefail
cd "$(dirname "$0")/../.."

cannot() { printf '\n# THIS MACHINE CANNOT RUN WHAT AN IMAGE WOULD: %s\n' "$*" >&2; exit 3; }

[ "$(id -u)" = 0 ] || cannot "it is to become another user, and this is not root."
if ! command -v bwrap > /dev/null; then
    command -v apt-get > /dev/null || cannot "bubblewrap must be installed, and there is no apt-get."
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends bubblewrap; } > /dev/null 2>&1 ||
        cannot "apt-get does not install bubblewrap."
fi
# In a network of its own: the port is that of the Dockerfile, on all addresses, and nobody is to reach it.
command -v ip > /dev/null || cannot "there is no ip, to have a network of its own."
if [ "${1:-}" != alone ]; then
    unshare --net true || cannot "it may have no network of its own."
    exec unshare --net "infra/service/check.sh" alone
fi
ip link set lo up
user=1654   # app, in the image
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir "$root/data"
dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
dotnet publish src/Hybrid.Cli -c Release --no-build -o "$root/app"
chmod -R a+rX "$root"
chown $user:$user "$root/data"
inside() {
    setpriv --reuid $user --regid $user --clear-groups --no-new-privs bwrap --ro-bind / / --proc /proc --dev /dev --tmpfs /tmp --ro-bind "$root/app" /tmp/app \
        --bind "$root/data" /tmp/data --unshare-pid --unshare-ipc --die-with-parent --clearenv --setenv DOTNET_ROOT "$dotnet" "$dotnet/dotnet" "$@"
}
inside --version > /dev/null || cannot "bubblewrap does not run here."
words() { sed -nE "s/^$1 \\[(.*)\\]$/\\1/p" infra/service/Dockerfile | tr -d '",' | sed 's,/app/,/tmp/app/,; s,/data,/tmp/data,; s/^dotnet //'; }
read -ra entry <<< "$(words ENTRYPOINT)"
read -ra serve <<< "$(words CMD)"
read -ra health <<< "$(words 'HEALTHCHECK.*CMD')"
! inside "${entry[@]}" "${serve[@]}" 2> "$root/refused" || { echo "It served other machines without a key." >&2; exit 1; }
grep -q "hybrid key create" "$root/refused"
inside "${entry[@]}" key create shop --role admin --data /tmp/data > "$root/key" 2> /dev/null
inside "${entry[@]}" "${serve[@]}" > "$root/address" 2> "$root/log" &
service=$!
for _ in $(seq 120); do
    ! inside "${health[@]}" > /dev/null 2>&1 || break
    kill -0 $service || { cat "$root/log" >&2; exit 1; }
done
[ "$(inside "${health[@]}")" = ready ]
[ "$(stat -c %u "$root/data/records.db")" = $user ]
kill -TERM "$(pgrep -u $user -f "Hybrid.Cli.dll serve" | tail -n 1)"
wait $service || [ $? -eq 143 ]
! inside "${health[@]}" > /dev/null 2>&1 || { echo "It still answers after SIGTERM." >&2; exit 1; }
if command -v systemd-analyze > /dev/null; then
    sed "s,/opt/hybrid/,$root/app/," infra/service/hybrid.service > "$root/hybrid.service"
    systemd-analyze verify "$root/hybrid.service"
    systemd-analyze security --offline=true --threshold=40 "$root/hybrid.service" | tail -n 1
fi
echo "infra/service: published, run as user $user over a read-only root, healthy, ended by SIGTERM."
