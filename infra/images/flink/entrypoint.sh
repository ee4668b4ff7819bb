#!/usr/bin/env bash
# Becomes one process of a Flink cluster. What follows the role goes to Flink: -D setting=value overrides config.yaml.
#
#   standalone-job --job-classname CLASS [-D ...] [ARGUMENTS OF THE JOB]   a JobManager that runs this one job
#   jobmanager [-D ...]                                                    a JobManager that waits for jobs
#   taskmanager [-D ...]
#   zookeeper                                                              remembers which jobs run
#   local CLASS [ARGUMENTS OF THE JOB]                                     one JVM that is the whole cluster of this one run
set -euo pipefail

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

role=${1:-}
shift || true
case $role in
    standalone-job)
        options+=("${job_manager[@]}")
        program org.apache.flink.container.entrypoint.StandaloneApplicationClusterEntryPoint \
            --configDir /opt/flink/conf "$@"
        ;;
    jobmanager)
        options+=("${job_manager[@]}")
        program org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint --configDir /opt/flink/conf "$@"
        ;;
    taskmanager)
        options+=("${task_manager[@]}")
        program org.apache.flink.runtime.taskexecutor.TaskManagerRunner --configDir /opt/flink/conf \
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
        echo "Say what to become: standalone-job, jobmanager, taskmanager, zookeeper or local." >&2
        exit 2
        ;;
esac
