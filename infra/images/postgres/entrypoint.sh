#!/usr/bin/env bash
# Makes the cluster on first use, then becomes the server. Understands POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB and
# POSTGRES_INITDB_ARGS as the well-known image does, and as the command: postgres -c setting=value ...
set -euo pipefail

readonly home=/var/lib/postgresql
readonly user=${POSTGRES_USER:-postgres}
readonly database=${POSTGRES_DB:-$user}

initialize() {
    if [ -z "${POSTGRES_PASSWORD:-}" ]; then
        echo "POSTGRES_PASSWORD is not set: it becomes the password of the superuser $user." >&2
        exit 1
    fi
    # A first attempt that was interrupted leaves half a cluster, so it gets its name only when it is whole.
    rm -rf "$home/data.new"
    # shellcheck disable=SC2086 # several arguments in one variable
    initdb --pgdata="$home/data.new" --username="$user" --pwfile=<(printf '%s' "$POSTGRES_PASSWORD") \
        --auth-host=scram-sha-256 --auth-local=peer --encoding=UTF8 --locale=C.UTF-8 --data-checksums \
        ${POSTGRES_INITDB_ARGS:-}
    echo 'host all all all scram-sha-256' >>"$home/data.new/pg_hba.conf"
    if [ "$database" != postgres ]; then
        # No reachable server runs yet.
        echo "CREATE DATABASE \"${database//\"/\"\"}\"" | postgres --single -D "$home/data.new" postgres >/dev/null
    fi
    mv "$home/data.new" "$home/data"
}

if [ "${1:-}" = postgres ]; then
    shift
elif [[ ${1:-} != -* ]]; then
    exec "$@"
fi
[ -d "$home/data" ] || initialize
exec postgres -D "$home/data" -c listen_addresses='*' "$@"
