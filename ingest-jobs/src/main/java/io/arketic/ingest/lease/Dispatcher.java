package io.arketic.ingest.lease;

import io.arketic.ingest.lease.TenantShares.Turn;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Decides which reader gets which work. What happens to readers may be reported by any thread; {@link #round} is called
 * by one thread at a time and may wait for the queue.
 *
 * <p>One tenant never has all places of a reader: one is left for another tenant's new work.
 */
final class Dispatcher<W extends Serializable> implements AutoCloseable {

    /**
     * Gives a lease to a reader.
     *
     * @param life tells readers of the same number apart
     */
    record Assignment<W extends Serializable>(int reader, long life, Lease<W> lease) {}

    /**
     * Is the result of a round.
     *
     * @param exhausted whether no work is left to lease, ever; readers may still have some
     */
    record Round<W extends Serializable>(List<Assignment<W>> assignments, boolean exhausted) {}

    /** Sets the time between two renewals; a lease lasts several. */
    private static final Duration KEPT_EACH = Duration.ofSeconds(3);

    private record Held<W>(int reader, W work, @Nullable Turn turn) {}

    private final WorkQueue.Factory<W> queues;
    private final Runnable wake;
    private final TenantShares shares = new TenantShares();
    private final Queue<Runnable> messages = new ConcurrentLinkedQueue<>();
    private final Map<Integer, Integer> wanted = new HashMap<>();
    private final Map<Long, Held<W>> held = new LinkedHashMap<>();
    /** Holds the readers as the last round knew them. */
    private final Map<Integer, Long> readers = new HashMap<>();
    /** Holds the readers as they are now. */
    private final Map<Integer, Long> lives = new ConcurrentHashMap<>();

    private final AtomicLong life = new AtomicLong();
    private final List<W> done = new ArrayList<>();
    private long number;
    private long kept = System.nanoTime() - KEPT_EACH.toNanos();
    private final Object ages = new Object();
    private Duration oldest = Duration.ZERO;
    private long oldestAt;
    private boolean permanentGiven;
    private boolean over;
    private @Nullable WorkQueue<W> opened;
    private boolean closed;

    /** @param wake called, by any thread, when a round would find new work */
    Dispatcher(WorkQueue.Factory<W> queues, Runnable wake) {
        this.queues = queues;
        this.wake = wake;
    }

    /** Opens the queue on first use, which may wait. */
    private WorkQueue<W> queue() throws Exception {
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("closed");
            }
            if (opened == null) {
                opened = queues.open(wake);
            }
            return opened;
        }
    }

    /** Gives back what readers have. A round that is under way fails. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            if (opened != null) {
                opened.close();
            }
        }
    }

    /** Reports a new reader. One of the same number before it has lost its leases. */
    void came(int reader) {
        long born = life.incrementAndGet();
        lives.put(reader, born);
        messages.add(() -> {
            forget(reader);
            readers.put(reader, born);
        });
    }

    /** Returns the readers that came and were not reported as lost. */
    Set<Integer> present() {
        return Set.copyOf(lives.keySet());
    }

    /** Returns whether the reader of an assignment has neither been lost nor replaced since. */
    boolean lives(Assignment<W> assignment) {
        return Long.valueOf(assignment.life()).equals(lives.get(assignment.reader()));
    }

    /** Reports that a reader is lost, with its leases. */
    void lost(int reader) {
        lives.remove(reader);
        messages.add(() -> forget(reader));
    }

    /** Reports that a reader has further places for work. Of one that did not come, or is lost, it means nothing. */
    void asked(int reader, int places) {
        messages.add(() -> {
            if (readers.containsKey(reader)) {
                wanted.merge(reader, places, Integer::sum);
            }
        });
    }

    /** Reports that a reader has done work. An unknown lease was taken from the reader before. */
    void ended(int reader, long lease, long tookNanos) {
        messages.add(() -> {
            Held<W> work = held.get(lease);
            if (work != null && work.reader() == reader) {
                held.remove(lease);
                if (work.turn() != null) {
                    shares.end(work.turn(), tookNanos);
                }
                done.add(work.work());
            }
        });
    }

    /** Assigns work to all readers with places, as far as there is any, until the queue is exhausted. */
    Round<W> round() throws Exception {
        for (Runnable message = messages.poll(); message != null; message = messages.poll()) {
            message.run();
        }
        WorkQueue<W> queue = queue();
        done.forEach(queue::done);
        done.clear();
        if (System.nanoTime() - kept >= KEPT_EACH.toNanos()) {
            queue.keep(works());
            saw(queue.oldest());
            kept = System.nanoTime();
        }
        over = over || queue.exhausted();
        if (over) {
            return new Round<>(List.of(), true); // later rounds keep what readers have
        }
        Optional<W> permanent = queue.permanent();
        int places = wanted.values().stream().mapToInt(Integer::intValue).sum();
        List<Assignment<W>> work = places > 0 ? assign(queue, queue.offers(places, works())) : List.of();
        // Leased last: a round that fails before this has given nothing away.
        List<Assignment<W>> assignments = new ArrayList<>(permanent(permanent));
        assignments.addAll(work);
        return new Round<>(assignments, false);
    }

    private void saw(Duration age) {
        synchronized (ages) {
            oldest = age;
            oldestAt = System.nanoTime();
        }
    }

    /** Returns how long the oldest work has waited, as rounds saw it; it grows also while they fail. */
    Duration oldest() {
        synchronized (ages) {
            return oldest.isZero() ? oldest : oldest.plusNanos(System.nanoTime() - oldestAt);
        }
    }

    private Collection<W> works() {
        return held.values().stream().map(Held::work).toList();
    }

    private List<Assignment<W>> permanent(Optional<W> work) {
        Optional<Integer> reader = readers.keySet().stream().min(Integer::compare);
        if (permanentGiven || work.isEmpty() || reader.isEmpty()) {
            return List.of();
        }
        permanentGiven = true;
        return List.of(lease(reader.get(), work.get(), null));
    }

    private Assignment<W> lease(int reader, W work, @Nullable Turn turn) {
        Lease<W> lease = new Lease<>(number++, work, turn == null ? "" : turn.tenant(), turn == null);
        held.put(lease.number(), new Held<>(reader, work, turn));
        return new Assignment<>(reader, Objects.requireNonNull(readers.get(reader)), lease);
    }

    private record Chosen(int reader, Turn turn) {}

    private List<Assignment<W>> assign(WorkQueue<W> queue, List<Offer<W>> offers) throws Exception {
        Map<String, Deque<Offer<W>>> ofTenants = new LinkedHashMap<>();
        for (Offer<W> offer : offers) {
            ofTenants
                    .computeIfAbsent(offer.tenant(), name -> new ArrayDeque<>())
                    .add(offer);
        }
        shares.waiting(ofTenants.keySet());
        Map<W, Chosen> chosen = new LinkedHashMap<>();
        FreePlaces running = new FreePlaces(wanted);
        for (Held<W> work : held.values()) {
            if (work.turn() != null) {
                running.has(work.reader(), work.turn().tenant());
            }
        }
        // Of 10,000 tenants, each would be asked for in vain.
        while (!ofTenants.isEmpty() && running.any()) {
            String tenant = shares.next(ofTenants.keySet()).orElseThrow();
            Optional<Integer> reader = running.placeFor(tenant);
            if (reader.isEmpty()) {
                ofTenants.remove(tenant); // every place that is left is for other tenants
                continue;
            }
            Deque<Offer<W>> own = Objects.requireNonNull(ofTenants.get(tenant));
            Offer<W> offer = own.remove();
            if (own.isEmpty()) {
                ofTenants.remove(tenant);
            }
            running.begin(reader.get(), tenant);
            chosen.put(offer.work(), new Chosen(reader.get(), shares.begin(tenant, offer.bytes())));
        }
        if (chosen.isEmpty()) {
            return List.of();
        }
        return taken(queue, chosen);
    }

    private List<Assignment<W>> taken(WorkQueue<W> queue, Map<W, Chosen> chosen) throws Exception {
        List<Assignment<W>> assignments = new ArrayList<>();
        try {
            for (Map.Entry<W, W> work : queue.take(List.copyOf(chosen.keySet())).entrySet()) {
                Chosen one = chosen.remove(work.getKey());
                if (one != null) {
                    wanted.merge(one.reader(), -1, Integer::sum);
                    assignments.add(lease(one.reader(), work.getValue(), one.turn()));
                }
            }
        } finally {
            chosen.values().forEach(one -> shares.end(one.turn(), 0)); // taken by another, or not at all
        }
        return assignments;
    }

    private void forget(int reader) {
        readers.remove(reader);
        wanted.remove(reader);
        held.values().removeIf(work -> {
            if (work.reader() != reader) {
                return false;
            }
            if (work.turn() == null) {
                permanentGiven = false;
            } else {
                shares.end(work.turn(), work.turn().expectedNanos());
            }
            kept = System.nanoTime() - KEPT_EACH.toNanos(); // what it had is given back now
            return true;
        });
    }
}
