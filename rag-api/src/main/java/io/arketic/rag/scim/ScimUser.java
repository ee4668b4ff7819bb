package io.arketic.rag.scim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.arketic.rag.permission.Role;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds a user of the organization as its directory sees it.
 *
 * @param fields of the directory; the account's where the directory has said nothing yet
 * @param kept whether the directory has said something
 * @param provisioned how the membership came about or ended; see {@link io.arketic.rag.organization.DirectoryMembers}
 * @param groups as JSON
 */
record ScimUser(
        UUID id,
        UserFields fields,
        boolean kept,
        Role role,
        @Nullable String provisioned,
        String groups,
        Instant createdAt,
        Instant updatedAt) {

    /** Returns what a directory may change. */
    ObjectNode editable() {
        ObjectNode user = ScimJson.object();
        user.put("userName", fields.userName());
        if (fields.externalId() != null) {
            user.put("externalId", fields.externalId());
        }
        ObjectNode name = user.putObject("name");
        name.put("givenName", fields.firstName());
        name.put("familyName", fields.lastName());
        if (fields.displayName() != null) {
            user.put("displayName", fields.displayName());
        }
        user.put("active", fields.active());
        ObjectNode email = user.putArray("emails").addObject();
        email.put("value", fields.email());
        email.put("type", "work");
        email.put("primary", true);
        return user;
    }

    ObjectNode resource(String location) {
        ObjectNode user = ScimJson.object();
        user.putArray("schemas").add(ScimJson.USER);
        user.put("id", id.toString());
        user.setAll(editable());
        if (user.path("name") instanceof ObjectNode name) {
            name.put("formatted", (fields.firstName() + " " + fields.lastName()).strip());
        }
        user.set("groups", ScimJson.parse(groups));
        user.set("meta", ScimJson.meta("User", createdAt, updatedAt, location));
        return user;
    }
}
