package io.arketic.rag.workflow;

import java.util.List;

/**
 * What a step of a type is configured with.
 *
 * @param name as definitions write it
 * @param oneOf fields of which exactly one is given; empty for none
 */
public record StepSpec(String name, String description, List<StepField> fields, List<String> oneOf) {

    public StepSpec {
        fields = List.copyOf(fields);
        oneOf = List.copyOf(oneOf);
    }

    public static StepSpec of(String name, String description, StepField... fields) {
        return new StepSpec(name, description, List.of(fields), List.of());
    }

    /** Returns this spec where exactly one of these fields is given. */
    public StepSpec oneOf(String... ways) {
        return new StepSpec(name, description, fields, List.of(ways));
    }
}
