package io.arketic.rag.customsettings;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.arketic.rag.deployment.FreeJson;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemException.FieldError;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Checks {@code custom_settings} by a JSON Schema of ours. Keys that the schema names have an effect and are checked; all
 * others are free data of a client.
 */
public enum SettingsSchema {
    USER("user"),
    ORGANIZATION("organization");

    private static final String FIELD = "custom_settings";

    private final Map<String, Object> published;
    private final Schema schema;

    SettingsSchema(String name) {
        JsonMapper json = new JsonMapper();
        String path = "/custom-settings/" + name + ".json";
        try (InputStream file = Objects.requireNonNull(SettingsSchema.class.getResourceAsStream(path), path)) {
            JsonNode read = json.readTree(file);
            this.published = json.convertValue(read, new TypeReference<Map<String, Object>>() {});
            this.schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(read);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Returns the schema as JSON has it. */
    Map<String, Object> published() {
        return published;
    }

    /**
     * Returns the settings as text, without keys that are null: in a merge patch, null removes a key.
     *
     * @return null for no settings
     * @throws ProblemException that names each wrong setting, such as {@code custom_settings.notifications.mail}
     */
    public @Nullable String text(JsonMapper json, @Nullable Map<String, Object> settings) {
        if (settings == null) {
            return null;
        }
        Object kept = withoutNulls(settings);
        String text = Objects.requireNonNull(FreeJson.text(json, FIELD, kept));
        List<FieldError> errors = schema.validate(json.readTree(text)).stream()
                .map(SettingsSchema::fault)
                .distinct()
                .toList();
        if (!errors.isEmpty()) {
            throw ProblemException.ofFields(errors);
        }
        return text;
    }

    private static FieldError fault(Error error) {
        String place = error.getInstanceLocation().toString().replace('/', '.');
        String within = error.getProperty() == null ? place : place + "." + error.getProperty();
        return new FieldError(FIELD + within, error.getMessage());
    }

    private static @Nullable Object withoutNulls(@Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            return value;
        }
        Map<Object, Object> kept = new LinkedHashMap<>();
        map.forEach((key, one) -> {
            Object inner = withoutNulls(one);
            if (inner != null) {
                kept.put(key, inner);
            }
        });
        return kept;
    }
}
