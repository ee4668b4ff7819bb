package io.arketic.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Tests which process is started with which secrets: those that its own code reads. */
class ProcessSecretsTest {

    private static final Pattern SECRET = Pattern.compile(".*(PASSWORD|SECRET|API_KEY|TOKEN)(_.*)?");

    private static final Set<String> OF_JOBS = Set.of(
            "ARKETIC_DATABASE_INGEST_PASSWORD",
            "ARKETIC_STORE_SECRET_KEY",
            "ARKETIC_KAFKA_PASSWORD",
            "ARKETIC_EMBEDDING_REMOTE_API_KEY");

    private static final Set<String> OF_THE_API = Set.of(
            "ARKETIC_DATABASE_PASSWORD",
            "ARKETIC_DATABASE_MAINTENANCE_PASSWORD",
            "ARKETIC_STORE_SECRET_KEY",
            "ARKETIC_KAFKA_PASSWORD",
            "ARKETIC_EMBEDDING_REMOTE_API_KEY",
            "ARKETIC_SECURITY_TOKEN_SECRET",
            "ARKETIC_CHAT_API_KEY",
            "ARKETIC_CHAT_ENDPOINTS_0_API_KEY",
            "ARKETIC_MAIL_SMTP_PASSWORD");

    private static final Map<String, String> EXPORTED = Map.of(
            "ARKETIC_DATABASE_OWNER_PASSWORD", "exported-owner",
            "ARKETIC_KAFKA_PASSWORD", "exported-kafka",
            "ARKETIC_EMBEDDING_REMOTE_API_KEY", "exported-embedding",
            "ARKETIC_CHAT_API_KEY", "exported-chat",
            "ARKETIC_CHAT_ENDPOINTS_0_API_KEY", "exported-endpoint",
            "ARKETIC_MAIL_SMTP_PASSWORD", "exported-smtp",
            "OTHER_SECRET", "exported-other");

    private static final Secrets GENERATED = new Secrets(
            "generated-owner",
            "generated-app",
            "generated-ingest",
            "generated-maintenance",
            "generated-store",
            "generated-token",
            "generated-flink",
            "generated-backup");

    @Test
    void eachProcessOfTheLocalStackHasItsOwn() {
        StackComponents components = StackComponents.of(new StackSettings(Path.of("/checkout"), EXPORTED, GENERATED));
        Map<String, Set<String>> secrets = new TreeMap<>();
        for (Component component : components.inOrder()) {
            secrets.put(component.name(), secretNames(component.environment().keySet()));
            assertThat(component.environment().values())
                    .as(component.name())
                    .doesNotContain(
                            "exported-owner",
                            "exported-other",
                            "generated-owner",
                            "generated-flink",
                            "generated-backup");
        }
        assertThat(secrets)
                .isEqualTo(Map.of(
                        "postgresql", Set.of(),
                        "kafka", Set.of(),
                        "object-store", Set.of(),
                        "zookeeper", Set.of(),
                        "jobmanager", OF_JOBS,
                        "taskmanager-1", Set.of(),
                        "rag-api", OF_THE_API));
        // It starts all the others, with what was exported to the command.
        assertThat(components.supervisor().environment().values())
                .doesNotContain("exported-other")
                .noneMatch(value -> value.startsWith("generated-"));
    }

    @Test
    void noSecretIsInACommandLine() {
        StackComponents components = StackComponents.of(new StackSettings(TestRun.root(), EXPORTED, GENERATED));
        List<Component> inJava = new ArrayList<>(components.inOrder());
        inJava.remove(components.postgres());
        for (Component component : inJava) {
            assertThat(String.join(" ", component.command()))
                    .as(component.name())
                    .doesNotContain("exported-", "generated-");
        }
    }

    @Test
    void eachContainerHasItsOwn() throws Exception {
        Map<String, Set<String>> secrets = new TreeMap<>();
        compose().forEach((service, text) -> secrets.put(service, secretNames(names(text))));
        assertThat(secrets)
                .isEqualTo(Map.of(
                        "postgres", Set.of("POSTGRES_PASSWORD"),
                        "migrate",
                                Set.of(
                                        "ARKETIC_DATABASE_OWNER_PASSWORD",
                                        "ARKETIC_DATABASE_PASSWORD",
                                        "ARKETIC_DATABASE_INGEST_PASSWORD",
                                        "ARKETIC_DATABASE_MAINTENANCE_PASSWORD"),
                        "kafka", Set.of("ARKETIC_KAFKA_PASSWORD"),
                        "store", Set.of("ARKETIC_STORE_SECRET_KEY"),
                        "zookeeper", Set.of(),
                        "flink-key", Set.of("ARKETIC_FLINK_KEY_PASSWORD"),
                        "jobmanager",
                                Set.of(
                                        "ARKETIC_DATABASE_PASSWORD",
                                        "ARKETIC_DATABASE_INGEST_PASSWORD",
                                        "ARKETIC_STORE_SECRET_KEY",
                                        "ARKETIC_KAFKA_PASSWORD",
                                        "ARKETIC_FLINK_KEY_PASSWORD"),
                        "reindex", Set.of("ARKETIC_DATABASE_PASSWORD", "ARKETIC_DATABASE_INGEST_PASSWORD"),
                        "taskmanager", Set.of("ARKETIC_FLINK_KEY_PASSWORD"),
                        "api",
                                Set.of(
                                        "ARKETIC_DATABASE_PASSWORD",
                                        "ARKETIC_DATABASE_MAINTENANCE_PASSWORD",
                                        "ARKETIC_STORE_SECRET_KEY",
                                        "ARKETIC_KAFKA_PASSWORD",
                                        "ARKETIC_SECURITY_TOKEN_SECRET",
                                        "ARKETIC_CHAT_API_KEY",
                                        "ARKETIC_MAIL_SMTP_PASSWORD")));
    }

    private static Set<String> secretNames(Set<String> names) {
        return names.stream()
                .filter(name -> SECRET.matcher(name).matches())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns the names that a service sets, including those of the blocks that it merges. */
    private static Set<String> names(String service) {
        return Pattern.compile("(?m)^ +([A-Z][A-Z0-9_]+):")
                .matcher(service)
                .results()
                .map((MatchResult name) -> name.group(1))
                .collect(Collectors.toSet());
    }

    /** Returns the text of each service, with the blocks that it refers to. */
    private static Map<String, String> compose() throws Exception {
        String file = Files.readString(TestRun.root().resolve("infra/compose/compose.yaml"));
        String head = file.substring(0, file.indexOf("\nservices:\n"));
        Map<String, String> blocks = Pattern.compile("(?ms)^x-[a-z-]+: &([a-z-]+)\n(.*?)(?=^x-|\\z)")
                .matcher(head + "\n")
                .results()
                .collect(Collectors.toMap((MatchResult one) -> one.group(1), (MatchResult one) -> one.group(2)));
        String services = file.substring(file.indexOf("\nservices:\n") + 11, file.indexOf("\nvolumes:\n"));
        Map<String, String> result = new TreeMap<>();
        Pattern.compile("(?ms)^  ([a-z-]+):\n(.*?)(?=^  [a-z-]+:\n|\\z)")
                .matcher(services)
                .results()
                .forEach(one -> result.put(one.group(1), expand(one.group(2), blocks)));
        return result;
    }

    private static String expand(String text, Map<String, String> blocks) {
        StringBuilder all = new StringBuilder(text);
        Pattern.compile("\\*([a-z-]+)")
                .matcher(text)
                .results()
                .forEach(reference ->
                        all.append('\n').append(expand(blocks.getOrDefault(reference.group(1), ""), blocks)));
        return all.toString();
    }
}
