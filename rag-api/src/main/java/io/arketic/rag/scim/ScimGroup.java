package io.arketic.rag.scim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds a group as the organization's directory sees it.
 *
 * @param members as JSON; null where the request does not ask for them
 */
record ScimGroup(
        UUID id,
        String name,
        @Nullable String externalId,
        boolean provided,
        @Nullable String members,
        Instant createdAt,
        Instant updatedAt) {

    /** @param users the address that users' ids follow */
    ObjectNode resource(String location, String users) {
        ObjectNode group = ScimJson.object();
        group.putArray("schemas").add(ScimJson.GROUP);
        group.put("id", id.toString());
        if (externalId != null) {
            group.put("externalId", externalId);
        }
        group.put("displayName", name);
        if (members != null) {
            JsonNode list = ScimJson.parse(members);
            for (JsonNode member : list) {
                if (member instanceof ObjectNode user) {
                    user.put("$ref", users + user.path("value").asText());
                }
            }
            group.set("members", list);
        }
        group.set("meta", ScimJson.meta("Group", createdAt, updatedAt, location));
        return group;
    }
}
