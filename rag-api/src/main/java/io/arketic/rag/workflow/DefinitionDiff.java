package io.arketic.rag.workflow;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Compares two definitions. Steps are compared by their id, in any order. */
final class DefinitionDiff {

    /**
     * A place with another value.
     *
     * @param place for example {@code steps.ask.config.query}
     * @param before as JSON; null where it was missing
     * @param after as JSON; null where it is missing
     */
    record Difference(
            String place, @Nullable String before, @Nullable String after) {}

    private static final JsonMapper JSON = new JsonMapper();

    private DefinitionDiff() {}

    static List<Difference> between(Map<String, Object> before, Map<String, Object> after) {
        List<Difference> differences = new ArrayList<>();
        compare("", keyed(before), keyed(after), differences);
        return differences;
    }

    private static Map<String, Object> keyed(Map<String, Object> definition) {
        Map<String, Object> keyed = new LinkedHashMap<>(definition);
        if (definition.get("steps") instanceof List<?> list) {
            Map<String, Object> steps = new LinkedHashMap<>();
            list.forEach(step -> {
                if (step instanceof Map<?, ?> fields) {
                    steps.put(String.valueOf(fields.get("id")), fields);
                }
            });
            keyed.put("steps", steps);
        }
        return keyed;
    }

    private static void compare(
            String place, @Nullable Object before, @Nullable Object after, List<Difference> differences) {
        if (before instanceof Map<?, ?> one && after instanceof Map<?, ?> other) {
            TreeSet<String> names = new TreeSet<>();
            one.keySet().forEach(name -> names.add(String.valueOf(name)));
            other.keySet().forEach(name -> names.add(String.valueOf(name)));
            for (String name : names) {
                compare(place.isEmpty() ? name : place + "." + name, one.get(name), other.get(name), differences);
            }
        } else if (!Objects.equals(before, after)) {
            differences.add(new Difference(place, json(before), json(after)));
        }
    }

    private static @Nullable String json(@Nullable Object value) {
        return value == null ? null : JSON.writeValueAsString(value);
    }
}
