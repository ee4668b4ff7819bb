#!/usr/bin/env bash
# Whether the broker at 127.0.0.1:PORT answers a request; Kafka's own tools would cost a JVM at every check. The port opens
# before the broker has started, so an open port is not yet a broker.
#
#   kafka-answers.sh [PORT]
set -euo pipefail
exec 3<>"/dev/tcp/127.0.0.1/${1:-9092}"
# ApiVersions (key 18, version 0), correlation id 1, no client id: https://kafka.apache.org/protocol#The_Messages_ApiVersions
printf '\0\0\0\012\0\022\0\0\0\0\0\01\377\377' >&3
# The answer's length, the correlation id and the error code: 0 is none.
answer=$(timeout 3 head --bytes=10 <&3 | od --address-radix=n --format=x1 --width=10)
[[ $answer =~ ^\ ..\ ..\ ..\ ..\ 00\ 00\ 00\ 01\ 00\ 00$ ]]
