package io.arketic.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.kubernetes.configuration.KubernetesConfigOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the clusters of Flink: their settings, and which change of values makes a new one. */
class FlinkTest {

    @Test
    void eachSettingIsOneOfFlink() throws Exception {
        Set<String> known = new HashSet<>();
        for (Class<?> type : List.of(JobManagerOptions.class, KubernetesConfigOptions.class)) {
            known.addAll(options(type));
        }
        assertThat(known).contains("jobmanager.scheduler", "kubernetes.cluster-id");
        for (String component : List.of("ingest-jobmanager", "ingest-taskmanager", "reindex-jobmanager")) {
            Map<String, String> settings = settings(Pods.of(Chart.whole()).container(component));
            assertThat(settings).hasSizeGreaterThan(15);
            assertThat(settings.keySet())
                    // These belong to plugins.
                    .filteredOn(name -> !name.startsWith("s3.") && !name.startsWith("metrics.reporter.prometheus."))
                    .isSubsetOf(known);
        }
    }

    @Test
    void allStateIsInTheStore() {
        for (String job : List.of("ingest", "reindex")) {
            Map<String, String> settings = settings(Pods.of(Chart.whole()).container(job + "-jobmanager"));
            assertThat(settings)
                    .containsEntry("high-availability.type", "kubernetes")
                    .containsEntry("jobmanager.scheduler", "adaptive")
                    .containsEntry("heartbeat.timeout", "20 s")
                    .containsEntry("kubernetes.namespace", Chart.NAMESPACE)
                    .containsEntry("s3.endpoint", "https://state.example.org");
            for (String directory : List.of(
                    "high-availability.storageDir",
                    "execution.checkpointing.dir",
                    "execution.checkpointing.savepoint-dir")) {
                assertThat(settings.get(directory)).startsWith("s3://arketic-state/production/" + job + "/");
            }
            assertThat(settings(Pods.of(Chart.whole()).container(job + "-taskmanager")))
                    .isEqualTo(settings);
        }
    }

    @Test
    void theJobBeginsWithTheSavepoint() {
        assertThat(Pods.texts(Pods.of(Chart.whole()).container("ingest-jobmanager"), "args"))
                .containsSubsequence("--fromSavepoint", "s3://arketic-state/production/ingest/savepoints/savepoint-1");
        assertThat(Pods.texts(Pods.of(Chart.required()).container("ingest-jobmanager"), "args"))
                .doesNotContain("--fromSavepoint");
    }

    /** A TaskManager, its JobManager and its service find each other, and no cluster of another specification. */
    @Test
    void allPartsOfAClusterHaveItsName() {
        for (String job : List.of("ingest", "reindex")) {
            String cluster = cluster(Chart.whole(), job);
            assertThat(cluster).matches("arketic-" + job + "-[0-9a-f]{8}");
            Pods pods = Pods.of(Chart.whole());
            for (String part : List.of(job + "-jobmanager", job + "-taskmanager")) {
                assertThat(settings(pods.container(part))).containsEntry("kubernetes.cluster-id", cluster);
                assertThat(Pods.labels(pods.templates().get(part))
                                .get("arketic.io/cluster")
                                .getAsString())
                        .isEqualTo(cluster);
            }
            assertThat(Chart.whole()
                            .object("Service", "arketic-" + job + "-jobmanager")
                            .getAsJsonObject("spec")
                            .getAsJsonObject("selector")
                            .get("arketic.io/cluster")
                            .getAsString())
                    .isEqualTo(cluster);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "image: {tag: '2'}",
                "ingest: {savepoint: 's3://arketic-state/other'}",
                "ingest: {run: '2'}",
                "ingest: {parallelism: 9}",
                "ingest: {slots: 3}",
                "ingest: {settings: {ARKETIC_EXTRACT_FORKS: '4'}}",
                "database: {host: other}",
                "flink: {configuration: {heartbeat.interval: 3 s}}",
                "flink: {podAnnotations: {example.org/team: other}}",
            })
    void anotherSpecificationIsAnotherCluster(String change) {
        // A Job's pod cannot be changed, and a changed job must not continue with the former job graph.
        assertThat(cluster(Chart.required().with(change), "ingest")).isNotEqualTo(cluster(Chart.required(), "ingest"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ingest: {taskManagers: 5}",
                "ingest: {resources: {limits: {memory: 6Gi}}}",
                "api: {replicas: 4}",
                "reindex: {run: '2'}",
                "networkPolicy: {enabled: false}",
                "mail: {smtpHost: other}",
            })
    void aChangeElsewhereStopsNoJob(String change) {
        assertThat(manager(Chart.required().with(change))).isEqualTo(manager(Chart.required()));
    }

    /** Kubernetes refuses another pod under a Job's name. */
    @Test
    void aNewChartOfTheSameImagesStopsNoJob(@TempDir Path scratch) throws IOException {
        Chart pinned = Chart.required().with("image: {tag: '1'}");
        assertThat(manager(pinned.versioned("9.9.9", scratch))).isEqualTo(manager(pinned));
    }

    /** Returns what of the JobManager's Job cannot be changed. */
    private static String manager(Chart chart) {
        JsonObject job = chart.object("Job", cluster(chart, "ingest"));
        return Chart.name(job) + job.getAsJsonObject("spec").get("template");
    }

    private static String cluster(Chart chart, String job) {
        return chart.objects().stream()
                .filter(object -> Chart.kind(object).equals("Job"))
                .map(Chart::name)
                .filter(name -> name.startsWith("arketic-" + job))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, String> settings(JsonObject container) {
        List<String> arguments = Pods.texts(container, "args");
        Map<String, String> settings = new TreeMap<>();
        for (int at = 0; at < arguments.size(); at++) {
            if (arguments.get(at).equals("-D")) {
                String[] setting = arguments.get(at + 1).split("=", 2);
                assertThat(settings.put(setting[0], setting[1])).isNull();
            }
        }
        return settings;
    }

    /** Returns the keys of all options in the jar of a class of options. */
    private static Set<String> options(Class<?> one) throws IOException, ReflectiveOperationException {
        Path jar =
                Path.of(one.getProtectionDomain().getCodeSource().getLocation().getPath());
        Set<String> keys = new HashSet<>();
        List<String> types = new ArrayList<>();
        try (JarFile file = new JarFile(jar.toFile())) {
            for (Enumeration<JarEntry> entries = file.entries(); entries.hasMoreElements(); ) {
                String name = entries.nextElement().getName();
                if (name.startsWith("org/apache/flink/") && name.endsWith("Options.class")) {
                    types.add(
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'));
                }
            }
        }
        for (String type : types) {
            for (Field field : Class.forName(type).getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers())
                        && Modifier.isPublic(field.getModifiers())
                        && ConfigOption.class.isAssignableFrom(field.getType())) {
                    keys.add(((ConfigOption<?>) field.get(null)).key());
                }
            }
        }
        return keys;
    }
}
