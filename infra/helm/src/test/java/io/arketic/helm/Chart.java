package io.arketic.helm;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Renders the chart with values, as {@code helm template} does.
 *
 * @param values replace the chart's own
 */
record Chart(Path directory, String release, Map<String, Object> values) {

    static final Path ROOT = Path.of("../..");
    private static final Path DIRECTORY = rendering();
    static final String NAMESPACE = "documents";

    private static final Gson JSON = new Gson();

    /** Returns the chart with the values that it requires. */
    static Chart required() {
        return new Chart(DIRECTORY, "arketic", yaml("""
                publicUrl: https://arketic.example.org
                database: {host: postgres.example.org}
                kafka: {bootstrapServers: "kafka-1.example.org:9093,kafka-2.example.org:9093"}
                store: {endpoint: "https://s3.example.org"}
                mail: {smtpHost: mail.example.org, from: "Arketic <no-reply@example.org>"}
                flink: {stateStorage: "s3://arketic-state/production"}
                """));
    }

    /** Returns the chart with every option that renders something. */
    static Chart whole() {
        return required().with("""
                image: {registry: registry.example.org/team, tag: "1.2.3", pullSecrets: [registry]}
                database: {ca: {name: database-ca}, ownerUser: owner}
                store: {publicEndpoint: "https://files.example.org", region: eu-central-1}
                mail: {smtpPort: 2525, smtpUser: arketic}
                chat: {baseUrl: "https://models.example.org/v1", defaultModel: large}
                secrets:
                  smtpPassword: {name: mail}
                  chatApiKey: {name: models}
                api:
                  behindProxy: true
                  settings: {ARKETIC_LIMIT_SEARCH: "600"}
                  secretSettings: {ARKETIC_RERANK_API_KEY: {name: models, key: rerank}}
                  service: {annotations: {example.org/zone: inner}}
                  ingress:
                    enabled: true
                    className: nginx
                    host: arketic.example.org
                    tlsSecret: arketic-tls
                    annotations: {nginx.ingress.kubernetes.io/proxy-body-size: 1g}
                  podAnnotations: {example.org/team: search}
                  nodeSelector: {example.org/pool: api}
                  tolerations: [{key: example.org/api, operator: Exists, effect: NoSchedule}]
                flink:
                  stateEndpoint: https://state.example.org
                  serviceAccount: {annotations: {example.org/role: state}}
                  configuration: {heartbeat.timeout: 20 s}
                  podAnnotations: {example.org/team: ingest}
                  nodeSelector: {example.org/pool: flink}
                  tolerations: [{key: example.org/flink, operator: Exists, effect: NoSchedule}]
                ingest:
                  savepoint: s3://arketic-state/production/ingest/savepoints/savepoint-1
                  settings: {ARKETIC_EXTRACT_FORKS: "3"}
                  secretSettings: {ARKETIC_EMBEDDING_REMOTE_API_KEY: {name: models, key: embedding}}
                networkPolicy:
                  apiFrom: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ingress}}}]
                  monitoringFrom: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]
                  egress: [{to: [{ipBlock: {cidr: 10.20.0.0/16}}]}]
                """);
    }

    /** Returns the chart with less than the chart's own values have. */
    static Chart plain() {
        return required().with("""
                database: {sslMode: disable}
                secrets: {kafkaPassword: {name: ""}, flinkStateAccessKey: {name: ""}, flinkStateSecretKey: {name: ""}}
                api: {autoscaling: {enabled: false}, behindProxy: false}
                reindex: {enabled: false}
                networkPolicy: {enabled: false}
                """);
    }

    Chart with(String further) {
        Map<String, Object> merged = yaml(new Yaml().dump(values));
        merge(merged, yaml(further));
        return new Chart(directory, release, merged);
    }

    Chart named(String other) {
        return new Chart(directory, other, values);
    }

    /** Returns the chart without the values that it requires. */
    Chart withoutValues() {
        return new Chart(directory, release, Map.of());
    }

    /** Returns a copy of the chart with another version of its own. */
    Chart versioned(String version, Path scratch) throws IOException {
        Path copy = copy(scratch);
        replace(copy.resolve("Chart.yaml"), "(?m)^version: .*$", "version: " + version);
        return new Chart(copy, release, values);
    }

    /** Returns a copy of the chart of which Helm prints all but the hooks. */
    Chart withoutHooks(Path scratch) throws IOException {
        Path copy = copy(scratch);
        replace(copy.resolve("templates/migrate.yaml"), "rendered\\.(helm.sh/hook)", "$1");
        return new Chart(copy, release, values);
    }

    /** Returns the objects that Kubernetes would be given, in the order of the output. */
    List<JsonObject> objects() {
        List<JsonObject> objects = new ArrayList<>();
        for (Object object : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(text())) {
            if (object != null) {
                objects.add(JSON.toJsonTree(object).getAsJsonObject());
            }
        }
        return objects;
    }

    JsonObject object(String kind, String name) {
        return objects().stream()
                .filter(object -> kind(object).equals(kind) && name(object).equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " " + name));
    }

    String text() {
        try {
            Path file = Files.createTempFile("values", ".yaml");
            try {
                Files.writeString(file, new Yaml().dump(values));
                return new Helm(directory)
                        .template()
                        .withName(release)
                        .withNamespace(NAMESPACE)
                        .withValuesFile(file)
                        .call();
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Lints a copy of the chart whose own values are these. */
    LintResult lint(Path scratch) throws IOException {
        Path copy = copy(scratch);
        Map<String, Object> all = yaml(Files.readString(DIRECTORY.resolve("values.yaml")));
        merge(all, values);
        Files.writeString(copy.resolve("values.yaml"), new Yaml().dump(all));
        return new Helm(copy).lint().strict().call();
    }

    private Path copy(Path scratch) throws IOException {
        return copy(directory, scratch.resolve("arketic"));
    }

    /**
     * Returns a copy of the chart for this Helm, which renders for Kubernetes 1.20, cannot be told another version, and leaves
     * hooks out of what it prints.
     */
    private static Path rendering() {
        try {
            Path copy = copy(
                    Path.of("arketic"),
                    Files.createTempDirectory(Path.of("target"), "chart").resolve("arketic"));
            replace(copy.resolve("Chart.yaml"), "(?m)^kubeVersion: .*$", "");
            replace(copy.resolve("templates/migrate.yaml"), "(helm.sh/hook[a-z-]*:)", "rendered.$1");
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void replace(Path file, String pattern, String by) throws IOException {
        String text = Files.readString(file);
        String replaced = text.replaceAll(pattern, by);
        if (replaced.equals(text)) {
            throw new AssertionError(file + " has no " + pattern);
        }
        Files.writeString(file, replaced);
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
        return to;
    }

    static String kind(JsonObject object) {
        return object.get("kind").getAsString();
    }

    static String name(JsonObject object) {
        return object.getAsJsonObject("metadata").get("name").getAsString();
    }

    private static Map<String, Object> yaml(String text) {
        Map<String, Object> map = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
        return new LinkedHashMap<>(map);
    }

    @SuppressWarnings("unchecked")
    private static void merge(Map<String, Object> into, Map<String, Object> from) {
        from.forEach((name, value) -> {
            if (value instanceof Map<?, ?> inner && into.get(name) instanceof Map<?, ?> present) {
                Map<String, Object> merged = new LinkedHashMap<>((Map<String, Object>) present);
                merge(merged, (Map<String, Object>) inner);
                into.put(name, merged);
            } else {
                into.put(name, value);
            }
        });
    }
}
