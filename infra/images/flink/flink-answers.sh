#!/usr/bin/env bash
# Prints what the JobManager's REST interface says; it answers to holders of the cluster's key only.
#
#   flink-answers.sh HOST PATH
set -euo pipefail
readonly key=/var/lib/arketic/flink.p12
# By standard input: the password would stand in the process table.
curl --fail --silent --cert-type P12 --cacert "$key.pem" --config - "https://$1:8081$2" <<END
cert = "$key:$ARKETIC_FLINK_KEY_PASSWORD"
END
