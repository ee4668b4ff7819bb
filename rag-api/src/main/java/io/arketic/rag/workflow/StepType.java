package io.arketic.rag.workflow;

/**
 * A kind of step. Features contribute theirs as beans; the engine asks for nothing more. It is one of three, by what it
 * does: {@link InlineStep} computes, {@link OwnStep} changes the database, {@link OutsideStep} reaches beyond it.
 */
public sealed interface StepType permits InlineStep, OwnStep, OutsideStep {

    StepSpec spec();
}
