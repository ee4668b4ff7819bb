#!/usr/bin/env bash
# Prints what the JobManager's REST interface says; it answers to holders of the cluster's key only.
#
#   flink-answers.sh HOST PATH [BODY]     with a body, which is JSON, it posts
set -euo pipefail
readonly key=/var/lib/arketic/flink.p12
post=()
[ -z "${3:-}" ] || post=(--header 'Content-Type: application/json' --data "$3")
# In curl's settings, a quoted value escapes these two.
password=${ARKETIC_FLINK_KEY_PASSWORD//\\/\\\\}
password=${password//\"/\\\"}
# The key's certificate names the host jobmanager, whatever the host is called. The key comes by standard input: its password
# would stand in the process table.
curl --fail --silent --cert-type P12 --cacert "$key.pem" --connect-to "jobmanager:8081:$1:8081" --config - "${post[@]}" \
    "https://jobmanager:8081$2" <<END
cert = "$key:$password"
END
