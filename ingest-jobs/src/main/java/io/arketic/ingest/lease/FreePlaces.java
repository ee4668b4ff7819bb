package io.arketic.ingest.lease;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Counts the free places of each reader, and the work of each tenant there, in one round. */
final class FreePlaces {

    private final Map<Integer, Map<String, Integer>> ofReaders = new HashMap<>();
    private final Map<Integer, Integer> free;

    FreePlaces(Map<Integer, Integer> free) {
        this.free = new HashMap<>(free);
    }

    /** Counts work that a reader has. */
    void has(int reader, String tenant) {
        ofReaders.computeIfAbsent(reader, number -> new HashMap<>()).merge(tenant, 1, Integer::sum);
    }

    /** Returns whether any reader has a free place. */
    boolean any() {
        return free.values().stream().anyMatch(places -> places > 0);
    }

    /** Returns the reader with the most free places that has one for this tenant. */
    Optional<Integer> placeFor(String tenant) {
        Integer best = null;
        int most = 0;
        for (Map.Entry<Integer, Integer> entry : free.entrySet()) {
            int reader = entry.getKey();
            int places = entry.getValue();
            Map<String, Integer> own = ofReaders.getOrDefault(reader, Map.of());
            int all = places + own.values().stream().mapToInt(Integer::intValue).sum();
            boolean left = own.getOrDefault(tenant, 0) < Math.max(1, all - 1);
            if (left && places > most) {
                most = places;
                best = reader;
            }
        }
        return Optional.ofNullable(best);
    }

    /** Counts work that a reader gets for one of its free places. */
    void begin(int reader, String tenant) {
        free.merge(reader, -1, Integer::sum);
        has(reader, tenant);
    }
}
