#!/usr/bin/env bash
# A Docker engine on this machine, for tests. Where none answers it installs Debian's (docker.io, docker-compose, debootstrap, iptables), starts it with
# published ports on 127.0.0.1, waits until it answers, and runs a container to see that it can. That needs root.
#   infra/docker.sh up      exit 3, loudly, where this machine cannot run a container
#   infra/docker.sh down    ends the engine, if `up` started it
set -euo pipefail
state=/run/hybrid-docker   # dockerd's pid and log, of an engine that was started here

cannot() {
    printf '\n########################################################################\n' >&2
    printf '# THIS MACHINE CANNOT RUN A CONTAINER: %s\n' "$*" >&2
    printf '########################################################################\n' >&2
    exit 3
}
answers() { timeout 10 docker info > /dev/null 2>&1; }

install_tools() {
    local missing=()
    command -v dockerd > /dev/null || missing+=(docker.io)
    command -v docker-compose > /dev/null || missing+=(docker-compose)
    command -v debootstrap > /dev/null || missing+=(debootstrap)
    command -v iptables > /dev/null || missing+=(iptables)
    [ ${#missing[@]} -gt 0 ] || return 0
    [ "$(id -u)" = 0 ] || cannot "${missing[*]} must be installed, and this is not root."
    command -v apt-get > /dev/null || cannot "${missing[*]} must be installed, and there is no apt-get."
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } > /tmp/hybrid-apt.log 2>&1 ||
        { tail -n 5 /tmp/hybrid-apt.log >&2; cannot "apt-get does not install ${missing[*]}."; }
}

start_engine() {
    [ "$(id -u)" = 0 ] || cannot "no Docker engine answers, and only root can start one."
    mkdir -p "$state"
    rm -f /var/run/docker.pid   # an engine that was killed leaves it, and the next one believes it
    setsid dockerd -H unix:///var/run/docker.sock --ip 127.0.0.1 > "$state/log" 2>&1 < /dev/null &
    local engine=$!
    echo "$engine" > "$state/pid"
    for _ in $(seq 300); do
        answers && return
        kill -0 "$engine" 2> /dev/null || break
        sleep 0.1
    done
    tail -n 5 "$state/log" >&2
    cannot "dockerd does not start ($state/log)."
}

# /bin/true and what it is linked with make the smallest image there is.
run_one() {
    local files
    files=$(ldd /bin/true | grep -o '/[^ ]*')
    # shellcheck disable=SC2086  # a list of files
    tar -ch /bin/true $files 2> /dev/null | docker import - hybrid/probe > /dev/null &&
        timeout 60 docker run --rm --network none hybrid/probe /bin/true || cannot "the engine answers, but runs nothing."
    docker rmi hybrid/probe > /dev/null
}

case ${1:-} in
up)
    install_tools
    answers || start_engine
    run_one
    echo "Docker $(docker version --format '{{.Server.Version}}') answers."
    ;;
down)
    [ -f "$state/pid" ] || exit 0
    engine=$(cat "$state/pid")
    rm "$state/pid"
    kill "$engine" 2> /dev/null || exit 0
    for _ in $(seq 150); do kill -0 "$engine" 2> /dev/null || exit 0; sleep 0.1; done
    echo "dockerd ($engine) does not end." >&2
    exit 1
    ;;
*) sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
