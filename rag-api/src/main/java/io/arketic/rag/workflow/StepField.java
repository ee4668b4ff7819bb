package io.arketic.rag.workflow;

import java.util.List;

/**
 * One entry of a step's configuration. Texts in it are templates, except where it is an expression or a step.
 *
 * @param choices of a text; empty for any
 */
public record StepField(String name, Kind kind, boolean required, String description, List<String> choices) {

    /** Names the type of a field. */
    public enum Kind {
        TEXT("string"),
        /** An expression, without braces. */
        EXPRESSION("string"),
        /** An expression that gives true or false. */
        TEST("string"),
        ID("string"),
        INTEGER("integer"),
        FLAG("boolean"),
        OBJECT("object"),
        LIST("array"),
        ANY(""),
        /** A step: its type and configuration. */
        STEP("object");

        private final String json;

        Kind(String json) {
            this.json = json;
        }

        /** Its type in JSON Schema; empty for any. */
        String json() {
            return json;
        }
    }

    public StepField {
        choices = List.copyOf(choices);
    }

    public static StepField required(String name, Kind kind, String description) {
        return new StepField(name, kind, true, description, List.of());
    }

    public static StepField optional(String name, Kind kind, String description) {
        return new StepField(name, kind, false, description, List.of());
    }

    public static StepField choice(String name, String description, String... choices) {
        return new StepField(name, Kind.TEXT, false, description, List.of(choices));
    }
}
