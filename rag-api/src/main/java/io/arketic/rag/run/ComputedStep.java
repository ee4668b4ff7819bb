package io.arketic.rag.run;

/**
 * A step that only computed and is done, before it has a row.
 *
 * @param input as JSON, as is {@code output}
 */
record ComputedStep(StepRun run, String input, String output) {}
