package io.arketic.rag.mcp;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemException.FieldError;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.retrieval.FilterBody;
import io.arketic.schema.search.SearchFilter;
import jakarta.validation.Validator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;

/** Reads the argument {@code filter} of a search, with the form and rules of a request over HTTP. */
@Component
class FilterArgument {

    static final Map<String, Object> SCHEMA = Map.of(
            "type",
            "object",
            "description",
            "Narrows the search; every part given must hold.",
            "additionalProperties",
            false,
            "properties",
            Map.ofEntries(
                    Map.entry("document_ids", list(Map.of("type", "string", "format", "uuid"), 100)),
                    Map.entry("paths", list(text(500), 50)),
                    Map.entry("file_types", list(text(50), 50)),
                    Map.entry("languages", list(text(35), 50)),
                    Map.entry("from", Map.of("type", "string", "format", "date")),
                    Map.entry("until", Map.of("type", "string", "format", "date")),
                    Map.entry("first_page", Map.of("type", "integer", "minimum", 1)),
                    Map.entry("last_page", Map.of("type", "integer", "minimum", 1)),
                    Map.entry("title", text(200)),
                    Map.entry("author", text(200)),
                    Map.entry(
                            "include_low_quality",
                            Map.of(
                                    "type",
                                    "boolean",
                                    "description",
                                    "Whether passages of little content, such as page numbers, are also returned.")),
                    Map.entry(
                            "metadata",
                            Map.of(
                                    "type",
                                    "object",
                                    "description",
                                    "For keys that users gave their documents, the values that they may have.",
                                    "minProperties",
                                    1,
                                    "maxProperties",
                                    20,
                                    "additionalProperties",
                                    list(text(500), 50)))));

    private final JsonMapper json;
    private final Validator validator;

    FilterArgument(JsonMapper json, Validator validator) {
        this.json = json;
        this.validator = validator;
    }

    /** Returns no filter if the argument is missing. */
    SearchFilter read(JsonNode argument) {
        if (argument.isMissingNode() || argument.isNull()) {
            return SearchFilter.NONE;
        }
        FilterBody body;
        try {
            body = json.treeToValue(argument, FilterBody.class);
        } catch (UnrecognizedPropertyException unknown) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT, "filter." + unknown.getPropertyName(), "is not a field of it");
        } catch (JacksonException unreadable) {
            throw ProblemException.ofField(ProblemReason.INVALID_INPUT, "filter", "cannot be read");
        }
        List<FieldError> errors = validator.validate(body).stream()
                .map(violation -> new FieldError(
                        "filter." + snake(violation.getPropertyPath().toString()), violation.getMessage()))
                .toList();
        if (!errors.isEmpty()) {
            throw ProblemException.ofFields(errors);
        }
        return FilterBody.of(body);
    }

    private static String snake(String path) {
        return path.replaceAll("(?<=[a-z])[A-Z]", "_$0").toLowerCase(Locale.ROOT);
    }

    private static Map<String, Object> list(Map<String, Object> items, int most) {
        return Map.of("type", "array", "items", items, "minItems", 1, "maxItems", most);
    }

    private static Map<String, Object> text(int longest) {
        return Map.of("type", "string", "minLength", 1, "maxLength", longest);
    }
}
