package io.arketic.rag.scim;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.unboundid.scim2.common.exceptions.ForbiddenException;
import com.unboundid.scim2.common.exceptions.ScimException;
import io.arketic.rag.caller.Directory;
import io.arketic.rag.deployment.PublicAddress;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Serves what SCIM says of itself (RFC 7644, section 4): the configuration, the types and their schemas. */
@RestController
@Hidden
@RequestMapping("/scim/v2")
class ScimMetadataController extends ScimEndpoints {

    private static final String SCHEMAS = "urn:ietf:params:scim:schemas:core:2.0:";

    private final PublicAddress address;

    ScimMetadataController(PublicAddress address) {
        this.address = address;
    }

    @Requires(Permission.DIRECTORY_PROVISION)
    @GetMapping("/ServiceProviderConfig")
    ResponseEntity<byte[]> configuration(Directory directory, @RequestParam Map<String, String> parameters)
            throws ScimException {
        unfiltered(parameters);
        ObjectNode configuration = ScimJson.object();
        configuration.putArray("schemas").add(SCHEMAS + "ServiceProviderConfig");
        configuration.putObject("patch").put("supported", true);
        configuration
                .putObject("bulk")
                .put("supported", false)
                .put("maxOperations", 0)
                .put("maxPayloadSize", 0);
        configuration.putObject("filter").put("supported", true).put("maxResults", ScimUserController.MOST);
        for (String none : List.of("changePassword", "sort", "etag")) {
            configuration.putObject(none).put("supported", false);
        }
        configuration
                .putArray("authenticationSchemes")
                .addObject()
                .put("type", "oauthbearertoken")
                .put("name", "SCIM token")
                .put("description", "A token of the organization, which its owner makes.")
                .put("primary", true);
        configuration.set("meta", meta("ServiceProviderConfig", "/ServiceProviderConfig"));
        return ScimJson.answer(HttpStatus.OK, configuration);
    }

    @Requires(Permission.DIRECTORY_PROVISION)
    @GetMapping("/ResourceTypes")
    ResponseEntity<byte[]> types(Directory directory, @RequestParam Map<String, String> parameters)
            throws ScimException {
        unfiltered(parameters);
        return ScimJson.answer(HttpStatus.OK, ScimJson.list(2, 1, List.of(type("User"), type("Group"))));
    }

    @Requires(Permission.DIRECTORY_PROVISION)
    @GetMapping("/ResourceTypes/{type}")
    ResponseEntity<byte[]> type(
            Directory directory, @PathVariable String type, @RequestParam Map<String, String> parameters) {
        if (!type.equals("User") && !type.equals("Group")) {
            throw ProblemException.notFound("resource type");
        }
        return ScimJson.answer(HttpStatus.OK, type(type));
    }

    @Requires(Permission.DIRECTORY_PROVISION)
    @GetMapping("/Schemas")
    ResponseEntity<byte[]> schemas(Directory directory, @RequestParam Map<String, String> parameters)
            throws ScimException {
        unfiltered(parameters);
        return ScimJson.answer(HttpStatus.OK, ScimJson.list(2, 1, List.of(user(), group())));
    }

    @Requires(Permission.DIRECTORY_PROVISION)
    @GetMapping("/Schemas/{schema}")
    ResponseEntity<byte[]> schema(
            Directory directory, @PathVariable String schema, @RequestParam Map<String, String> parameters) {
        return ScimJson.answer(
                HttpStatus.OK,
                switch (schema) {
                    case ScimJson.USER -> user();
                    case ScimJson.GROUP -> group();
                    default -> throw ProblemException.notFound("schema");
                });
    }

    /** RFC 7644, section 4: a filter of these lists is refused. */
    private static void unfiltered(Map<String, String> parameters) throws ScimException {
        if (parameters.keySet().stream().anyMatch("filter"::equalsIgnoreCase)) {
            throw new ForbiddenException("This list cannot be filtered.");
        }
    }

    private ObjectNode type(String name) {
        ObjectNode type = ScimJson.object();
        type.putArray("schemas").add(SCHEMAS + "ResourceType");
        type.put("id", name);
        type.put("name", name);
        type.put("endpoint", "/" + name + "s");
        type.put("schema", SCHEMAS + name);
        type.set("meta", meta("ResourceType", "/ResourceTypes/" + name));
        return type;
    }

    private ObjectNode user() {
        ObjectNode user = schema(ScimJson.USER, "User");
        ArrayNode attributes = user.putArray("attributes");
        text(attributes, "userName", "readWrite").put("required", true).put("uniqueness", "server");
        ArrayNode name = complex(attributes, "name", "readWrite", false);
        text(name, "givenName", "readWrite");
        text(name, "familyName", "readWrite");
        text(name, "formatted", "readOnly");
        text(attributes, "displayName", "readWrite");
        attribute(attributes, "active", "boolean", "readWrite", false);
        ArrayNode emails = complex(attributes, "emails", "readWrite", true);
        text(emails, "value", "readWrite");
        text(emails, "type", "readWrite");
        attribute(emails, "primary", "boolean", "readWrite", false);
        ArrayNode groups = complex(attributes, "groups", "readOnly", true);
        text(groups, "value", "readOnly");
        text(groups, "display", "readOnly");
        text(groups, "type", "readOnly");
        return user;
    }

    private ObjectNode group() {
        ObjectNode group = schema(ScimJson.GROUP, "Group");
        ArrayNode attributes = group.putArray("attributes");
        text(attributes, "displayName", "readWrite").put("required", true).put("uniqueness", "server");
        ArrayNode members = complex(attributes, "members", "readWrite", true);
        text(members, "value", "immutable");
        text(members, "display", "readOnly");
        text(members, "type", "immutable").putArray("canonicalValues").add("User");
        return group;
    }

    private ObjectNode schema(String id, String name) {
        ObjectNode schema = ScimJson.object();
        schema.putArray("schemas").add(SCHEMAS + "Schema");
        schema.put("id", id);
        schema.put("name", name);
        schema.set("meta", meta("Schema", "/Schemas/" + id));
        return schema;
    }

    private static ObjectNode text(ArrayNode attributes, String name, String mutability) {
        return attribute(attributes, name, "string", mutability, false).put("caseExact", false);
    }

    private static ArrayNode complex(ArrayNode attributes, String name, String mutability, boolean many) {
        return attribute(attributes, name, "complex", mutability, many).putArray("subAttributes");
    }

    private static ObjectNode attribute(
            ArrayNode attributes, String name, String type, String mutability, boolean many) {
        return attributes
                .addObject()
                .put("name", name)
                .put("type", type)
                .put("multiValued", many)
                .put("required", false)
                .put("mutability", mutability)
                .put("returned", "default")
                .put("uniqueness", "none");
    }

    private ObjectNode meta(String type, String path) {
        return ScimJson.meta(type, null, null, address.of("/scim/v2" + path));
    }
}
