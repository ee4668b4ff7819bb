#!/usr/bin/env bash
# Writes Kafka's settings, formats an empty data directory, then becomes the broker. As in Kafka's own image KAFKA_A_B is the
# setting a.b (two underscores are one, three are a dash), CLUSTER_ID the cluster's id and KAFKA_HEAP_OPTS Java's memory.
# ARKETIC_KAFKA_PASSWORD is that of the user arketic, for every SASL listener.
set -euo pipefail
umask 077

readonly settings=/tmp/server.properties

write_settings() {
    local name key
    for name in $(compgen -e KAFKA_); do
        case $name in
            *_OPTS | KAFKA_LOG4J_* | KAFKA_JMX_*) continue ;;
        esac
        key=${name#KAFKA_}
        key=${key,,}
        key=${key//___/-}
        key=${key//__/@}
        key=${key//_/.}
        printf '%s=%s\n' "${key//@/_}" "${!name}"
    done >"$settings"
    if [ -n "${ARKETIC_KAFKA_PASSWORD:-}" ]; then
        write_users
    fi
}

# The broker itself is a client of its listener, too.
write_users() {
    local listener escaped
    escaped=${ARKETIC_KAFKA_PASSWORD//\\/\\\\}
    escaped=${escaped//\"/\\\"}
    # The file's own escapes come on top of those of the value.
    escaped=${escaped//\\/\\\\}
    for listener in $(grep --only-matching '[A-Z]*:SASL_[A-Z]*' <<<"${KAFKA_LISTENER_SECURITY_PROTOCOL_MAP:-}"); do
        listener=${listener%%:*}
        printf 'listener.name.%s.plain.sasl.jaas.config=%s required username="arketic" password="%s" user_arketic="%s";\n' \
            "${listener,,}" org.apache.kafka.common.security.plain.PlainLoginModule "$escaped" "$escaped"
    done >>"$settings"
}

program() {
    # shellcheck disable=SC2086 # several arguments in one variable
    exec java ${KAFKA_HEAP_OPTS:-} -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:+ExitOnOutOfMemoryError \
        -Dlog4j2.configurationFile=/opt/kafka/config/log4j2.properties ${KAFKA_OPTS:-} -cp '/opt/kafka/libs/*' "$@"
}

# Begins with a letter: a leading dash would be taken for an option.
random_id() {
    printf 'A%s' "$(head --bytes=16 /dev/urandom | base64 | tr '+/' '-_' | cut --characters=2-22)"
}

write_settings
if [ ! -f "${KAFKA_LOG_DIRS%%,*}/meta.properties" ]; then
    (program kafka.tools.StorageTool format --cluster-id "${CLUSTER_ID:-$(random_id)}" --config "$settings")
fi
program kafka.Kafka "$settings"
