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
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * {@code compose.yaml} is valid for the docker-compose of Debian 12, which is 1.29.2. The schema is that version's own, from the
 * package docker-compose 1.29.2-3 ({@code compose/config/compose_spec.json}, Apache-2.0, Docker Inc.); it is read as draft 4, as
 * docker-compose reads it.
 */
class ComposeFileTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path FOLDER = TestRun.root().resolve("infra/compose");
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

    private static JsonNode compose() throws IOException {
        Map<String, Object> file = new Yaml(new SafeConstructor(new LoaderOptions()))
                .load(Files.readString(FOLDER.resolve("compose.yaml")));
        return JSON.valueToTree(file);
    }

    private static Schema schema() throws IOException {
        try (InputStream file = ComposeFileTest.class.getResourceAsStream("docker-compose-1.29.2-schema.json")) {
            ObjectNode schema = (ObjectNode) JSON.readTree(file);
            schema.put("$schema", "http://json-schema.org/draft-04/schema#");
            simplify(schema);
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_4)
                    .getSchema(schema.toString());
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
