package io.arketic.schema.generation;

/** Says how a request to search another generation ended. */
public sealed interface SwitchOutcome {

    /** The switch is committed: every later search reads it. */
    record Switched(int generation, int former) implements SwitchOutcome {}

    /** The generation is already the live one. No row has changed. */
    record Unchanged(int generation) implements SwitchOutcome {}

    /** The generation lacks documents or their current versions. No row has changed. */
    record Incomplete(int generation, long missing) implements SwitchOutcome {}

    /** There is no such generation that could be searched. No row has changed. */
    record Unavailable() implements SwitchOutcome {}
}
