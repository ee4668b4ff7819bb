#!/usr/bin/env bash
# Becomes one process of a Flink cluster. What follows the role goes to Flink: -D setting=value overrides config.yaml.
#
#   standalone-job --job-classname CLASS [-D ...] [ARGUMENTS OF THE JOB]   a JobManager that runs this one job
#   jobmanager [-D ...]                                                    a JobManager that waits for jobs
#   taskmanager [-D ...]
#   zookeeper                                                              remembers which jobs run
#   key                                                                    makes the cluster's key, unless it is there
#   local CLASS [ARGUMENTS OF THE JOB]                                     one JVM that is the whole cluster of this one run
set -euo pipefail
umask 077

readonly key=/var/lib/arketic/flink.p12

# Options as infra/services gives them to the same programs without containers.
options=(-XX:+ExitOnOutOfMemoryError -Dlog4j2.configurationFile=/opt/flink/conf/log4j2.properties)
for package in lang net io nio lang.reflect text time util util.concurrent util.concurrent.atomic util.concurrent.locks; do
    options+=("--add-opens=java.base/java.$package=ALL-UNNAMED")
done
options+=(--add-opens=java.base/sun.nio.ch=ALL-UNNAMED)
readonly job_manager=(-Xmx512m -XX:+UseSerialGC -XX:MaxMetaspaceSize=512m)
# The sums of the sizes in config.yaml.
readonly task_manager=(-Xms256m -Xmx768m -XX:MaxDirectMemorySize=1216m -XX:MaxMetaspaceSize=512m)

program() {
    exec java "${options[@]}" -cp '/opt/flink/lib/*' "$@"
}

# A text of YAML, whatever characters it has.
quoted() {
    printf "'%s'" "${1//\'/\'\'}"
}

# Flink's settings, with the secrets, which are in no image: the password of the key, and the access to the S3 store of
# checkpoints, if there is one.
configure() {
    # A container that starts again finds its former settings.
    rm --recursive --force /tmp/conf
    cp --recursive /opt/flink/conf /tmp/conf
    local setting password
    password=$(quoted "$ARKETIC_FLINK_KEY_PASSWORD")
    for setting in internal rest; do
        printf 'security.ssl.%s.%s: %s\n' \
            "$setting" keystore-password "$password" \
            "$setting" key-password "$password" \
            "$setting" truststore-password "$password"
    done >>/tmp/conf/config.yaml
    if [ -n "${ARKETIC_FLINK_STATE_ACCESS_KEY:-}" ]; then
        printf 's3.%s: %s\n' \
            access-key "$(quoted "$ARKETIC_FLINK_STATE_ACCESS_KEY")" \
            secret-key "$(quoted "$ARKETIC_FLINK_STATE_SECRET_KEY")" >>/tmp/conf/config.yaml
    fi
}

role=${1:-}
shift || true
case $role in
    key)
        if [ ! -f "$key" ]; then
            rm --force "$key.new"
            keytool -genkeypair -alias flink -keyalg RSA -keysize 3072 -dname 'CN=Flink of Arketic' \
                -ext SAN=IP:127.0.0.1,DNS:localhost,DNS:jobmanager -validity 3650 -storetype PKCS12 \
                -keystore "$key.new" -storepass:env ARKETIC_FLINK_KEY_PASSWORD
            keytool -exportcert -rfc -alias flink -keystore "$key.new" -storepass:env ARKETIC_FLINK_KEY_PASSWORD \
                -file "$key.pem"
            mv "$key.new" "$key"
        fi
        ;;
    standalone-job)
        configure
        options+=("${job_manager[@]}")
        program org.apache.flink.container.entrypoint.StandaloneApplicationClusterEntryPoint \
            --configDir /tmp/conf "$@"
        ;;
    jobmanager)
        configure
        options+=("${job_manager[@]}")
        program org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint --configDir /tmp/conf "$@"
        ;;
    taskmanager)
        configure
        options+=("${task_manager[@]}")
        program org.apache.flink.runtime.taskexecutor.TaskManagerRunner --configDir /tmp/conf \
            -D "taskmanager.resource-id=$HOSTNAME" "$@"
        ;;
    zookeeper)
        options+=(-Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1)
        program org.apache.flink.runtime.zookeeper.FlinkZooKeeperQuorumPeer \
            --zkConfigFile /opt/flink/conf/zoo.cfg --peerId 1
        ;;
    local)
        options+=(-Xmx1g -XX:+UseSerialGC)
        exec java "${options[@]}" -cp '/opt/flink/usrlib/*:/opt/flink/lib/*' "$@"
        ;;
    *)
        echo "Say what to become: standalone-job, jobmanager, taskmanager, zookeeper, key or local." >&2
        exit 2
        ;;
esac
