package io.arketic.rag.execution;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in a run.
 *
 * @param number of the run's events the next one has the next higher number
 * @param type {@code execution}, {@code paused}, {@code step}, {@code item} or {@code compensation}
 * @param step its id in the definition; null for the run itself
 * @param status that was reached
 */
record ExecutionEvent(long number, String type, @Nullable String step, String status, Instant occurredAt) {}
