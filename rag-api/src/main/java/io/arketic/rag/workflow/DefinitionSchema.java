package io.arketic.rag.workflow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Builds the JSON Schema (2020-12) of definitions from the available types of steps. */
@Component
class DefinitionSchema {

    private final StepTypes types;

    DefinitionSchema(StepTypes types) {
        this.types = types;
    }

    Map<String, Object> schema() {
        Map<String, Object> schema = object(
                Map.of(
                        "trigger", trigger(),
                        "input", Map.of("type", "object"),
                        "max_execution_seconds", integer(1, 2_592_000),
                        "retry_attempts", integer(0, DefinitionReader.MOST_RETRIES),
                        "output", Map.of("type", "string", "description", "An expression for the output of a run"),
                        "steps",
                                Map.of(
                                        "type",
                                        "array",
                                        "minItems",
                                        1,
                                        "maxItems",
                                        DefinitionReader.MOST_STEPS,
                                        "items",
                                        step())),
                List.of("steps"));
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        whole.put("title", "Definition of a workflow");
        whole.putAll(schema);
        return whole;
    }

    private static Map<String, Object> trigger() {
        return object(
                Map.of(
                        "type", Map.of("enum", List.of("manual", "schedule", "event", "webhook")),
                        "cron", Map.of("type", "string", "description", "Five fields: minute hour day month weekday"),
                        "timezone", Map.of("type", "string", "description", "For example Europe/Berlin"),
                        "misfire",
                                Map.of(
                                        "enum",
                                        List.of("run_once", "skip"),
                                        "description",
                                        "What becomes of times that passed while it was stopped"),
                        "event", Map.of("enum", DefinitionReader.EVENTS),
                        "filter", Map.of("type", "string", "description", "An expression over trigger")),
                List.of("type"));
    }

    private Map<String, Object> step() {
        List<Object> actions = new ArrayList<>();
        types.all().forEach(type -> actions.add(action(type.spec())));
        Map<String, Object> retry = object(
                Map.of(
                        "attempts", integer(1, DefinitionReader.MOST_RETRIES + 1),
                        "backoff_seconds", integer(0, 3600),
                        "on",
                                Map.of(
                                        "type",
                                        "array",
                                        "items",
                                        Map.of(
                                                "enum",
                                                Arrays.stream(FailureKind.values())
                                                        .map(FailureKind::label)
                                                        .toList()))),
                List.of());
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", Map.of("type", "string", "pattern", "^[a-z][a-z0-9_]{0,62}$"));
        fields.put("name", Map.of("type", "string", "maxLength", 200));
        fields.put("type", Map.of("type", "string"));
        fields.put("config", Map.of("type", "object"));
        fields.put("depends_on", Map.of("type", "array", "items", Map.of("type", "string")));
        fields.put(
                "condition",
                Map.of("type", "string", "description", "An expression; the step is skipped where it is false"));
        fields.put("retry", retry);
        fields.put("timeout_seconds", integer(1, 86_400));
        fields.put("on_error", Map.of("enum", List.of("fail", "continue")));
        fields.put("on_unknown", Map.of("enum", List.of("wait", "retry", "fail")));
        fields.put("compensate", Map.of("type", "object", "description", "Type and config of what undoes the step"));
        Map<String, Object> step = object(fields, List.of("id", "type"));
        step.put("oneOf", actions);
        return step;
    }

    private static Map<String, Object> action(StepSpec spec) {
        Map<String, Object> fields = new LinkedHashMap<>();
        spec.fields().forEach(field -> fields.put(field.name(), field(field)));
        List<String> required = spec.fields().stream()
                .filter(StepField::required)
                .map(StepField::name)
                .toList();
        Map<String, Object> action = new LinkedHashMap<>();
        action.put("description", spec.description());
        Map<String, Object> config = object(fields, required);
        if (!spec.oneOf().isEmpty()) {
            config.put(
                    "oneOf",
                    spec.oneOf().stream()
                            .map(way -> Map.of("required", List.of(way)))
                            .toList());
        }
        action.put("properties", Map.of("type", Map.of("const", spec.name()), "config", config));
        if (!required.isEmpty() || !spec.oneOf().isEmpty()) {
            action.put("required", List.of("config"));
        }
        return action;
    }

    /** A text with an expression stands for any type. */
    private static Map<String, Object> field(StepField field) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("description", field.description());
        String type = field.kind().json();
        if (!field.choices().isEmpty()) {
            schema.put("anyOf", List.of(Map.of("enum", field.choices()), template()));
        } else if (type.equals("string") || field.kind() == StepField.Kind.STEP) {
            schema.put("type", type);
        } else if (!type.isEmpty()) {
            schema.put("anyOf", List.of(Map.of("type", type), template()));
        }
        return schema;
    }

    private static Map<String, Object> template() {
        return Map.of("type", "string", "pattern", "^\\{\\{.*\\}\\}$");
    }

    private static Map<String, Object> integer(int least, int most) {
        return Map.of("type", "integer", "minimum", least, "maximum", most);
    }

    private static Map<String, Object> object(Map<String, ?> fields, List<String> required) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        schema.put("properties", fields);
        schema.put("required", required);
        schema.put("additionalProperties", false);
        return schema;
    }
}
