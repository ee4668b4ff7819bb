#!/usr/bin/env bash
# Kafka's own tool for topics, with its own arguments.
set -euo pipefail
exec java -Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
    -Dlog4j2.configurationFile=/opt/kafka/config/log4j2.properties -Dlog4j2.level=WARN \
    -cp '/opt/kafka/libs/*' org.apache.kafka.tools.TopicCommand "$@"
