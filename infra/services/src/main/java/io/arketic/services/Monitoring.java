package io.arketic.services;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Describes Prometheus and Alertmanager, with the rules of {@code infra/monitoring}, for the parts of a stack that run. */
final class Monitoring {

    private Monitoring() {}

    static List<Component> programs(StackSettings settings) {
        return List.of(alertmanager(settings), prometheus(settings));
    }

    private static Component prometheus(StackSettings settings) {
        Path directory = settings.directory().resolve("prometheus");
        Port port = settings.prometheusPort();
        return new StackOptions.Program(
                "prometheus",
                List.of(port),
                directory,
                Map.of("prometheus.yml", configuration(settings)),
                List.of(
                        program(settings, "prometheus"),
                        "--config.file=" + directory.resolve("prometheus.yml"),
                        "--storage.tsdb.path=" + directory.resolve("data"),
                        "--storage.tsdb.retention.time=15d",
                        "--web.listen-address=127.0.0.1:" + port.number()),
                Map.of(),
                URI.create("http://127.0.0.1:" + port.number() + "/-/ready"));
    }

    private static Component alertmanager(StackSettings settings) {
        Path directory = settings.directory().resolve("alertmanager");
        Port port = settings.alertmanagerPort();
        String receiver = settings.alertWebhook()
                .map(url -> "    webhook_configs:\n      - url: '" + url.replace("'", "''") + "'\n")
                .orElse("");
        return new StackOptions.Program(
                "alertmanager",
                List.of(port),
                directory,
                Map.of(
                        "alertmanager.yml",
                        "route:\n  receiver: operators\n  group_by: [alertname]\nreceivers:\n  - name: operators\n"
                                + receiver),
                List.of(
                        program(settings, "prometheus-alertmanager"),
                        "--config.file=" + directory.resolve("alertmanager.yml"),
                        "--storage.path=" + directory.resolve("data"),
                        "--cluster.listen-address=",
                        "--web.listen-address=127.0.0.1:" + port.number()),
                Map.of(),
                URI.create("http://127.0.0.1:" + port.number() + "/-/ready"));
    }

    private static String configuration(StackSettings settings) {
        List<String> scraped = new ArrayList<>();
        scraped.add(job(
                "api",
                IntStream.rangeClosed(1, settings.apiProcesses())
                        .map(number -> settings.managementPort(number).number()),
                "/actuator/prometheus"));
        if (settings.backsUp()) {
            scraped.add(job("backup", settings.backupPort(), "/metrics"));
        }
        if (settings.isReplicated()) {
            scraped.add(job(
                    "patroni",
                    IntStream.rangeClosed(1, 2)
                            .map(number -> settings.patroniPort(number).number()),
                    "/metrics"));
        }
        int flink = settings.metricsPort().number();
        scraped.add(job("flink", IntStream.rangeClosed(flink, flink + settings.taskManagers()), "/metrics"));
        return "global:\n  scrape_interval: 15s\n  evaluation_interval: 15s\nrule_files:\n  - '"
                + settings.root()
                        .resolve("infra/monitoring/rules/arketic.yml")
                        .toString()
                        .replace("'", "''")
                + "'\nalerting:\n  alertmanagers:\n    - static_configs:\n        - targets: ['127.0.0.1:"
                + settings.alertmanagerPort().number() + "']\nscrape_configs:\n" + String.join("", scraped);
    }

    private static String job(String name, Port port, String path) {
        return job(name, IntStream.of(port.number()), path);
    }

    private static String job(String name, IntStream ports, String path) {
        return "  - job_name: " + name + "\n    metrics_path: " + path + "\n    static_configs:\n      - targets: ["
                + ports.mapToObj(port -> "'127.0.0.1:" + port + "'").collect(Collectors.joining(", ")) + "]\n";
    }

    /** Returns the program that {@code infra/arketic} unpacked, or that of the machine. */
    private static String program(StackSettings settings, String name) {
        Path unpacked = settings.root().resolve(".arketic/monitoring/usr/bin").resolve(name);
        return Files.isExecutable(unpacked) ? unpacked.toString() : name;
    }
}
