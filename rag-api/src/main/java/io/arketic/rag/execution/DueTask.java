package io.arketic.rag.execution;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** What is done when something of a workflow is due. Any process may do it, and it may be done again after a crash. */
public interface DueTask {

    /** As {@code schedule_workflow_task} names it. */
    String name();

    /** @return when to look again; empty when that was all */
    Optional<Instant> run(UUID organization, UUID thing);
}
