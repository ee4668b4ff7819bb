package io.arketic.rag.operations;

import static java.util.Map.entry;

import io.swagger.v3.oas.models.media.Schema;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes values that a schema allows: its own example, or one of its form. */
final class SchemaExamples {

    private static final int DEEPEST = 8;
    private static final String REFERENCE = "#/components/schemas/";

    private static final Map<String, Object> BY_FORMAT = Map.ofEntries(
            entry("uuid", "01980000-0000-7000-8000-000000000000"),
            entry("date-time", "2026-11-22T12:00:00Z"),
            entry("date", "2026-11-01"),
            entry("double", 0.83),
            entry("float", 0.83));

    /** Maps names to examples of texts, whose form has little meaning. */
    private static final Map<String, Object> BY_NAME = Map.ofEntries(
            entry("email", "ada@example.org"),
            entry("name", "Pumps"),
            entry("title", "Maintenance"),
            entry("slug", "aurelia-pumps"),
            entry("organization_slug", "aurelia-pumps"),
            entry("organization_name", "Aurelia Pumps"),
            entry("first_name", "Ada"),
            entry("last_name", "Lovelace"),
            entry("role", "member"),
            entry("status", "active"),
            entry("filename", "pump.pdf"),
            entry("file_path", "aurelia-pumps/01980000-0000-7000-8000-000000000000/pump.pdf"),
            entry("file_type", "pdf"),
            entry("mime_type", "application/pdf"),
            entry("media_type", "application/pdf"),
            entry("content", "The filter is changed every ninety days. [1]"),
            entry("quote", "The filter is changed every ninety days."),
            entry("text", "The filter is changed every ninety days."),
            entry("description", "Everything about our pumps"),
            entry("embedding_model", "bge-small-en-v1.5"),
            entry("ai_model", "extractive"),
            entry("language", "en"),
            entry("timezone", "Europe/Zurich"),
            entry("reason", "ENCRYPTED"),
            entry(
                    "advice",
                    "The file needs a password. Add it to the knowledge base, or upload a copy that is not protected."),
            entry("next_cursor", "AZgAAAAAcACAAAAAAAAAAA"),
            entry("token_type", "Bearer"),
            entry("url", "http://127.0.0.1:9000/knowledge-chats/pump.pdf?X-Amz-Expires=300&X-Amz-Signature=…"),
            entry("table_name", "knowledge_bases"),
            entry("action", "update"));

    private final Map<String, Schema> named;

    SchemaExamples(@Nullable Map<String, Schema> named) {
        this.named = named == null ? Map.of() : named;
    }

    /** Returns whether values are objects or lists, and not mere texts or bytes. */
    boolean isStructure(@Nullable Schema<?> schema) {
        String type = schema == null ? "" : type(resolve(schema));
        return type.equals("object") || type.equals("array");
    }

    @Nullable
    Object of(Schema<?> schema) {
        return of("", schema, 0);
    }

    private @Nullable Object of(String name, Schema<?> reference, int depth) {
        Schema<?> schema = resolve(reference);
        if (schema.getExample() != null) {
            return schema.getExample();
        }
        if (schema.getEnum() != null && !schema.getEnum().isEmpty()) {
            return schema.getEnum().get(0);
        }
        return switch (type(schema)) {
            case "object" -> object(schema, depth);
            case "array" -> list(name, schema, depth);
            case "boolean" -> true;
            case "integer" -> schema.getMinimum() == null ? BigDecimal.ONE : schema.getMinimum();
            case "number" -> BY_FORMAT.getOrDefault(String.valueOf(schema.getFormat()), 1);
            default -> BY_FORMAT.getOrDefault(String.valueOf(schema.getFormat()), BY_NAME.getOrDefault(name, "text"));
        };
    }

    private Object object(Schema<?> schema, int depth) {
        Map<String, Object> example = new LinkedHashMap<>();
        if (schema.getProperties() != null && depth < DEEPEST) {
            schema.getProperties().forEach((name, property) -> {
                Object value = of(name, property, depth + 1);
                if (value != null) {
                    example.put(name, value);
                }
            });
        }
        return example;
    }

    /** Returns a list of one; an empty one if lists contain themselves. */
    private Object list(String name, Schema<?> schema, int depth) {
        Object item = schema.getItems() == null || depth >= DEEPEST ? null : of(name, schema.getItems(), depth + 1);
        return item == null ? List.of() : List.of(item);
    }

    private Schema<?> resolve(Schema<?> schema) {
        Schema<?> found = schema;
        while (found.get$ref() != null && named.get(found.get$ref().replace(REFERENCE, "")) instanceof Schema<?> next) {
            found = next;
        }
        return found.getOneOf() == null ? found : resolve(found.getOneOf().get(0));
    }

    private static String type(Schema<?> schema) {
        if (schema.getType() != null) {
            return schema.getType();
        }
        if (schema.getTypes() != null) {
            return schema.getTypes().stream()
                    .filter(type -> !type.equals("null"))
                    .findFirst()
                    .orElse("");
        }
        return schema.getProperties() == null ? "" : "object";
    }
}
