package io.arketic.services;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * {@code compose.yaml} is valid for the docker-compose of Debian 12, which is 1.29.2. The schema is that version's own, from the
 * package docker-compose 1.29.2-3 ({@code compose/config/compose_spec.json}, Apache-2.0, Docker Inc.); it is read as draft 4, as
 * docker-compose reads it. Over it, {@code compose.minio.yaml} is valid for Docker Compose 2.24.0, whose schema is that of
 * compose-go 2.0.0-beta.3 ({@code schema/compose-spec.json}, Apache-2.0).
 */
class ComposeFileTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path FOLDER = TestRun.root().resolve("infra/compose");
    /** Lists that a second file replaces. */
    private static final Set<String> WHOLE = Set.of("command", "entrypoint", "test");

    private static final Pattern DEFAULT = Pattern.compile("\\$\\{[A-Z_]+:-([^}]*)}");

    @Test
    void theFileIsValidForDockerCompose129() throws IOException {
        assertThat(schema().validate(JSON.writeValueAsString(compose()), InputFormat.JSON))
                .isEmpty();
    }

    @Test
    void theSchemaRefusesWhatDockerCompose129Refuses() throws IOException {
        JsonNode compose = compose();
        ((ObjectNode) compose.path("services").path("api"))
                .putArray("env_file")
                .addObject()
                .put("path", "chat.env")
                .put("required", false);
        assertThat(schema().validate(compose.toString(), InputFormat.JSON))
                .extracting(error -> error.getInstanceLocation().toString())
                .anyMatch(place -> place.startsWith("/services/api/env_file"));
    }

    /** Docker-compose 1.29 refuses to start while one of these is missing. */
    @Test
    void theFilesOfEnvironmentVariablesAreThere() throws IOException {
        for (JsonNode service : compose().path("services")) {
            JsonNode file = service.path("env_file");
            if (!file.isMissingNode()) {
                assertThat(FOLDER.resolve(DEFAULT.matcher(file.asText()).replaceAll("$1")))
                        .isRegularFile();
            }
        }
    }

    @Test
    void theFileOfMinioIsValidForDockerCompose224() throws IOException {
        assertThat(schemaOfMinio().validate(JSON.writeValueAsString(withMinio()), InputFormat.JSON))
                .isEmpty();
    }

    @Test
    void itsSchemaRefusesAWrongFileOfMinio() throws IOException {
        JsonNode compose = withMinio();
        ((ObjectNode) compose.path("services").path("bucket")).put("entrypont", "/bin/sh");
        assertThat(schemaOfMinio().validate(compose.toString(), InputFormat.JSON))
                .isNotEmpty();
    }

    /** Messages hold links that reset passwords. */
    @Test
    void theTaskManagersSeeTheKeysetAndNoMessages() throws IOException {
        JsonNode services = compose().path("services");
        assertThat(services.path("taskmanager").path("volumes"))
                .extracting(volume -> volume.asText())
                .containsExactly("flink:/var/lib/arketic", "api:/var/lib/arketic-api:ro");
        assertThat(services.path("api").path("volumes"))
                .extracting(volume -> volume.asText())
                .containsExactly("api:/var/lib/arketic/state", "mail:/var/lib/arketic/mail");
        assertThat(Files.readString(FOLDER.resolve("../images/api/Dockerfile")))
                .contains("ARKETIC_ENCRYPTION_KEYSET_FILE=/var/lib/arketic/state/")
                .contains("ARKETIC_MAIL_DIRECTORY=/var/lib/arketic/mail")
                .contains("VOLUME /var/lib/arketic/state /var/lib/arketic/mail");
    }

    @Test
    void minioTakesThePlaceOfTheStore() throws IOException {
        JsonNode compose = withMinio();
        JsonNode store = compose.path("services").path("store");
        assertThat(store.has("build")).isFalse();
        assertThat(store.path("environment").fieldNames())
                .toIterable()
                .isNotEmpty()
                .allMatch(name -> name.startsWith("MINIO_"));
        assertThat(store.path("volumes")).hasSize(1);
        for (String setting : List.of("ENABLE", "SASL")) {
            assertThat(store.path("environment")
                            .path("MINIO_NOTIFY_KAFKA_" + setting + "_ARKETIC")
                            .asText())
                    .isEqualTo("on");
        }
        for (JsonNode service : compose.path("services")) {
            service.path("depends_on")
                    .fieldNames()
                    .forEachRemaining(
                            needed -> assertThat(compose.path("services").has(needed))
                                    .as(needed)
                                    .isTrue());
            for (JsonNode volume : service.path("volumes")) {
                String name = volume.asText().split(":")[0];
                assertThat(name.matches("[./$].*") || compose.path("volumes").has(name))
                        .as(name)
                        .isTrue();
            }
        }
    }

    private static JsonNode compose() throws IOException {
        return JSON.valueToTree(read("compose.yaml"));
    }

    private static JsonNode withMinio() throws IOException {
        return JSON.valueToTree(merged(read("compose.yaml"), read("compose.minio.yaml")));
    }

    private static Map<String, Object> read(String file) throws IOException {
        return new Yaml(new ComposeTags()).load(Files.readString(FOLDER.resolve(file)));
    }

    private enum Reset {
        RESET
    }

    private record Replacement(Object value) {}

    /** Reads the tags with which a second file takes a value away or puts another in its place. */
    private static final class ComposeTags extends SafeConstructor {

        ComposeTags() {
            super(new LoaderOptions());
            yamlConstructors.put(new Tag("!reset"), new AbstractConstruct() {
                @Override
                public Object construct(Node node) {
                    return Reset.RESET;
                }
            });
            yamlConstructors.put(new Tag("!override"), new AbstractConstruct() {
                @Override
                public Object construct(Node node) {
                    return new Replacement(
                            node instanceof MappingNode mapping
                                    ? constructMapping(mapping)
                                    : constructSequence((SequenceNode) node));
                }
            });
        }
    }

    /** Merges like Docker Compose: mappings by name, lists one after the other, and commands as a whole. */
    private static Map<String, Object> merged(Map<String, Object> below, Map<String, Object> above) {
        Map<String, Object> merged = new LinkedHashMap<>(below);
        above.forEach((name, value) -> {
            Object before = merged.get(name);
            if (value == Reset.RESET) {
                merged.remove(name);
            } else if (value instanceof Replacement other) {
                merged.put(name, other.value());
            } else if (value instanceof Map<?, ?> && before instanceof Map<?, ?>) {
                merged.put(name, merged(mapping(before), mapping(value)));
            } else if (value instanceof List<?> more && before instanceof List<?> first && !WHOLE.contains(name)) {
                merged.put(name, Stream.concat(first.stream(), more.stream()).toList());
            } else {
                merged.put(name, value);
            }
        });
        return merged;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> mapping(Object value) {
        return (Map<String, Object>) value;
    }

    private static Schema schema() throws IOException {
        return schema(
                "docker-compose-1.29.2-schema.json",
                "http://json-schema.org/draft-04/schema#",
                SpecificationVersion.DRAFT_4);
    }

    private static Schema schemaOfMinio() throws IOException {
        return schema(
                "docker-compose-2.24.0-schema.json",
                "https://json-schema.org/draft/2019-09/schema",
                SpecificationVersion.DRAFT_2019_09);
    }

    private static Schema schema(String name, String dialect, SpecificationVersion version) throws IOException {
        try (InputStream file = ComposeFileTest.class.getResourceAsStream(name)) {
            ObjectNode schema = (ObjectNode) JSON.readTree(file);
            schema.put("$schema", dialect);
            simplify(schema);
            return SchemaRegistry.withDefaultDialect(version).getSchema(schema.toString());
        }
    }

    /** Takes out ids, to which nothing refers, and formats, which are docker-compose's own: a duration is 3s there. */
    private static void simplify(JsonNode node) {
        if (node instanceof ObjectNode object) {
            for (String keyword : List.of("id", "format")) {
                if (object.path(keyword).isTextual()) {
                    object.remove(keyword);
                }
            }
        }
        node.forEach(ComposeFileTest::simplify);
    }
}
