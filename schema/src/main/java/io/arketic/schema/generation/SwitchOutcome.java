package io.arketic.schema.generation;

/** What became of the wish that another generation be searched. */
public sealed interface SwitchOutcome {

    /** Committed: every search from now on reads it. */
    record Switched(int generation, int former) implements SwitchOutcome {}

    /** It is the one that is searched already. Nothing has changed. */
    record Unchanged(int generation) implements SwitchOutcome {}

    /** It lacks documents, or current versions of them. Nothing has changed. */
    record Incomplete(int generation, long missing) implements SwitchOutcome {}

    /** There is no such generation that could be searched. Nothing has changed. */
    record Unavailable() implements SwitchOutcome {}
}
