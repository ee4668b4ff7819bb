package io.arketic.rag.scim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.unboundid.scim2.common.Path;
import com.unboundid.scim2.common.exceptions.BadRequestException;
import com.unboundid.scim2.common.exceptions.ScimException;
import com.unboundid.scim2.common.messages.PatchOpType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a PATCH request (RFC 7644, section 3.5.2) in the forms that directories send. */
final class Changes {

    /**
     * Describes one change of one attribute.
     *
     * @param attribute the first name of the path, in lower case
     * @param value null for a removal without one
     * @param named whether the request wrote the path, and not a value without a path
     */
    record Change(
            PatchOpType type,
            Path path,
            String attribute,
            @Nullable JsonNode value,
            boolean named) {}

    private static final int MOST = 1000;
    private static final String CORE = "urn:ietf:params:scim:schemas:core:2.0:";

    private Changes() {}

    /**
     * Returns the changes in their order. {@code op} is case-insensitive; the fields of a value without a path are changes of
     * their own, with names such as {@code name.givenName}. Attributes of extensions are left out: none is kept.
     */
    static List<Change> of(ObjectNode request) throws ScimException {
        if (!(request.path("Operations") instanceof ArrayNode operations) || operations.isEmpty()) {
            throw BadRequestException.invalidSyntax("Operations must be a list with an operation.");
        }
        if (operations.size() > MOST) {
            throw BadRequestException.tooMany("A request has at most " + MOST + " operations.");
        }
        List<Change> changes = new ArrayList<>();
        for (JsonNode operation : operations) {
            PatchOpType type = type(operation.path("op"));
            JsonNode path = operation.path("path");
            JsonNode value = operation.get("value");
            if (type != PatchOpType.REMOVE && (value == null || value.isMissingNode())) {
                throw BadRequestException.invalidValue(type + " needs a value.");
            }
            if (path.isTextual() && !path.asText().isBlank()) {
                add(changes, type, path.asText(), value, true);
            } else if (type == PatchOpType.REMOVE) {
                throw BadRequestException.noTarget("remove needs a path.");
            } else if (value instanceof ObjectNode fields) {
                for (Map.Entry<String, JsonNode> field : fields.properties()) {
                    add(changes, type, field.getKey(), field.getValue(), false);
                }
            } else {
                throw BadRequestException.invalidValue("A value without a path must be an object.");
            }
        }
        return changes;
    }

    private static void add(
            List<Change> changes, PatchOpType type, String written, @Nullable JsonNode value, boolean named)
            throws ScimException {
        if (written.length() > ScimQuery.LONGEST_FILTER) {
            throw BadRequestException.invalidPath("A path is longer than " + ScimQuery.LONGEST_FILTER + " characters.");
        }
        Path path = path(written);
        String schema = path.getSchemaUrn();
        if (schema != null && !schema.regionMatches(true, 0, CORE, 0, CORE.length()) || path.isRoot()) {
            return;
        }
        changes.add(new Change(
                type,
                schema == null ? path : Path.fromString(written.substring(schema.length() + 1)),
                path.getElement(0).getAttribute().toLowerCase(Locale.ROOT),
                value,
                named));
    }

    private static Path path(String written) throws ScimException {
        try {
            return Path.fromString(written);
        } catch (BadRequestException malformed) {
            throw BadRequestException.invalidPath("The path cannot be read: " + malformed.getMessage());
        }
    }

    private static PatchOpType type(JsonNode op) throws ScimException {
        return switch (op.asText().toLowerCase(Locale.ROOT)) {
            case "add" -> PatchOpType.ADD;
            case "replace" -> PatchOpType.REPLACE;
            case "remove" -> PatchOpType.REMOVE;
            default -> throw BadRequestException.invalidSyntax("op must be add, replace or remove.");
        };
    }
}
