package io.arketic.rag.patch;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemException.FieldError;
import io.arketic.rag.problem.ProblemReason;
import jakarta.validation.Validator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Applies a JSON Merge Patch (RFC 7396): an absent field stays, null clears it, objects are merged, arrays replaced.
 */
@Component
public class MergePatch {

    private static final Pattern HUMP = Pattern.compile("([a-z0-9])([A-Z])");

    private final JsonMapper json;
    private final Validator validator;

    MergePatch(JsonMapper json, Validator validator) {
        this.json = json;
        this.validator = validator;
    }

    /**
     * Returns {@code current} with the patch applied, validated by its type.
     *
     * @throws ProblemException that names the fields that are not
     */
    public <T> T apply(T current, Map<String, Object> patch, Class<T> type) {
        ObjectNode target = json.valueToTree(current);
        merge(target, json.valueToTree(patch));
        T changed;
        try {
            changed = Objects.requireNonNull(json.treeToValue(target, type));
        } catch (JacksonException failure) {
            String field = failure.getPath().stream()
                    .map(JacksonException.Reference::getPropertyName)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse("body");
            throw failure instanceof UnrecognizedPropertyException
                    ? ProblemException.ofField(ProblemReason.INVALID_INPUT, field, "cannot be changed here")
                    : ProblemException.ofField(ProblemReason.INVALID_INPUT, snake(field), "is not of the right type");
        }
        List<FieldError> errors = validator.validate(changed).stream()
                .map(violation -> new FieldError(
                        snake(violation.getPropertyPath().toString()).replaceAll("[\\[.<].*", ""),
                        violation.getMessage()))
                .toList();
        if (!errors.isEmpty()) {
            throw ProblemException.ofFields(errors);
        }
        return changed;
    }

    private static void merge(ObjectNode target, JsonNode patch) {
        patch.properties().forEach(field -> {
            JsonNode value = field.getValue();
            if (value.isNull()) {
                target.putNull(field.getKey());
            } else if (value.isObject() && target.get(field.getKey()) instanceof ObjectNode inner) {
                merge(inner, value);
            } else {
                target.set(field.getKey(), value);
            }
        });
    }

    private static String snake(String name) {
        return HUMP.matcher(name).replaceAll("$1_$2").toLowerCase(Locale.ROOT);
    }
}
