package io.arketic.ingest.object;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Limits the looks at one object that lead to no end: at a version that the store names and does not deliver, at an
 * object that changes at each look, and at one that other executors overtake. Used by one thread.
 */
final class LookLimit {

    /** Limits the looks that find the same version, before it is dead. */
    private static final int OF_VERSION = 6;

    /** Limits the looks that other executors overtake. One of them is the latest, and does the work. */
    private static final int OVERTAKEN = 6;

    /** Limits the looks that find another version than the one before. The last version is looked at later, in its turn. */
    private static final int CHANGES = 4;

    /** Limits all looks before the object goes back to the queue, so that it does not hold a thread for ever. */
    private static final int ALL = 12;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(4);

    private @Nullable Object found;
    private int ofVersion;
    private int overtaken;
    private int changes;
    private int all;
    private Duration pause = FIRST_PAUSE;

    /** Begins a look that found something. */
    void begin(Object now) {
        boolean same = now.equals(found);
        if (!same && found != null) {
            changes++;
        }
        ofVersion = same ? ofVersion + 1 : 1;
        found = now;
        all++;
    }

    /** Returns whether the version that was found is looked at for the last time. */
    boolean isLastOfVersion() {
        return ofVersion == OF_VERSION;
    }

    /** Counts that another executor has overtaken the look. So it says nothing about the version. */
    void overtaken() {
        overtaken++;
        found = null;
    }

    /** Returns whether the object is not to be looked at again now. */
    boolean isReached() {
        return overtaken >= OVERTAKEN || changes >= CHANGES || all >= ALL;
    }

    /** Returns why the object is not to be looked at again now. */
    String reason() {
        return overtaken >= OVERTAKEN ? "other executors overtake each look" : "it changes at each look";
    }

    /** Returns the pause before the next look. It grows, and differs between executors that overtake each other. */
    Duration pause() {
        Duration next = pause.plusMillis(ThreadLocalRandom.current().nextLong(pause.toMillis() / 4));
        Duration doubled = pause.multipliedBy(2);
        pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
        return next;
    }
}
