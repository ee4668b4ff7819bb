package io.arketic.rag;

import io.arketic.rag.permission.Permission;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Represents one operation of the published OpenAPI document. */
record ApiOperation(String method, String path, JsonNode definition, JsonNode document) {

    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");
    private static final Pattern PLACE = Pattern.compile("\\{([^}]+)}");

    static List<ApiOperation> all(JsonNode document) {
        List<ApiOperation> operations = new ArrayList<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(entry -> {
                    if (METHODS.contains(entry.getKey())) {
                        operations.add(new ApiOperation(
                                entry.getKey().toUpperCase(Locale.ROOT), path.getKey(), entry.getValue(), document));
                    }
                }));
        return operations;
    }

    Permission permission() {
        String name = definition.path("x-permission").stringValue();
        return Permission.valueOf(name.toUpperCase(Locale.ROOT));
    }

    /** Returns the names in the path's braces. */
    List<String> places() {
        List<String> names = new ArrayList<>();
        Matcher place = PLACE.matcher(path);
        while (place.find()) {
            names.add(place.group(1));
        }
        return names;
    }

    /** Returns those of {@link #places()} that hold ids, and so may be another tenant's. */
    List<String> idPlaces() {
        return places().stream()
                .filter(name -> parameters("path").stream()
                        .anyMatch(parameter -> parameter.path("name").asString().equals(name)
                                && parameter
                                        .path("schema")
                                        .path("format")
                                        .asString("")
                                        .equals("uuid")))
                .toList();
    }

    /** Returns the path up to and including the place of this name, for example {@code /api/v1/chats/{chat}}. */
    String prefix(String place) {
        return path.substring(0, path.indexOf("{" + place + "}") + place.length() + 2);
    }

    List<JsonNode> parameters(String in) {
        List<JsonNode> found = new ArrayList<>();
        definition.path("parameters").forEach(parameter -> {
            if (parameter.path("in").asString().equals(in)) {
                found.add(parameter);
            }
        });
        return found;
    }

    boolean takesJson() {
        return !jsonContent().isMissingNode();
    }

    boolean takesFiles() {
        return !definition
                .path("requestBody")
                .path("content")
                .path("multipart/form-data")
                .isMissingNode();
    }

    boolean takesForm() {
        return !definition
                .path("requestBody")
                .path("content")
                .path("application/x-www-form-urlencoded")
                .isMissingNode();
    }

    /** Returns the JSON body's schema, without a reference at its top. */
    JsonNode bodySchema() {
        return resolve(jsonContent().path("schema"));
    }

    /** Returns the documented body; missing if there is none. */
    JsonNode bodyExample() {
        JsonNode own = jsonContent().path("example");
        return own.isMissingNode() ? bodySchema().path("example") : own;
    }

    /** Returns whether the documentation has a body, or a value for each required property. */
    boolean showsBody() {
        return bodyExample().isObject()
                || bodySchema()
                        .path("required")
                        .valueStream()
                        .allMatch(
                                name -> !resolve(bodySchema().path("properties").path(name.asString()))
                                        .path("example")
                                        .isMissingNode());
    }

    /** Returns the answers documented without an example, except binary ones and streams. */
    List<String> answersWithoutExample() {
        List<String> without = new ArrayList<>();
        definition
                .path("responses")
                .properties()
                .forEach(response -> response.getValue()
                        .path("content")
                        .properties()
                        .forEach(content -> {
                            String type = resolve(content.getValue().path("schema"))
                                    .path("type")
                                    .asString("");
                            if (Set.of("object", "array").contains(type)
                                    && content.getValue().path("example").isMissingNode()) {
                                without.add(response.getKey() + " " + content.getKey());
                            }
                        }));
        return without;
    }

    boolean documents(int status) {
        return definition.path("responses").has(Integer.toString(status));
    }

    JsonNode resolve(JsonNode schema) {
        String reference = schema.path("$ref").asString("");
        return reference.isEmpty() ? schema : resolve(document.at(reference.substring(1)));
    }

    private JsonNode jsonContent() {
        return definition.path("requestBody").path("content").path("application/json");
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
