#!/usr/bin/env bash
# Stops the job of this JobManager with a savepoint in Flink's configured directory, and prints its address. Ends with 1 if
# the job does not run, or goes on because no savepoint was written.
set -euo pipefail

answers() {
    "$(dirname "$0")/flink-answers.sh" localhost "$@"
}

# The text of a field of the answer on standard input.
field() {
    { grep --only-matching "\"$1\":\"[^\"]*\"" || true; } | head --lines=1 | cut --delimiter='"' --fields=4
}

job=$(answers /jobs | { grep --only-matching '"id":"[0-9a-f]*","status":"RUNNING"' || true; } | field id)
if [ -z "$job" ]; then
    echo "No job runs here." >&2
    exit 1
fi
trigger=$(answers "/jobs/$job/stop" '{"drain": false}' | field request-id)
while true; do
    answer=$(answers "/jobs/$job/savepoints/$trigger")
    case $(field id <<<"$answer") in
        COMPLETED) break ;;
        IN_PROGRESS) sleep 1 ;;
        *)
            echo "Flink does not say what became of the savepoint: $answer" >&2
            exit 1
            ;;
    esac
done
savepoint=$(field location <<<"$answer")
if [ -z "$savepoint" ]; then
    echo "No savepoint was written, and the job goes on: $answer" >&2
    exit 1
fi
echo "$savepoint"
