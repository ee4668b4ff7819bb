package io.arketic.rag.scim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.unboundid.scim2.common.Path;
import com.unboundid.scim2.common.exceptions.BadRequestException;
import com.unboundid.scim2.common.exceptions.ScimException;
import com.unboundid.scim2.common.messages.PatchOpType;
import com.unboundid.scim2.common.messages.PatchOperation;
import com.unboundid.scim2.common.utils.JsonUtils;
import java.util.List;
import java.util.Set;

/** Applies changes to a user. */
final class UserPatch {

    private static final Set<String> KEPT = Set.of("username", "externalid", "name", "displayname", "active", "emails");

    private static final Set<String> READ_ONLY = Set.of("id", "meta", "groups", "schemas");

    /** Lists the other attributes of SCIM's schema, which are accepted and not kept. */
    private static final Set<String> NOT_KEPT = Set.of(
            "nickname",
            "profileurl",
            "title",
            "usertype",
            "preferredlanguage",
            "locale",
            "timezone",
            "password",
            "phonenumbers",
            "ims",
            "photos",
            "addresses",
            "entitlements",
            "roles",
            "x509certificates");

    private UserPatch() {}

    /** Returns the user after all changes. */
    static UserFields applied(ScimUser user, List<Changes.Change> changes) throws ScimException {
        ObjectNode node = user.editable();
        for (Changes.Change change : changes) {
            if (KEPT.contains(change.attribute())) {
                apply(node, change);
            } else if (READ_ONLY.contains(change.attribute())) {
                requireSame(user, change);
            } else if (!NOT_KEPT.contains(change.attribute())) {
                throw BadRequestException.invalidPath("There is no attribute " + change.path() + ".");
            }
        }
        return UserFields.of(node, user.fields().active());
    }

    /** Okta repeats the id beside what it changes; a path that names a read-only attribute is an error. */
    private static void requireSame(ScimUser user, Changes.Change change) throws ScimException {
        JsonNode value = change.value();
        boolean sameId = change.attribute().equals("id")
                && value != null
                && value.asText().equals(user.id().toString());
        if (change.named() || change.attribute().equals("id") && !sameId) {
            throw BadRequestException.mutability(change.path() + " cannot be changed.");
        }
    }

    private static void apply(ObjectNode node, Changes.Change change) throws ScimException {
        Path path = change.path();
        JsonNode value = change.value();
        if (change.type() == PatchOpType.REMOVE || value == null || value.isNull()) {
            JsonUtils.removeValues(path, node);
            return;
        }
        boolean filtered = path.getElement(0).getValueFilter() != null;
        boolean present = filtered && JsonUtils.pathExists(path, node);
        if (change.attribute().equals("emails") && change.type() == PatchOpType.REPLACE && filtered && !present) {
            // One address is kept. A change of another one must not refuse the whole request, such as its active=false.
            return;
        }
        if (change.type() == PatchOpType.ADD && filtered && !present) {
            PatchOperation.add(path, value).apply(node);
        } else if (change.type() == PatchOpType.ADD && !filtered) {
            JsonUtils.addValue(path, node, value);
        } else {
            JsonUtils.replaceValue(path, node, value);
        }
    }
}
