package io.arketic.rag.ingestion;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Holds the viewers of one subject, and their last state. */
final class ProgressWatch {

    /** A look comes each second or later; a database may be away for some of them. */
    private static final int MOST_FAILURES = 20;

    private final Set<ProgressViewer> viewers = ConcurrentHashMap.newKeySet();
    private @Nullable Object last;
    private byte @Nullable [] event;
    private boolean begun;
    private int failures;

    Set<ProgressViewer> viewers() {
        return viewers;
    }

    /** Returns whether this is the first call. */
    synchronized boolean begin() {
        boolean first = !begun;
        begun = true;
        return first;
    }

    /** Sends a viewer the state that the others have seen, if there is one. */
    synchronized void greet(ProgressViewer viewer) {
        if (event != null) {
            viewer.offer(event);
        }
    }

    /** Queries as one of the viewers, for all, and sends changes. It ends a viewer without access. */
    void look() {
        for (ProgressViewer viewer : viewers) {
            if (viewer.isGone()) {
                continue;
            }
            try {
                show(viewer, viewer.look());
                failures = 0;
                return;
            } catch (ProblemException refusal) {
                viewer.refuse(refusal);
            } catch (RuntimeException failure) {
                failed();
                throw failure;
            }
        }
    }

    /** Ends the viewers after several failures in a row: a stream that only beats shows nothing, and hides that. */
    private void failed() {
        failures++;
        if (failures == MOST_FAILURES) {
            failures = 0;
            viewers.forEach(viewer ->
                    viewer.refuse(new ProblemException(ProblemReason.INTERNAL, "The progress cannot be read.")));
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

    /** Ends viewers without access. */
    void checkAccess() {
        viewers.forEach(ProgressWatch::checkAccess);
    }

    static void checkAccess(ProgressViewer viewer) {
        try {
            viewer.requireAccess();
        } catch (ProblemException refusal) {
            viewer.refuse(refusal);
        }
    }
}
