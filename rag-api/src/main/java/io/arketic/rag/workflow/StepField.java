package io.arketic.rag.workflow;

import java.util.List;
import java.util.Map;

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

    /** Returns whether a value has the field's type, and is one of its choices. */
    boolean accepts(Object value) {
        return switch (kind) {
            case TEXT, ID -> value instanceof String text && (choices.isEmpty() || choices.contains(text));
            case INTEGER -> value instanceof Number number && number.doubleValue() == number.intValue();
            case FLAG -> value instanceof Boolean;
            case OBJECT -> value instanceof Map<?, ?>;
            case LIST -> value instanceof List<?>;
            case ANY, EXPRESSION, TEST, STEP -> true;
        };
    }

    /**
     * Returns the value of a template as the field's type. A number or a flag becomes a text where a text is wanted, as it
     * does between other words.
     *
     * @throws StepFailure where the value is of another type or none of the choices
     */
    public Object checked(Object value) {
        Object typed =
                kind == Kind.TEXT && (value instanceof Number || value instanceof Boolean) ? value.toString() : value;
        if (!accepts(typed)) {
            throw new StepFailure(FailureKind.INVALID, name + " must be " + wanted());
        }
        return typed;
    }

    /** Says what {@link #accepts} takes. */
    String wanted() {
        if (!choices.isEmpty()) {
            return "one of " + String.join(", ", choices);
        }
        return switch (kind) {
            case INTEGER -> "a whole number";
            case FLAG -> "true or false";
            case OBJECT -> "an object";
            case LIST -> "a list";
            default -> "a text";
        };
    }

    public static StepField choice(String name, String description, String... choices) {
        return new StepField(name, Kind.TEXT, false, description, List.of(choices));
    }
}
