#!/bin/sh
# end-with-owner.sh DIRECTORY: waits until the process that DIRECTORY/owner names has ended, also by kill -9. Then it ends
# the services whose process files lie below DIRECTORY/run or DIRECTORY/*/run, and deletes DIRECTORY. TestDirectory starts it.
set -u
directory=$1
boot=$(cat /proc/sys/kernel/random/boot_id)

# Prints the start of a process in clock ticks since the boot; nothing for one that has ended or was never there.
started() {
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
    # The second field is the program's name in brackets and may hold anything.
    set -f
    # shellcheck disable=SC2086
    set -- ${stat##*) }
    set +f
    [ "$1" = Z ] || echo "${20}"
}

# Whether the process of an identity file lives, see ProcessIdentity.
lives() {
    pid='' start='' of=''
    read -r pid start of 2>/dev/null <"$1" || [ -n "$of" ] || return 1
    [ "$of" = "$boot" ] && [ "$(started "$pid")" = "$start" ]
}

# Ends a process and its group by force, unless the number belongs to another process by now.
end() {
    pid='' start='' of=''
    read -r pid start of 2>/dev/null <"$1" || [ -n "$of" ] || return 0
    [ "$of" = "$boot" ] || return 0
    case $(started "$pid") in
        '' | "$start") kill -s KILL -- "-$pid" 2>/dev/null ;;
    esac
}

some_live() {
    for file in "$directory"/run/*.pid "$directory"/*/run/*.pid; do
        if [ -f "$file" ] && lives "$file"; then return 0; fi
    done
    return 1
}

echo "$$ $(started $$) $boot" >"$directory/watcher.new" && mv "$directory/watcher.new" "$directory/watcher"
while [ -d "$directory" ] && lives "$directory/owner"; do
    sleep 1
done

for file in "$directory"/run/*.pid "$directory"/*/run/*.pid; do
    if [ -f "$file" ] && lives "$file"; then kill -s INT "$pid" 2>/dev/null; fi
done
tries=0
while some_live && [ "$tries" -lt 100 ]; do
    sleep 0.1
    tries=$((tries + 1))
done
for file in "$directory"/run/*.pid "$directory"/*/run/*.pid; do
    if [ -f "$file" ]; then end "$file"; fi
done
rm -rf "$directory"
