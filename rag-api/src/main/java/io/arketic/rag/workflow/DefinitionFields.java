package io.arketic.rag.workflow;

import io.arketic.rag.problem.ProblemException.FieldError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An object within a definition. It notes what is wrong with its place, and gives a default in its stead. */
final class DefinitionFields {

    private final String place;
    private final Map<String, Object> object;
    private final List<FieldError> errors;

    DefinitionFields(String place, @Nullable Object value, List<FieldError> errors) {
        this.place = place;
        this.errors = errors;
        Map<String, Object> fields = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, entry) -> {
                if (entry != null) {
                    fields.put(String.valueOf(key), entry);
                }
            });
        } else {
            errors.add(new FieldError(place, "must be an object"));
        }
        this.object = fields;
    }

    /** Another object, whose errors are noted with these. */
    DefinitionFields below(String at, @Nullable Object value) {
        return new DefinitionFields(at, value, errors);
    }

    String place(String field) {
        return place + "." + field;
    }

    void error(String field, String message) {
        errors.add(new FieldError(field.isEmpty() ? place : place(field), message));
    }

    void allow(Set<String> fields) {
        object.keySet().stream()
                .filter(field -> !fields.contains(field))
                .forEach(field -> error(
                        field,
                        "is no field here; there are "
                                + String.join(", ", fields.stream().sorted().toList())));
    }

    boolean has(String field) {
        return object.containsKey(field);
    }

    @Nullable
    Object value(String field) {
        return object.get(field);
    }

    @Nullable
    String text(String field, int longest) {
        Object value = object.get(field);
        if (value == null) {
            return null;
        }
        if (!(value instanceof String text) || text.isBlank() || text.length() > longest) {
            error(field, "must be a text of 1 to " + longest + " characters");
            return null;
        }
        return text;
    }

    String choice(String field, String otherwise, Set<String> choices) {
        Object value = object.get(field);
        if (value == null) {
            return otherwise;
        }
        if (!(value instanceof String text) || !choices.contains(text)) {
            error(
                    field,
                    "must be one of "
                            + String.join(", ", choices.stream().sorted().toList()));
            return otherwise;
        }
        return text;
    }

    int number(String field, int otherwise, int least, int most) {
        Object value = object.get(field);
        if (value == null) {
            return otherwise;
        }
        if (!(value instanceof Number number)
                || number.doubleValue() != number.longValue()
                || number.longValue() < least
                || number.longValue() > most) {
            error(field, "must be a whole number from " + least + " to " + most);
            return otherwise;
        }
        return number.intValue();
    }

    List<String> texts(String field) {
        List<String> texts = new ArrayList<>();
        Object value = object.get(field);
        if (value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
            list.forEach(text -> texts.add((String) text));
        } else if (value != null) {
            error(field, "must be a list of texts");
        }
        return texts;
    }

    Map<String, Object> object(String field) {
        Object value = object.get(field);
        Map<String, Object> copy = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, entry) -> {
                if (entry != null) {
                    copy.put(String.valueOf(key), entry);
                }
            });
        } else if (value != null) {
            error(field, "must be an object");
        }
        return copy;
    }
}
