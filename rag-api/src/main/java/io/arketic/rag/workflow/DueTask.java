package io.arketic.rag.workflow;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Does the work of a workflow that is due. Any process may do it, and does it again after a crash. */
public interface DueTask {

    /** Returns the name that {@code schedule_workflow_task} uses. */
    String name();

    /** @return when to look again; empty when that was all */
    Optional<Instant> run(UUID organization, UUID thing);

    /** Gives up work that ended its process several times. */
    void abandon(UUID organization, UUID thing);
}
