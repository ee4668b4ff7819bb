package io.arketic.rag.answer;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.arketic.rag.workflow.FailureKind;
import io.arketic.rag.workflow.StepFailure;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks a language model for an answer in JSON, and checks the answer. Schemas hold no references, which could lead elsewhere or
 * to themselves, and no regular expressions, which could take for ever.
 */
final class AnswerForm {

    private static final int LONGEST = 8000;
    private static final Set<String> REFUSED =
            Set.of("$ref", "$dynamicRef", "$schema", "$id", "pattern", "patternProperties");
    private static final String FENCE = "```";
    private static final JsonMapper JSON = new JsonMapper();
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private final String text;
    private final Schema schema;

    private AnswerForm(String text, Schema schema) {
        this.text = text;
        this.schema = schema;
    }

    /** @throws StepFailure where it is no schema, is too long, or holds a keyword that is refused */
    static AnswerForm of(Map<?, ?> schema) {
        refuse(schema);
        String text = JSON.writeValueAsString(schema);
        if (text.length() > LONGEST) {
            throw new StepFailure(FailureKind.INVALID, "schema has more than " + LONGEST + " characters");
        }
        try {
            return new AnswerForm(text, REGISTRY.getSchema(JSON.readTree(text)));
        } catch (RuntimeException unreadable) {
            throw new StepFailure(FailureKind.INVALID, "schema is no JSON Schema: " + unreadable.getMessage());
        }
    }

    /** Tells the model how it writes the answer. */
    String instructions() {
        return "Write the answer as one JSON value that fits this JSON Schema, without any other text. Put the numbers of"
                + " sources into its texts: " + text;
    }

    /**
     * Returns the value that an answer holds, as JSON has it.
     *
     * @throws StepFailure where the answer is not JSON or does not fit; another attempt may
     */
    Object read(String answer) {
        String json = unfenced(answer.strip());
        List<Error> errors;
        try {
            errors = schema.validate(JSON.readTree(json));
        } catch (JacksonException none) {
            throw new StepFailure(FailureKind.TEMPORARY, "The model's answer is not JSON");
        } catch (RuntimeException unreadable) {
            throw new StepFailure(FailureKind.INVALID, "schema is no JSON Schema: " + unreadable.getMessage());
        }
        if (!errors.isEmpty()) {
            throw new StepFailure(
                    FailureKind.TEMPORARY,
                    "The model's answer does not fit the schema: "
                            + errors.stream().limit(5).map(Error::toString).collect(Collectors.joining("; ")));
        }
        return JSON.readValue(json, Object.class);
    }

    /** Returns the text between the marks that models like to put around JSON. */
    private static String unfenced(String answer) {
        int line = answer.indexOf('\n');
        boolean fenced = answer.startsWith(FENCE) && answer.endsWith(FENCE) && line >= 0;
        return fenced ? answer.substring(line, Math.max(line, answer.length() - FENCE.length())) : answer;
    }

    /** Refuses keywords; below {@code properties}, keys are names. */
    private static void refuse(Object part) {
        if (part instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                String keyword = String.valueOf(key);
                if (REFUSED.contains(keyword)) {
                    throw new StepFailure(FailureKind.INVALID, "schema holds " + keyword + ", which may not be used");
                }
                if (keyword.equals("properties") && value instanceof Map<?, ?> properties) {
                    properties.values().forEach(AnswerForm::refuse);
                } else if (!keyword.equals("const") && !keyword.equals("enum") && !keyword.equals("examples")) {
                    refuse(value);
                }
            });
        } else if (part instanceof List<?> list) {
            list.forEach(AnswerForm::refuse);
        }
    }
}
