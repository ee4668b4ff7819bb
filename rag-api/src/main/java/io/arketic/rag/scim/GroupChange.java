package io.arketic.rag.scim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.unboundid.scim2.common.Path;
import com.unboundid.scim2.common.exceptions.BadRequestException;
import com.unboundid.scim2.common.exceptions.ScimException;
import com.unboundid.scim2.common.filters.Filter;
import com.unboundid.scim2.common.filters.FilterType;
import com.unboundid.scim2.common.messages.PatchOpType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Describes one change of a group. */
sealed interface GroupChange {

    record Name(String name) implements GroupChange {}

    record ExternalId(@Nullable String externalId) implements GroupChange {}

    record Add(Set<UUID> users) implements GroupChange {}

    record Remove(Set<UUID> users) implements GroupChange {}

    record Members(Set<UUID> users) implements GroupChange {}

    /** Limits the members of a group. */
    int MOST_MEMBERS = 10_000;

    /** Equals the length of the column. */
    int LONGEST_NAME = 100;

    Pattern ID = Pattern.compile("\\A[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\\z");

    /** Reads a whole group, which replaces the present one. */
    static List<GroupChange> whole(ObjectNode group) throws ScimException {
        List<GroupChange> changes = new ArrayList<>();
        changes.add(new Name(name(group)));
        changes.add(new ExternalId(UserFields.text(group, "externalId", UserFields.LONGEST)));
        changes.add(new Members(users(group.path("members"))));
        return changes;
    }

    /**
     * Reads a PATCH request.
     *
     * @param id of the group, which Okta repeats
     */
    static List<GroupChange> of(UUID id, ObjectNode request) throws ScimException {
        List<GroupChange> changes = new ArrayList<>();
        for (Changes.Change change : Changes.of(request)) {
            switch (change.attribute()) {
                case "displayname" -> changes.add(new Name(name(named("displayName", change))));
                case "externalid" ->
                    changes.add(new ExternalId(
                            change.type() == PatchOpType.REMOVE
                                    ? null
                                    : UserFields.text(named("externalId", change), "externalId", UserFields.LONGEST)));
                case "members" -> changes.add(members(change));
                case "id", "meta", "schemas" -> {
                    JsonNode value = change.value();
                    boolean other = change.attribute().equals("id")
                            && (value == null || !value.asText().equals(id.toString()));
                    if (change.named() || other) {
                        throw BadRequestException.mutability(change.path() + " cannot be changed.");
                    }
                }
                default -> throw BadRequestException.invalidPath("There is no attribute " + change.path() + ".");
            }
        }
        return changes;
    }

    private static ObjectNode named(String name, Changes.Change change) {
        ObjectNode object = ScimJson.object();
        if (change.value() != null && change.type() != PatchOpType.REMOVE) {
            object.set(name, change.value());
        }
        return object;
    }

    private static GroupChange members(Changes.Change change) throws ScimException {
        Path path = change.path();
        Filter filter = path.getElement(0).getValueFilter();
        JsonNode value = change.value();
        if (path.size() > 1) {
            throw BadRequestException.mutability("A member is added or removed as a whole.");
        }
        if (filter != null && change.type() != PatchOpType.REMOVE) {
            throw BadRequestException.invalidPath("members[…] can only be removed.");
        }
        return switch (change.type()) {
            case ADD -> new Add(users(value));
            case REPLACE -> new Members(users(value));
            case REMOVE ->
                filter != null
                        ? new Remove(users(filter))
                        : value == null || value.isNull() ? new Members(Set.of()) : new Remove(users(value));
        };
    }

    /** Reads {@code value eq "…"}, also several with {@code or}. */
    private static Set<UUID> users(Filter filter) throws ScimException {
        Set<UUID> users = new LinkedHashSet<>();
        if (filter.getFilterType() == FilterType.OR) {
            for (Filter part : filter.getCombinedFilters()) {
                users.addAll(users(part));
            }
        } else if (filter.getFilterType() == FilterType.EQUAL
                && filter.getAttributePath().toString().toLowerCase(Locale.ROOT).equals("value")) {
            users.add(id(filter.getComparisonValue()));
        } else {
            throw BadRequestException.invalidPath("members are chosen by value eq \"…\".");
        }
        return users;
    }

    private static Set<UUID> users(@Nullable JsonNode members) throws ScimException {
        Set<UUID> users = new LinkedHashSet<>();
        if (members == null || members.isMissingNode() || members.isNull()) {
            return users;
        }
        for (JsonNode member :
                members instanceof ArrayNode list ? list : ScimJson.array().add(members)) {
            if (member.path("type").asText().equalsIgnoreCase("Group")) {
                throw nested();
            }
            users.add(id(member.isObject() ? member.path("value") : member));
        }
        if (users.size() > MOST_MEMBERS) {
            throw tooMany();
        }
        return users;
    }

    static BadRequestException nested() {
        return BadRequestException.invalidValue("The members of a group must be users; groups are not accepted.");
    }

    static BadRequestException tooMany() {
        return BadRequestException.tooMany("A group has at most " + MOST_MEMBERS + " members.");
    }

    private static UUID id(JsonNode value) throws ScimException {
        String text = value.asText();
        if (!value.isTextual() || text.length() > 36 || !ID.matcher(text).matches()) {
            throw BadRequestException.invalidValue("A member's value must be the id of a user.");
        }
        return UUID.fromString(text);
    }

    private static String name(ObjectNode group) throws ScimException {
        String name = UserFields.text(group, "displayName", LONGEST_NAME);
        if (name == null) {
            throw BadRequestException.invalidValue("displayName is required.");
        }
        return name;
    }
}
