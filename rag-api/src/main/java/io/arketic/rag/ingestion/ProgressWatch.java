package io.arketic.rag.ingestion;

import io.arketic.rag.problem.ProblemException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The viewers of one subject, and what they were shown last. */
final class ProgressWatch {

    private final Set<ProgressViewer> viewers = ConcurrentHashMap.newKeySet();
    private @Nullable Object last;
    private byte @Nullable [] event;
    private boolean begun;

    Set<ProgressViewer> viewers() {
        return viewers;
    }

    /** Whether nobody has begun to look before. */
    synchronized boolean begin() {
        boolean first = !begun;
        begun = true;
        return first;
    }

    /** Shows a viewer what the others have seen, if they have. */
    synchronized void greet(ProgressViewer viewer) {
        if (event != null) {
            viewer.offer(event);
        }
    }

    /** Looks as one of the viewers, for all, and shows what has changed. A viewer that may not look any more is ended. */
    void look() {
        for (ProgressViewer viewer : viewers) {
            if (viewer.isGone()) {
                continue;
            }
            try {
                show(viewer, viewer.look());
                return;
            } catch (ProblemException refusal) {
                viewer.refuse(refusal);
            }
        }
    }

    private synchronized void show(ProgressViewer by, Object now) {
        if (!now.equals(last)) {
            last = now;
            byte[] changed = by.event("progress", now);
            event = changed;
            viewers.forEach(viewer -> viewer.offer(changed));
        }
    }

    /** Ends those that may not look any more. */
    void checkAccess() {
        for (ProgressViewer viewer : viewers) {
            try {
                viewer.requireAccess();
            } catch (ProblemException refusal) {
                viewer.refuse(refusal);
            }
        }
    }
}
