package io.arketic.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** Tests the alerts with Prometheus' own tool, and that each of them has its tests and its page. */
class MonitoringRulesIT {

    private final Path root = TestRun.root();
    private final Path rules = root.resolve("infra/monitoring/rules/arketic.yml");
    private final List<Path> tests = List.of(
            root.resolve("infra/monitoring/tests/arketic.yml"), root.resolve("infra/monitoring/tests/days.yml"));

    @TempDir
    private Path directory;

    @Test
    void theRulesPassTheirTests() throws Exception {
        assertThat(promtool("check", "rules", rules.toString())).contains("SUCCESS");
        assertThat(promtool(
                        "test", "rules", tests.get(0).toString(), tests.get(1).toString()))
                .contains("SUCCESS")
                .doesNotContain("FAILED");
    }

    @Test
    void eachAlertHasATestThatItFiresOneThatItStaysSilentAndAPage() throws IOException {
        List<String> alerts = alerts();
        assertThat(alerts).hasSizeGreaterThan(10).doesNotHaveDuplicates();
        var firing = new TreeSet<String>();
        var silent = new TreeSet<String>();
        for (Path file : tests) {
            for (Map<String, List<Map<String, ?>>> test :
                    this.<List<Map<String, List<Map<String, ?>>>>>read(file, "tests")) {
                for (Map<String, ?> expected : test.get("alert_rule_test")) {
                    boolean fires = !((List<?>) expected.get("exp_alerts")).isEmpty();
                    (fires ? firing : silent).add(String.valueOf(expected.get("alertname")));
                }
            }
        }
        assertThat(firing).containsExactlyInAnyOrderElementsOf(alerts);
        assertThat(silent).containsExactlyInAnyOrderElementsOf(alerts);
        for (String alert : alerts) {
            Path page = root.resolve("infra/docs/runbooks").resolve(alert + ".md");
            assertThat(page).content().contains("# " + alert, "## What it means", "## What to do");
        }
    }

    @Test
    void theConfigurationsAreValidAndListenOnTheLoopbackAddressOnly() throws Exception {
        StackSettings settings = StackSettings.of(
                root,
                Map.of(
                        "ARKETIC_HOME", directory.toString(),
                        "ARKETIC_STACK_OPTIONS", "backup,monitoring",
                        "ARKETIC_ALERT_WEBHOOK", "http://127.0.0.1:1/it's"));
        List<Component> programs = Monitoring.programs(settings);
        for (Component program : programs) {
            program.prepare();
            assertThat(program.command())
                    .contains("--web.listen-address=127.0.0.1:"
                            + program.ports().get(0).number());
        }
        for (String file : List.of("prometheus/prometheus.yml", "alertmanager/alertmanager.yml")) {
            assertThat(Files.getPosixFilePermissions(settings.directory().resolve(file)))
                    .as("%s may hold a secret", file)
                    .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        }
        assertThat(promtool(
                        "check",
                        "config",
                        settings.directory()
                                .resolve("prometheus/prometheus.yml")
                                .toString()))
                .contains("SUCCESS")
                .contains("1 rule files found");
        assertThat(StackOptions.components(settings))
                .extracting(Component::name)
                .containsExactly("backup", "alertmanager", "prometheus");
    }

    private List<String> alerts() throws IOException {
        List<String> alerts = new ArrayList<>();
        for (Map<String, List<Map<String, ?>>> group :
                this.<List<Map<String, List<Map<String, ?>>>>>read(rules, "groups")) {
            group.get("rules").stream()
                    .filter(rule -> rule.containsKey("alert"))
                    .forEach(rule -> alerts.add(String.valueOf(rule.get("alert"))));
        }
        return alerts;
    }

    @SuppressWarnings("unchecked")
    private <T> T read(Path file, String key) throws IOException {
        return (T) new Yaml().<Map<String, Object>>load(Files.readString(file)).get(key);
    }

    private String promtool(String... arguments) throws Exception {
        Path unpacked = root.resolve(".arketic/monitoring/usr/bin/promtool");
        List<String> command =
                new ArrayList<>(List.of(Files.isExecutable(unpacked) ? unpacked.toString() : "promtool"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
