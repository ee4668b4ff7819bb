package io.arketic.rag.scim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.unboundid.scim2.common.exceptions.BadRequestException;
import com.unboundid.scim2.common.exceptions.ScimException;
import io.arketic.rag.account.EmailAddress;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds what a directory says of a user. Other attributes of SCIM's schema are accepted and not kept.
 *
 * @param email normalised
 */
record UserFields(
        String userName,
        @Nullable String externalId,
        String firstName,
        String lastName,
        @Nullable String displayName,
        String email,
        boolean active) {

    static final int LONGEST = 255;
    private static final int LONGEST_NAME = 100;

    /**
     * Reads a user. Without an address, {@code userName} is the address; without names, the address gives the first name.
     *
     * @param active what a missing {@code active} means
     * @throws ScimException that names what is missing or too long
     */
    static UserFields of(ObjectNode user, boolean active) throws ScimException {
        String userName = text(user, "userName", LONGEST);
        if (userName == null) {
            throw BadRequestException.invalidValue("userName is required.");
        }
        String given = address(user).orElse(userName);
        String email = EmailAddress.normalise(given);
        if (email.length() > LONGEST || !isAddress(email)) {
            throw BadRequestException.invalidValue("emails, or userName without them, must hold an e-mail address.");
        }
        JsonNode name = user.path("name");
        if (!name.isMissingNode() && !name.isNull() && !name.isObject()) {
            throw BadRequestException.invalidValue("name must be an object.");
        }
        String first = text(name, "givenName", LONGEST_NAME);
        String last = text(name, "familyName", LONGEST_NAME);
        String plain = email.substring(0, email.indexOf('@'));
        return new UserFields(
                userName,
                text(user, "externalId", LONGEST),
                first == null ? plain.substring(0, Math.min(LONGEST_NAME, plain.length())) : first,
                last == null ? "" : last,
                text(user, "displayName", LONGEST),
                email,
                active(user.path("active"), active));
    }

    /** Returns the primary address, otherwise that of the work, otherwise the first. */
    private static Optional<String> address(ObjectNode user) throws ScimException {
        JsonNode emails = user.path("emails");
        String first = null;
        String ofWork = null;
        String primary = null;
        for (JsonNode email : emails.isObject() ? ScimJson.array().add(emails) : emails) {
            String value = text(email, "value", LONGEST);
            if (value == null) {
                continue;
            }
            first = first == null ? value : first;
            if (email.path("type").asText().equalsIgnoreCase("work")) {
                ofWork = value;
            }
            if (flag(email.path("primary"))) {
                primary = value;
            }
        }
        String chosen = primary == null ? ofWork : primary;
        return Optional.ofNullable(chosen == null ? first : chosen);
    }

    /** Returns whether a normalised address has a name and a domain in ASCII, and is one address without a display name. */
    private static boolean isAddress(String email) {
        int at = email.indexOf('@');
        return at > 0
                && at < email.length() - 1
                && email.indexOf('@', at + 1) < 0
                && email.chars().skip(at).allMatch(sign -> sign > ' ' && sign < 127)
                && email.codePoints()
                        .noneMatch(sign -> Character.isWhitespace(sign)
                                || Character.isSpaceChar(sign)
                                || Character.isISOControl(sign)
                                || ",;:<>()[]\\\"".indexOf(sign) >= 0);
    }

    private static boolean active(JsonNode value, boolean missing) throws ScimException {
        if (value.isMissingNode() || value.isNull()) {
            return missing;
        }
        String text = value.asText().toLowerCase(Locale.ROOT);
        if (!value.isValueNode() || !text.equals("true") && !text.equals("false")) {
            throw BadRequestException.invalidValue("active must be true or false.");
        }
        return text.equals("true");
    }

    /** Entra ID sends {@code "True"} for {@code true}. */
    private static boolean flag(JsonNode value) {
        return value.asText().equalsIgnoreCase("true");
    }

    /** Returns a text without blanks around it; null for a missing or empty one. */
    static @Nullable String text(JsonNode object, String name, int longest) throws ScimException {
        JsonNode value = object.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isValueNode()) {
            throw BadRequestException.invalidValue(name + " must be a text.");
        }
        String text = value.asText().strip();
        if (text.length() > longest || text.codePoints().anyMatch(Character::isISOControl)) {
            throw BadRequestException.invalidValue(
                    name + " must have at most " + longest + " characters, and no control characters.");
        }
        return text.isEmpty() ? null : text;
    }
}
