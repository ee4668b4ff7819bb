package io.arketic.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests what each pod may do, which settings and secrets it gets, and that its image has what the pod calls. */
class PodsTest {

    private static final Pattern VARIABLE = Pattern.compile("[A-Z][A-Z0-9]*(_[A-Z0-9]+)+");

    private static final Pattern SECRET = Pattern.compile(".*(PASSWORD|SECRET|API_KEY|TOKEN|KEYSET|ACCESS_KEY)(_.*)?");

    /** Lists where the product reads the names of settings; tests of the API and the jobs compare the page with the code. */
    private static final List<String> READERS = List.of(
            "infra/docs/settings.md",
            "rag-api/src/main/resources/application.yaml",
            "schema/src/main/java/io/arketic/schema/SchemaCommand.java",
            "infra/images/flink/entrypoint.sh");

    @ParameterizedTest
    @MethodSource("io.arketic.helm.ChartTest#charts")
    void eachVariableIsASettingOfTheProduct(Chart chart) throws IOException {
        Set<String> known = new TreeSet<>();
        for (String reader : READERS) {
            VARIABLE.matcher(Files.readString(Chart.ROOT.resolve(reader)))
                    .results()
                    .forEach(name -> known.add(name.group()));
        }
        assertThat(known).hasSizeGreaterThan(100).doesNotContain("ARKETIC_NO_SUCH_SETTING");
        Pods.of(chart)
                .templates()
                .forEach((component, template) -> assertThat(Pods.names(Pods.each(Pods.container(template), "env")))
                        .as(component)
                        .doesNotHaveDuplicates()
                        .filteredOn(name -> !name.equals("POD_IP")) // the chart's own, for its arguments
                        .isSubsetOf(known));
    }

    @ParameterizedTest
    @MethodSource("io.arketic.helm.ChartTest#charts")
    void noPodHasMoreRightsThanItNeeds(Chart chart) {
        Pods.of(chart).templates().forEach((component, template) -> {
            JsonObject pod = template.getAsJsonObject("spec");
            // Otherwise a service of the name arketic-api would be the setting ARKETIC_API_PORT.
            assertThat(pod.get("enableServiceLinks").getAsBoolean())
                    .as(component)
                    .isFalse();
            JsonObject user = pod.getAsJsonObject("securityContext");
            assertThat(user.get("runAsNonRoot").getAsBoolean()).isTrue();
            assertThat(user.get("runAsUser").getAsInt()).isEqualTo(10001);
            assertThat(user.getAsJsonObject("seccompProfile").get("type").getAsString())
                    .isEqualTo("RuntimeDefault");
            JsonObject container = Pods.container(template);
            JsonObject rights = container.getAsJsonObject("securityContext");
            assertThat(rights.get("readOnlyRootFilesystem").getAsBoolean()).isTrue();
            assertThat(rights.get("allowPrivilegeEscalation").getAsBoolean()).isFalse();
            assertThat(Pods.texts(rights.getAsJsonObject("capabilities"), "drop"))
                    .containsExactly("ALL");
            assertThat(container
                            .getAsJsonObject("resources")
                            .getAsJsonObject("requests")
                            .keySet())
                    .contains("cpu", "memory");
            assertThat(container
                            .getAsJsonObject("resources")
                            .getAsJsonObject("limits")
                            .keySet())
                    .contains("memory");
            // Only Flink talks to Kubernetes.
            assertThat(pod.get("automountServiceAccountToken").getAsBoolean())
                    .as(component)
                    .isEqualTo(component.contains("manager"));
        });
    }

    @Test
    void eachProcessHasTheSecretsThatItReads() {
        Map<String, Set<String>> secrets = new TreeMap<>();
        Pods.of(Chart.whole()).templates().forEach((component, template) -> {
            Pods.each(Pods.container(template), "env")
                    .filter(one -> SECRET.matcher(one.get("name").getAsString()).matches())
                    .filter(one -> !one.get("name").getAsString().endsWith("_FILE"))
                    .forEach(one -> assertThat(one.getAsJsonObject("valueFrom").has("secretKeyRef"))
                            .as(one.toString())
                            .isTrue());
            secrets.put(
                    component,
                    Pods.each(Pods.container(template), "env")
                            .filter(one -> one.has("valueFrom")
                                    && one.getAsJsonObject("valueFrom").has("secretKeyRef"))
                            .map(one -> one.get("name").getAsString())
                            .collect(Collectors.toSet()));
        });
        Set<String> ofFlink = Set.of(
                "ARKETIC_FLINK_KEY_PASSWORD", "ARKETIC_FLINK_STATE_ACCESS_KEY", "ARKETIC_FLINK_STATE_SECRET_KEY");
        assertThat(secrets)
                .isEqualTo(Map.of(
                        "api",
                        Set.of(
                                "ARKETIC_DATABASE_PASSWORD",
                                "ARKETIC_DATABASE_MAINTENANCE_PASSWORD",
                                "ARKETIC_STORE_ACCESS_KEY",
                                "ARKETIC_STORE_SECRET_KEY",
                                "ARKETIC_KAFKA_PASSWORD",
                                "ARKETIC_SECURITY_TOKEN_SECRET",
                                "ARKETIC_ENCRYPTION_KEYSET",
                                "ARKETIC_MAIL_SMTP_PASSWORD",
                                "ARKETIC_CHAT_API_KEY",
                                "ARKETIC_RERANK_API_KEY"),
                        "migrate",
                        Set.of(
                                "ARKETIC_DATABASE_OWNER_PASSWORD",
                                "ARKETIC_DATABASE_PASSWORD",
                                "ARKETIC_DATABASE_INGEST_PASSWORD",
                                "ARKETIC_DATABASE_MAINTENANCE_PASSWORD"),
                        "ingest-jobmanager",
                        and(
                                ofFlink,
                                "ARKETIC_DATABASE_INGEST_PASSWORD",
                                "ARKETIC_STORE_ACCESS_KEY",
                                "ARKETIC_STORE_SECRET_KEY",
                                "ARKETIC_KAFKA_PASSWORD",
                                "ARKETIC_EMBEDDING_REMOTE_API_KEY"),
                        "ingest-taskmanager",
                        ofFlink,
                        "reindex-jobmanager",
                        and(ofFlink, "ARKETIC_DATABASE_INGEST_PASSWORD"),
                        "reindex-taskmanager",
                        ofFlink));
    }

    /** The job graph lies in the state storage, so it has the path of the keyset and no keys. */
    @Test
    void theIngestReadsTheKeysetWhereItsTaskManagersSeeIt() {
        Pods pods = Pods.of(Chart.whole());
        String path = Pods.each(pods.container("ingest-jobmanager"), "env")
                .filter(one -> one.get("name").getAsString().equals("ARKETIC_ENCRYPTION_KEYSET_FILE"))
                .map(one -> one.get("value").getAsString())
                .collect(Collectors.joining());
        Map<String, String> folders = new TreeMap<>();
        pods.templates().forEach((component, template) -> {
            Pods.each(Pods.container(template), "volumeMounts")
                    .filter(mount -> mount.get("name").getAsString().equals("encryption-keyset"))
                    .forEach(mount ->
                            folders.put(component, mount.get("mountPath").getAsString()));
            Pods.each(template.getAsJsonObject("spec"), "volumes")
                    .filter(volume -> volume.get("name").getAsString().equals("encryption-keyset"))
                    .flatMap(volume -> Pods.each(volume.getAsJsonObject("secret"), "items"))
                    .forEach(item -> assertThat(folders.get(component) + "/"
                                    + item.get("path").getAsString())
                            .isEqualTo(path));
        });
        assertThat(folders).containsOnlyKeys("ingest-taskmanager");
    }

    @Test
    void theProcessesWriteToTheirOwnVolumesOnly() {
        Pods.of(Chart.whole()).templates().forEach((component, template) -> {
            List<String> writable = Pods.each(Pods.container(template), "volumeMounts")
                    .filter(mount -> !mount.has("readOnly"))
                    .map(mount -> mount.get("mountPath").getAsString())
                    .toList();
            assertThat(writable)
                    .as(component)
                    .isEqualTo(component.equals("migrate") ? List.of("/tmp") : List.of("/var/lib/arketic", "/tmp"));
            assertThat(Pods.each(template.getAsJsonObject("spec"), "volumes"))
                    .allSatisfy(volume -> assertThat(volume.keySet()).containsAnyOf("emptyDir", "secret"));
        });
    }

    @Test
    void theProbesAskForTheHealthThatTheApiServes() throws IOException {
        JsonObject api = Pods.of(Chart.required()).container("api");
        assertThat(probe(api, "readinessProbe")).isEqualTo("/actuator/health/readiness management");
        assertThat(probe(api, "livenessProbe")).isEqualTo("/actuator/health/liveness management");
        assertThat(probe(api, "startupProbe")).isEqualTo("/actuator/health/liveness management");
        String compose = read("infra/compose/compose.yaml");
        assertThat(compose).contains("http://127.0.0.1:8090/actuator/health/readiness");
        assertThat(Pods.each(api, "ports").map(Object::toString))
                .containsExactly(
                        "{\"name\":\"http\",\"containerPort\":8080}",
                        "{\"name\":\"management\",\"containerPort\":8090}");
        assertThat(read("infra/images/api/Dockerfile")).contains("EXPOSE 8080 8090");
    }

    @Test
    void theImagesHaveWhatThePodsCall() throws IOException {
        String build = read("infra/images/flink/Dockerfile");
        String roles = read("infra/images/flink/entrypoint.sh");
        Pods pods = Pods.of(Chart.whole());
        for (String component : List.of("ingest", "reindex")) {
            List<String> manager = Pods.texts(pods.container(component + "-jobmanager"), "args");
            assertThat(roles).contains(manager.get(0) + ")").contains("taskmanager)");
            assertThat(manager.get(1)).isEqualTo("--job-classname");
            assertThat(Chart.ROOT.resolve(
                            "ingest-jobs/src/main/java/" + manager.get(2).replace('.', '/') + ".java"))
                    .isRegularFile();
            assertThat(Pods.texts(pods.container(component + "-taskmanager"), "args")
                            .get(0))
                    .isEqualTo("taskmanager");
            for (String role : List.of("-jobmanager", "-taskmanager")) {
                String script = Pods.texts(
                                pods.container(component + role)
                                        .getAsJsonObject("readinessProbe")
                                        .getAsJsonObject("exec"),
                                "command")
                        .get(2)
                        .split(" ", 2)[0];
                assertThat(script).startsWith("/opt/flink/bin/");
                assertThat(build).contains("infra/images/flink/" + script.substring("/opt/flink/bin/".length()));
            }
        }
        assertThat(build).contains("infra/images/flink/stop-with-savepoint.sh");
        assertThat(Pods.texts(pods.container("migrate"), "args")).containsExactly("migrate");
        assertThat(read("infra/images/migrate/Dockerfile")).contains("CMD [\"migrate\"]");
    }

    private static String probe(JsonObject container, String name) {
        JsonObject request = container.getAsJsonObject(name).getAsJsonObject("httpGet");
        return request.get("path").getAsString() + " " + request.get("port").getAsString();
    }

    private static Set<String> and(Set<String> some, String... further) {
        Set<String> all = new TreeSet<>(some);
        all.addAll(List.of(further));
        return all;
    }

    private static String read(String file) throws IOException {
        return Files.readString(Chart.ROOT.resolve(file));
    }
}
