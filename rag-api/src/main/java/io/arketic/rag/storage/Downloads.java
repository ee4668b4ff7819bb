package io.arketic.rag.storage;

import io.arketic.rag.bulkhead.Bulkhead;
import io.arketic.rag.bulkhead.Bulkhead.Place;
import io.arketic.rag.deployment.Sender;
import io.arketic.rag.problem.ProblemException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Holds the places of downloads. A slow reader keeps its place while nothing else needs it: a refused download ends the
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
        private final AtomicLong bytes = new AtomicLong();

        private Reader(UUID tenant, @Nullable Sender sender) {
            this.tenant = tenant;
            this.sender = sender;
        }

        private double bytesPerSecond() {
            return bytes.get() / Math.max(1e-3, (System.nanoTime() - since) / (double) TimeUnit.SECONDS.toNanos(1));
        }

        private boolean isSlow() {
            return sender != null
                    && System.nanoTime() - since > LEAST_TIME.toNanos()
                    && bytesPerSecond() < FAST_BYTES_PER_SECOND
                    && sender.isBehind();
        }
    }

    private final Bulkhead places;
    private final Set<Reader> readers = ConcurrentHashMap.newKeySet();

    Downloads(Bulkhead places) {
        this.places = places;
    }

    /**
     * Enters for the current request, until it ends. Returns a filter of the bytes that it reads.
     *
     * @throws ProblemException 429 when the tenant has its share of the downloads under way
     */
    Counted enter(UUID tenant) {
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
        readers.add(reader);
        request.registerDestructionCallback(
                "download " + UUID.randomUUID(),
                () -> {
                    readers.remove(reader);
                    place.close();
                },
                RequestAttributes.SCOPE_REQUEST);
        return bytes -> new FilterInputStream(bytes) {
            @Override
            public int read() throws IOException {
                return counted(super.read(), 1);
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int read = super.read(target, offset, length);
                return counted(read, read);
            }

            private int counted(int result, int read) {
                if (result >= 0) {
                    reader.bytes.addAndGet(read);
                }
                return result;
            }
        };
    }

    /** Enters for a short question about an object. */
    Place enterShortly(UUID tenant) {
        return places.enter(tenant);
    }

    /** Counts the bytes of one object. */
    @FunctionalInterface
    interface Counted {
        InputStream of(InputStream bytes);
    }

    private void endSlowest(UUID tenant) {
        List<Reader> own =
                readers.stream().filter(reader -> reader.tenant.equals(tenant)).toList();
        (own.isEmpty() ? readers.stream() : own.stream())
                .filter(Reader::isSlow)
                .min(Comparator.comparingDouble(Reader::bytesPerSecond))
                .ifPresent(slowest -> {
                    if (readers.remove(slowest) && slowest.sender != null) {
                        slowest.sender.cut();
                    }
                });
    }
}
