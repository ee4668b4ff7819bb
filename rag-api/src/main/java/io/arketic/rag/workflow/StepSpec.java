package io.arketic.rag.workflow;

import java.util.List;

/**
 * What a step of a type is configured with.
 *
 * @param name as definitions write it
 */
public record StepSpec(String name, String description, List<StepField> fields) {

    public StepSpec {
        fields = List.copyOf(fields);
    }

    public static StepSpec of(String name, String description, StepField... fields) {
        return new StepSpec(name, description, List.of(fields));
    }
}
