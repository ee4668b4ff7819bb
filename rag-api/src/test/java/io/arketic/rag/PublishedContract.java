package io.arketic.rag;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Checks every answer of the API against the OpenAPI document of its path, of the same server: status, media type, and each field
 * with its type and nullability. All clients of the tests use it, so every test also tests the document.
 */
final class PublishedContract {

    /** Holds the address of the document of each path. */
    private static final Map<String, String> DOCUMENTS =
            Map.of("/api/v1/", "/openapi", "/v1/", "/openapi/openai", "/mcp", "/openapi/mcp");

    /** Ends a stream in OpenAI's protocol. */
    private static final String LAST = "[DONE]";

    private static final String EVENTS = "text/event-stream";
    private static final String HELP = "\nThe document is made from the code: a status comes from @ResponseStatus or"
            + " @ApiResponse(responseCode = …, useReturnTypeSchema = true), a media type from produces or @Content(mediaType"
            + " = …), null from @Nullable on the record's component, the data of events from @Schema(anyOf = …) on the"
            + " method that streams. Mend the answer or the declaration; see rag-api/RATIONALE.md, 'The contract'.";

    private static final Map<String, PublishedContract> PUBLISHED = new ConcurrentHashMap<>();

    private record Place(ApiOperation operation, Pattern path) {}

    private final List<Place> places;
    private final ObjectNode document;
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

    private PublishedContract(JsonNode document) {
        this.document = (ObjectNode) document;
        this.places = ApiOperation.all(document).stream()
                // a word in a path goes before a place for anything
                .sorted(Comparator.comparing(
                        (ApiOperation operation) -> operation.path().replace('{', '~')))
                .map(operation ->
                        new Place(operation, Pattern.compile(operation.path().replaceAll("\\{[^}]+}", "[^/]+"))))
                .toList();
        document.path("components").path("schemas").forEach(PublishedContract::close);
        bound(document.path("components").path("schemas"));
    }

    /** Fails with the necessary correction if the document does not declare this answer. */
    static void check(String method, URI address, int status, String type, String body) {
        of(address).ifPresent(contract -> contract.hold(method, address.getRawPath(), status, type, body));
    }

    /** Checks like {@link #check}, with the required headers. */
    static void check(String method, HttpResponse<?> response, String body) {
        String type = response.headers().firstValue("Content-Type").orElse("");
        check(method, response.uri(), response.statusCode(), type, body);
        if (type.startsWith(EVENTS)
                && !response.headers()
                        .firstValue("X-Accel-Buffering")
                        .orElse("")
                        .equals("no")) {
            throw new AssertionError("The events of " + method + " " + response.uri()
                    + " lack X-Accel-Buffering: no, without which nginx holds them back; see SecurityHeaderFilter");
        }
    }

    /** Checks one event of a stream like {@link #check}. */
    static void checkEvent(URI address, String name, JsonNode data) {
        of(address).ifPresent(contract -> contract.holdEvent(address.getRawPath(), name, data));
    }

    private static Optional<PublishedContract> of(URI address) {
        return DOCUMENTS.entrySet().stream()
                .filter(document -> address.getRawPath().startsWith(document.getKey()))
                .map(document -> PUBLISHED.computeIfAbsent(
                        document.getValue(), missing -> new PublishedContract(read(address.resolve(missing)))))
                .findFirst();
    }

    private void hold(String method, String path, int status, String type, String body) {
        ApiOperation operation = find(method, path);
        if (operation == null) {
            if (status < 400) {
                throw deviation(method + " " + path, status, "is not in the document at all", body);
            }
            return;
        }
        JsonNode responses = operation.definition().path("responses");
        JsonNode response = responses.path(Integer.toString(status));
        if (response.isMissingNode() && status >= 400) {
            response = responses.path("default");
        }
        if (response.isMissingNode()) {
            throw deviation(
                    operation, status, "is a status that only " + responses.propertyNames() + " document", body);
        }
        JsonNode content = response.path("content");
        if (content.isEmpty()) {
            if (!body.isEmpty()) {
                throw deviation(operation, status, "has a body, and none is documented", body);
            }
            return;
        }
        String media = type.replaceAll(";.*", "").strip().toLowerCase(Locale.ROOT);
        JsonNode documented = content.path(content.has(media) ? media : "*/*");
        if (documented.isMissingNode()) {
            throw deviation(operation, status, "is '" + type + "'; documented are " + content.propertyNames(), body);
        }
        if (media.equals(EVENTS)) {
            for (String event : body.split("\\R\\R")) {
                String data = event.lines()
                        .filter(line -> line.startsWith("data:"))
                        .map(line -> line.substring(5))
                        .collect(Collectors.joining("\n"));
                if (!data.isEmpty() && !data.equals(LAST)) {
                    validate(operation, status, documented.path("schema"), event, parsed(operation, status, data));
                }
            }
        } else if (media.endsWith("json")) {
            validate(operation, status, documented.path("schema"), body, parsed(operation, status, body));
        }
    }

    private void holdEvent(String path, String name, JsonNode data) {
        ApiOperation operation = places.stream()
                .filter(place -> place.path().matcher(path).matches())
                .map(Place::operation)
                .filter(found -> !events(found).isMissingNode())
                .findFirst()
                .orElseThrow(() -> deviation(path, 200, "streams events, and none are documented", name));
        validate(operation, 200, events(operation).path("schema"), name + " " + data, data);
    }

    private static JsonNode events(ApiOperation operation) {
        return operation
                .definition()
                .path("responses")
                .path("200")
                .path("content")
                .path(EVENTS);
    }

    private void validate(ApiOperation operation, int status, JsonNode schema, String shown, JsonNode body) {
        List<Error> errors = schemas.computeIfAbsent(schema.toString(), missing -> compile(schema))
                .validate(body);
        if (!errors.isEmpty()) {
            throw deviation(
                    operation,
                    status,
                    "is not of its schema " + schema + ":\n  "
                            + errors.stream()
                                    .map(Error::toString)
                                    .distinct()
                                    .limit(8)
                                    .collect(Collectors.joining("\n  ")),
                    shown);
        }
    }

    private Schema compile(JsonNode schema) {
        ObjectNode whole = ((ObjectNode) schema).deepCopy();
        whole.set("components", document.path("components"));
        return registry.getSchema(SchemaLocation.of("urn:schema:" + schemas.size() + ":" + schema.hashCode()), whole);
    }

    private ApiOperation find(String method, String path) {
        return places.stream()
                .filter(place -> place.operation().method().equals(method)
                        && place.path().matcher(path).matches())
                .map(Place::operation)
                .findFirst()
                .orElse(null);
    }

    private static JsonNode parsed(ApiOperation operation, int status, String body) {
        try {
            return new JsonMapper().readTree(body);
        } catch (JacksonException broken) {
            throw deviation(operation, status, "is called JSON and is none", body);
        }
    }

    /** For the tests a field beyond the schema is an error; for clients it is not, so that fields can be added. */
    private static void close(JsonNode schema) {
        if (schema instanceof ObjectNode object && object.has("properties") && !object.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
    }

    /** Removes the limits of nullable numbers, because the validator fails over limits beside a list of types. */
    private static void bound(JsonNode schema) {
        if (schema instanceof ObjectNode object && object.path("type").isArray()) {
            object.remove(List.of("minimum", "maximum"));
        }
        schema.forEach(PublishedContract::bound);
    }

    private static AssertionError deviation(Object operation, int status, String what, String body) {
        return new AssertionError("The answer " + status + " of " + operation + " " + what + ". Answered was: "
                + body.substring(0, Math.min(body.length(), 600)) + HELP);
    }

    private static JsonNode read(URI address) {
        try {
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
            return Objects.requireNonNull(new JsonMapper().readTree(answer.body()));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
