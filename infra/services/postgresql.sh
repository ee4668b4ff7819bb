#!/usr/bin/env bash
# Makes a private copy of the newest installed PostgreSQL server (15 or later, with its development files) with pgvector
# in it, and prints the copy's bin directory. The system's own installation is only read. Repeatable; safe to call from
# several processes.
#
#   postgresql.sh TARGET_DIRECTORY
#   postgresql.sh --major            only prints that server's major version; fails when there is none
#
# ARKETIC_PGVECTOR_TARBALL names a copy of pgvector's source on machines that reach no Debian mirror.
set -euo pipefail

readonly pgvector_version=0.8.6
readonly pgvector_sha256=25c9b78cfdaa43c66788d7490246ac24e4fe1c86f19c4b60c089b723f84a4a0d
readonly target=${1:?usage: postgresql.sh TARGET_DIRECTORY | --major}

fail() {
    echo "$1" >&2
    exit 1
}

# The newest with everything that is needed: a newer one without its development files is passed over.
major=
for directory in /usr/lib/postgresql/*; do
    candidate=${directory##*/}
    if [[ $candidate =~ ^[0-9]+$ && -x $directory/bin/initdb ]] &&
        [[ -f /usr/include/postgresql/$candidate/server/postgres.h ]] &&
        ((candidate >= 15 && candidate > ${major:-0})); then
        major=$candidate
    fi
done
readonly packages="postgresql-${major:-15} postgresql-server-dev-${major:-15} make gcc libc6-dev"
readonly install="Install what is missing: apt-get install $packages"
[ -n "$major" ] || fail "No PostgreSQL 15 or newer with its development files under /usr/lib/postgresql and \
/usr/include/postgresql. $install"
if [ "$target" = --major ]; then
    echo "$major"
    exit 0
fi

readonly system=/usr/lib/postgresql/$major
version=$("$system/bin/postgres" --version | grep -oE '[0-9]+\.[0-9]+' | head -n 1)
# A directory per version: a server that runs keeps its files when the system's packages are upgraded.
readonly home=$target/$version-pgvector-$pgvector_version

mkdir -p "$target"
exec 9>"$target/lock"
flock 9
if [ -d "$home" ]; then
    echo "$home/lib/postgresql/$major/bin"
    exit 0
fi

for tool in make gcc sha256sum; do
    command -v "$tool" >/dev/null || fail "$tool is not installed. $install"
done
pg_config=$system/bin/pg_config
[ -f "$("$pg_config" --pgxs)" ] || fail "The development files of PostgreSQL $major are not installed. $install"

build=$(mktemp -d "$target/build.XXXXXX")
trap 'rm -rf "$build"' EXIT

verified() {
    echo "$pgvector_sha256  $build/pgvector.tar.gz" | sha256sum --check --status
}

fetch() {
    if [ -n "${ARKETIC_PGVECTOR_TARBALL:-}" ]; then
        cp "$ARKETIC_PGVECTOR_TARBALL" "$build/pgvector.tar.gz"
        verified || fail "$ARKETIC_PGVECTOR_TARBALL is not pgvector $pgvector_version (sha256 $pgvector_sha256)."
        return
    fi
    local site
    for site in $(apt-get indextargets --format '$(SITE)' 2>/dev/null | sort -u); do
        # Apt's own downloader is on every Debian machine and knows the machine's proxy.
        if /usr/lib/apt/apt-helper -o Acquire::Retries=3 download-file \
            "${site%/}/pool/main/p/pgvector/pgvector_$pgvector_version.orig.tar.gz" "$build/pgvector.tar.gz" \
            "SHA256:$pgvector_sha256" >>"$build/download.log" 2>&1 && verified; then
            return
        fi
    done
    cat "$build/download.log" >&2 || true
    fail "No configured apt mirror has pool/main/p/pgvector/pgvector_$pgvector_version.orig.tar.gz with the right checksum.
Set ARKETIC_PGVECTOR_TARBALL to a copy of it (sha256 $pgvector_sha256)."
}

fetch
mkdir "$build/pgvector"
tar -xzf "$build/pgvector.tar.gz" -C "$build/pgvector" --strip-components=1
make -s -j2 -C "$build/pgvector" with_llvm=no PG_CONFIG="$pg_config" >"$build/make.log" 2>&1 \
    || { tail -n 40 "$build/make.log" >&2; fail "pgvector does not compile. $install"; }

# PostgreSQL finds lib and share relative to its own binary when their layout is the one that it was built with.
copy=$build/home
mkdir -p "$copy/lib/postgresql/$major/lib" "$copy/share/postgresql"
cp -a "$system/bin" "$copy/lib/postgresql/$major/"
find "$system/lib" -maxdepth 1 -name '*.so' -exec cp -a -t "$copy/lib/postgresql/$major/lib/" {} +
cp -a "/usr/share/postgresql/$major" "$copy/share/postgresql/"
cp "$build/pgvector/vector.so" "$copy/lib/postgresql/$major/lib/"
cp "$build/pgvector/vector.control" "$build/pgvector/sql/"vector--*.sql "$copy/share/postgresql/$major/extension/"
mv "$copy" "$home"
echo "$home/lib/postgresql/$major/bin"
