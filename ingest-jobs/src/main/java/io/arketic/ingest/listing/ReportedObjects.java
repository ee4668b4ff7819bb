package io.arketic.ingest.listing;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Remembers for some minutes what listings have reported, the latest {@link #MOST} objects. An object whose look leaves no
 * row in the ledger would otherwise be looked at after each listing. Used by one thread.
 */
final class ReportedObjects {

    static final int MOST = 20_000;
    private static final Duration FOR = Duration.ofMinutes(10);

    private record Reported(String state, long epoch, long until) {}

    private final LongSupplier nanoTime;
    private final Map<String, Reported> objects = new LinkedHashMap<>() {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Reported> eldest) {
            return size() > MOST;
        }
    };

    ReportedObjects() {
        this(System::nanoTime);
    }

    /** @param nanoTime as {@link System#nanoTime} */
    ReportedObjects(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Returns whether the object in this state is to be reported, and remembers that it was.
     *
     * @param epoch of the object in the ledger: another one says that a look has written since
     */
    boolean isNew(String key, String state, long epoch) {
        long now = nanoTime.getAsLong();
        Reported before = objects.get(key);
        if (before != null && before.state().equals(state) && before.epoch() == epoch && before.until() - now > 0) {
            return false;
        }
        objects.remove(key);
        objects.put(key, new Reported(state, epoch, now + FOR.toNanos()));
        return true;
    }
}
