package io.arketic.rag.scim;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.unboundid.scim2.common.exceptions.BadRequestException;
import com.unboundid.scim2.common.exceptions.ScimException;
import com.unboundid.scim2.common.utils.JsonUtils;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.problem.ScimErrors;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/** Reads and writes SCIM's JSON, whose names count in any case (RFC 7643, section 2.1). */
final class ScimJson {

    static final String USER = "urn:ietf:params:scim:schemas:core:2.0:User";
    static final String GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";

    private static final String LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

    private ScimJson() {}

    static ObjectNode object() {
        return JsonUtils.getJsonNodeFactory().objectNode();
    }

    static ArrayNode array() {
        return JsonUtils.getJsonNodeFactory().arrayNode();
    }

    /** @param most bytes of the body */
    static ObjectNode read(byte[] body, int most) throws ScimException {
        if (body.length > most) {
            throw new ProblemException(ProblemReason.TOO_LARGE, "The body is longer than " + most + " bytes.");
        }
        try {
            if (JsonUtils.getObjectReader().readTree(body) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException malformed) {
            throw new BadRequestException("The body is not valid JSON.", BadRequestException.INVALID_SYNTAX, malformed);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        throw BadRequestException.invalidSyntax("The body must be a JSON object.");
    }

    static JsonNode parse(String text) {
        try {
            return JsonUtils.getObjectReader().readTree(text);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static ResponseEntity<byte[]> answer(HttpStatus status, JsonNode body) {
        return builder(status).body(bytes(body));
    }

    /** Answers with a resource and its location. */
    static ResponseEntity<byte[]> resource(HttpStatus status, ObjectNode resource) {
        return builder(status)
                .location(URI.create(resource.path("meta").path("location").asText()))
                .body(bytes(resource));
    }

    static ObjectNode list(long total, int startIndex, List<ObjectNode> resources) {
        ObjectNode list = object();
        list.putArray("schemas").add(LIST);
        list.put("totalResults", total);
        list.put("startIndex", startIndex);
        list.put("itemsPerPage", resources.size());
        list.putArray("Resources").addAll(resources);
        return list;
    }

    static ObjectNode meta(String type, @Nullable Instant created, @Nullable Instant modified, String location) {
        ObjectNode meta = object();
        meta.put("resourceType", type);
        if (created != null && modified != null) {
            meta.put("created", created.truncatedTo(ChronoUnit.MILLIS).toString());
            meta.put("lastModified", modified.truncatedTo(ChronoUnit.MILLIS).toString());
        }
        meta.put("location", location);
        return meta;
    }

    private static ResponseEntity.BodyBuilder builder(HttpStatus status) {
        return ResponseEntity.status(status).contentType(ScimErrors.TYPE);
    }

    private static byte[] bytes(JsonNode body) {
        try {
            return JsonUtils.getObjectWriter().writeValueAsBytes(body);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
