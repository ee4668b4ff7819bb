#!/usr/bin/env bash
# Kafka's own tool for topics, with its own arguments; as the user arketic where ARKETIC_KAFKA_PASSWORD is set.
set -euo pipefail
umask 077
if [ -n "${ARKETIC_KAFKA_PASSWORD:-}" ]; then
    cat >/tmp/client.properties <<END
security.protocol=SASL_PLAINTEXT
sasl.mechanism=PLAIN
sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="arketic" password="$ARKETIC_KAFKA_PASSWORD";
END
    set -- "$@" --command-config /tmp/client.properties
fi
exec java -Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
    -Dlog4j2.configurationFile=/opt/kafka/config/log4j2.properties -Dlog4j2.level=WARN \
    -cp '/opt/kafka/libs/*' org.apache.kafka.tools.TopicCommand "$@"
