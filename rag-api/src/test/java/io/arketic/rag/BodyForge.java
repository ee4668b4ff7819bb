package io.arketic.rag;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Makes valid and invalid request bodies from their schemas. */
final class BodyForge {

    private static final JsonMapper JSON = new JsonMapper();

    /** Lists JSON texts that are wrong nearly everywhere. */
    private static final List<String> HOSTILE = List.of(
            "null",
            "true",
            "-1",
            "0",
            "2147483648",
            "9223372036854775808",
            "1e400",
            "-1e-400",
            "0.1",
            "\"\"",
            "\" \"",
            "\"\\u0000\"",
            "\"a\\u0000b\"",
            "\"\\ud800\"",
            "\"\\udfff\\ud800\"",
            "\"\\u202e\\u200b\\ufeff\"",
            "\"\\r\\nSet-Cookie: a=b\"",
            "\"'; drop table users; --\"",
            "\"%s%n%x%00\"",
            "\"../../../etc/passwd\"",
            "\"${jndi:ldap://127.0.0.1/a}\"",
            "\"<script>alert(1)</script>\"",
            "\"a@b\"",
            "\"a@b@c\"",
            "\"2026-13-45T99:99:99Z\"",
            "\"00000000-0000-0000-0000-000000000000\"",
            "\"not-a-uuid\"",
            "\"NaN\"",
            "\"\\ud83d\\ude80\\ud83d\\ude80\"",
            "[]",
            "{}",
            "[null]",
            "[[[[]]]]",
            "[\"a\",1,null]",
            "{\"\":\"\"}",
            "{\"a\":{\"b\":{\"c\":[]}}}",
            "[\"00000000-0000-0000-0000-000000000000\"]",
            "123456789012345678901234567890",
            "\"" + "x".repeat(300) + "\"",
            "\"" + "\\u00e9".repeat(5000) + "\"",
            "\"" + "y".repeat(70_000) + "\"");

    private final Random random;

    BodyForge(long seed) {
        random = new Random(seed);
    }

    static String text(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> JSON.writeValueAsString(field.getKey()) + ":" + field.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** Returns each field of a valid body as JSON text: the documented example, else made from the schema. */
    Map<String, String> valid(ApiOperation operation) {
        Map<String, String> fields = new LinkedHashMap<>();
        JsonNode example = operation.bodyExample();
        JsonNode schema = operation.bodySchema();
        schema.path("properties").properties().forEach(property -> {
            JsonNode whole = example.path(property.getKey());
            JsonNode shown = whole.isMissingNode()
                    ? operation.resolve(property.getValue()).path("example")
                    : whole;
            boolean required = schema.path("required")
                    .valueStream()
                    .anyMatch(name -> name.asString().equals(property.getKey()));
            if (!shown.isMissingNode()) {
                fields.put(property.getKey(), shown.toString());
            } else if (required && example.isMissingNode()) {
                fields.put(property.getKey(), valid(operation, property.getValue()));
            }
        });
        return fields;
    }

    private String valid(ApiOperation operation, JsonNode reference) {
        JsonNode schema = operation.resolve(reference);
        if (!schema.path("enum").isMissingNode()) {
            return schema.path("enum").get(0).toString();
        }
        return switch (type(schema)) {
            case "integer", "number" ->
                schema.path("minimum").isMissingNode()
                        ? "1"
                        : schema.path("minimum").toString();
            case "boolean" -> "true";
            case "array" -> "[]";
            case "string" ->
                switch (schema.path("format").asString("")) {
                    case "uuid" -> "\"" + UUID.randomUUID() + "\"";
                    case "email" -> "\"u" + Long.toHexString(random.nextLong()) + "@example.org\"";
                    default -> "\"a good text " + Long.toHexString(random.nextLong()) + "\"";
                };
            default -> "{}";
        };
    }

    /** Returns another body with the same meaning, after the first was used. */
    Map<String, String> renamed(ApiOperation operation, Map<String, String> fields) {
        Map<String, String> renamed = new LinkedHashMap<>(fields);
        // Not from the seed: a test that runs once more meets the names of its first run in the shared application.
        String suffix = UUID.randomUUID().toString().substring(0, 8);
        operation.bodySchema().path("properties").properties().forEach(property -> {
            JsonNode schema = operation.resolve(property.getValue());
            String old = fields.get(property.getKey());
            if (old == null
                    || !type(schema).equals("string")
                    || !schema.path("enum").isMissingNode()) {
                return;
            }
            if (old.contains("@")) {
                renamed.put(property.getKey(), "\"" + suffix + old.substring(1));
            } else if (property.getKey().matches("slug|name|title|username")) {
                renamed.put(property.getKey(), old.substring(0, old.length() - 1) + suffix + "\"");
            }
        });
        return renamed;
    }

    /** Returns a body after one to three mutations, or no JSON object at all. */
    String mutated(ApiOperation operation) {
        Map<String, String> fields = valid(operation);
        List<String> names = new ArrayList<>();
        operation.bodySchema().path("properties").properties().forEach(property -> names.add(property.getKey()));
        for (int mutations = 1 + random.nextInt(3); mutations > 0 && !names.isEmpty(); mutations--) {
            String name = names.get(random.nextInt(names.size()));
            switch (random.nextInt(6)) {
                case 0 -> fields.remove(name);
                case 1 -> fields.put(name + "\u0000", hostile());
                case 2 -> fields.put(name, "[" + hostile() + "," + hostile() + "]");
                default -> fields.put(name, hostile());
            }
        }
        if (fields.containsKey("password") && random.nextInt(10) > 0) {
            // a password that is no password: hashing thousands of them would be all that the test does
            fields.put("password", "\"\"");
        }
        String text = text(fields);
        return switch (random.nextInt(20)) {
            case 0 -> hostile();
            case 1 -> text.substring(0, random.nextInt(text.length()));
            case 2 -> "[".repeat(3000);
            case 3 -> "{\"a\":".repeat(1500) + "1" + "}".repeat(1500);
            case 4 -> text + text;
            case 5 -> "\ufeff" + text;
            case 6 -> "";
            default -> text;
        };
    }

    String hostile() {
        return HOSTILE.get(random.nextInt(HOSTILE.size()));
    }

    /** Returns a JSON text of the wrong type for this schema, or null if each type is right. */
    static String wrongType(ApiOperation operation, JsonNode reference) {
        JsonNode schema = operation.resolve(reference);
        return switch (type(schema)) {
            case "string", "integer", "number", "boolean" -> "{\"a\":[1]}";
            case "array", "object" -> "\"text\"";
            default -> null;
        };
    }

    /** Returns JSON texts of the right type that exceed a limit of the schema. */
    static List<String> outOfBounds(ApiOperation operation, JsonNode reference) {
        JsonNode schema = operation.resolve(reference);
        List<String> found = new ArrayList<>();
        if (!schema.path("maxLength").isMissingNode()) {
            found.add("\"" + "x".repeat(schema.path("maxLength").asInt() + 1) + "\"");
        }
        String pattern = schema.path("pattern").asString("");
        if (!schema.path("enum").isMissingNode()
                || !pattern.isEmpty() && !Pattern.matches(pattern, "§ none of these")) {
            found.add("\"§ none of these\"");
        }
        if (!pattern.isEmpty() && !Pattern.matches(pattern, " ")) {
            found.add("\" \"");
        }
        if (schema.path("format").asString("").equals("uuid")) {
            found.add("\"not an id\"");
        }
        if (!schema.path("minimum").isMissingNode()) {
            found.add(schema.path("minimum")
                    .decimalValue()
                    .subtract(BigDecimal.ONE)
                    .toPlainString());
        }
        if (!schema.path("maximum").isMissingNode()) {
            found.add(schema.path("maximum").decimalValue().add(BigDecimal.ONE).toPlainString());
        }
        return found;
    }

    private static String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        return type.isArray() ? type.get(0).asString("") : type.asString("");
    }
}
