package io.arketic.rag.scim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.unboundid.scim2.common.exceptions.BadRequestException;
import com.unboundid.scim2.common.exceptions.ScimException;
import com.unboundid.scim2.common.filters.Filter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Holds the parameters of a request (RFC 7644, section 3.4.2). Sorting is ignored, as the configuration says.
 *
 * @param startIndex from 1 on
 * @param attributes lower-case names of those to return; empty for all
 * @param excluded lower-case names of those not to return
 */
record ScimQuery(@Nullable Filter filter, int startIndex, int count, Set<String> attributes, Set<String> excluded) {

    /** Limits a filter. The parser calls itself for each parenthesis. */
    static final int LONGEST_FILTER = 2000;

    private static final int DEFAULT_COUNT = 100;
    private static final Set<String> KNOWN =
            Set.of("filter", "startindex", "count", "attributes", "excludedattributes", "sortby", "sortorder");

    /** Begins the flags of Entra ID's tenant URL, such as {@code aadOptscim062020}. */
    private static final String FLAG = "aadopt";

    private static final Set<String> ALWAYS = Set.of("schemas", "id", "meta");

    ScimQuery {
        attributes = Set.copyOf(attributes);
        excluded = Set.copyOf(excluded);
    }

    /** @param most resources of one answer */
    static ScimQuery of(Map<String, String> parameters, int most) throws ScimException {
        String filter = null;
        int startIndex = 1;
        int count = DEFAULT_COUNT;
        Set<String> attributes = Set.of();
        Set<String> excluded = Set.of();
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            String name = parameter.getKey().toLowerCase(Locale.ROOT);
            String value = parameter.getValue();
            if (!KNOWN.contains(name) && !name.startsWith(FLAG)) {
                throw BadRequestException.invalidValue(parameter.getKey() + " is not a parameter of this request.");
            }
            switch (name) {
                case "filter" -> filter = value;
                case "startindex" -> startIndex = Math.max(1, number(parameter.getKey(), value));
                case "count" -> count = Math.max(0, number(parameter.getKey(), value));
                case "attributes" -> attributes = names(value);
                case "excludedattributes" -> excluded = names(value);
                default -> {}
            }
        }
        return new ScimQuery(
                filter == null || filter.isBlank() ? null : parse(filter),
                startIndex,
                Math.min(count, most),
                attributes,
                excluded);
    }

    private static Filter parse(String filter) throws ScimException {
        if (filter.length() > LONGEST_FILTER) {
            throw BadRequestException.invalidFilter("The filter is longer than " + LONGEST_FILTER + " characters.");
        }
        try {
            return Filter.fromString(filter);
        } catch (BadRequestException malformed) {
            throw BadRequestException.invalidFilter("The filter cannot be read: " + malformed.getMessage());
        }
    }

    private static int number(String name, String value) throws ScimException {
        try {
            return Integer.parseInt(value.strip());
        } catch (NumberFormatException malformed) {
            throw new BadRequestException(name + " must be a number.", BadRequestException.INVALID_VALUE, malformed);
        }
    }

    /** Returns the first parts: {@code name.givenName} selects {@code name}. */
    private static Set<String> names(String list) {
        return Arrays.stream(list.split(",", -1))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .map(name -> name.substring(name.lastIndexOf(':') + 1))
                .map(name -> name.contains(".") ? name.substring(0, name.indexOf('.')) : name)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toSet());
    }

    boolean shows(String attribute) {
        String name = attribute.toLowerCase(Locale.ROOT);
        return ALWAYS.contains(name) || (attributes.isEmpty() ? !excluded.contains(name) : attributes.contains(name));
    }

    /** Removes what the request does not ask for. */
    ObjectNode shown(ObjectNode resource) {
        resource.properties().stream()
                .map(Map.Entry::getKey)
                .filter(name -> !shows(name))
                .toList()
                .forEach(resource::remove);
        return resource;
    }
}
