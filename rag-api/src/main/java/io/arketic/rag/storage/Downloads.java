package io.arketic.rag.storage;

import io.arketic.rag.bulkhead.Bulkhead;
import io.arketic.rag.bulkhead.Bulkhead.Place;
import io.arketic.rag.deployment.Sender;
import io.arketic.rag.problem.ProblemException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Holds the places of downloads. A slow reader keeps its place until another download needs it: a refused download ends the
 * slowest one, whose reader can ask for the rest. Safe for use by several threads.
 */
final class Downloads {

    /** Faster readers keep their places. */
    private static final double FAST_BYTES_PER_SECOND = 256 << 10;

    private static final Duration LEAST_TIME = Duration.ofSeconds(10);

    /** One open object that is read for a request. */
    private static final class Reader {

        private final UUID tenant;
        private final @Nullable Sender sender;
        private final long since = System.nanoTime();
        private boolean ending;

        private Reader(UUID tenant, @Nullable Sender sender) {
            this.tenant = tenant;
            this.sender = sender;
        }

        private double bytesPerSecond() {
            return sender == null ? Double.MAX_VALUE : sender.recentBytesPerSecond();
        }

        private boolean isSlow() {
            return sender != null
                    && System.nanoTime() - since > LEAST_TIME.toNanos()
                    && bytesPerSecond() < FAST_BYTES_PER_SECOND
                    && sender.isBehind();
        }
    }

    private final Bulkhead places;
    private final Set<Reader> readers = new HashSet<>();

    Downloads(Bulkhead places) {
        this.places = places;
    }

    /**
     * Enters for the current request, until it ends.
     *
     * @throws ProblemException 429 when the tenant has its share of the downloads under way
     */
    void enter(UUID tenant) {
        Place place;
        try {
            place = places.enter(tenant);
        } catch (ProblemException refused) {
            endSlowest(tenant);
            throw refused;
        }
        RequestAttributes request = RequestContextHolder.currentRequestAttributes();
        Reader reader = new Reader(
                tenant, request instanceof ServletRequestAttributes servlet ? Sender.of(servlet.getRequest()) : null);
        synchronized (readers) {
            readers.add(reader);
        }
        request.registerDestructionCallback(
                "download " + UUID.randomUUID(),
                () -> {
                    synchronized (readers) {
                        readers.remove(reader);
                    }
                    place.close();
                },
                RequestAttributes.SCOPE_REQUEST);
    }

    /** Enters for a short question about an object. */
    Place enterShortly(UUID tenant) {
        return places.enter(tenant);
    }

    /** Ends a slow reader, unless one is ending already: its place is free soon. */
    private void endSlowest(UUID tenant) {
        Reader slowest;
        synchronized (readers) {
            List<Reader> candidates = candidates(tenant);
            if (candidates.stream().anyMatch(reader -> reader.ending)) {
                return;
            }
            slowest = candidates.stream()
                    .filter(Reader::isSlow)
                    .min(Comparator.comparingDouble(Reader::bytesPerSecond))
                    .orElse(null);
            if (slowest == null || slowest.sender == null) {
                return;
            }
            slowest.ending = true;
        }
        slowest.sender.cut();
    }

    /** Returns the tenant's readers; if it has none, those of the tenant with the most, if these are several. */
    private List<Reader> candidates(UUID tenant) {
        Map<UUID, List<Reader>> byTenant = readers.stream().collect(Collectors.groupingBy(reader -> reader.tenant));
        return byTenant.getOrDefault(
                tenant,
                byTenant.values().stream()
                        .filter(others -> others.size() > 1)
                        .max(Comparator.comparingInt(List::size))
                        .orElse(List.of()));
    }
}
