package io.arketic.rag.workflow;

/** A step that computes its result from its configuration. It is run again after a crash, so it changes nothing. */
public non-sealed interface InlineStep extends StepType {

    StepOutcome run(StepCall call);
}
