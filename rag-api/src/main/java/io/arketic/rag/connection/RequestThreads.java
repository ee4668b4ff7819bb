package io.arketic.rag.connection;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.arketic.rag.problem.ProblemException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Shares the threads of requests between tenants. One tenant's requests hold at most half of them, and several busy
 * tenants hold equal parts. Further requests wait without a thread, in turns by tenant, for up to ten seconds. A request
 * that goes on without a thread, such as a stream, holds none. Safe for use by several threads.
 */
@Component
public final class RequestThreads {

    /** Sets the threads beside the places: for requests without credentials, such as logins. */
    private static final int BESIDE = 10;

    /**
     * Limits the requests of one user or network whose organization is not known yet. They learn it in their first
     * transaction.
     */
    private static final int UNKNOWN = 4;

    private static final int LONGEST_QUEUE = 1_000;
    private static final int HEADS = 50_000;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    private static final Duration REMEMBERED = Duration.ofMinutes(10);
    private static final Duration COME_AGAIN = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(RequestThreads.class);
    private static final ThreadLocal<@Nullable Ticket> CURRENT = new ThreadLocal<>();

    private enum Decision {
        SERVED,
        REFUSED
    }

    /**
     * Names whose places a request takes.
     *
     * @param known whether it is an organization, and not a user or a network
     */
    private record Holder(UUID id, boolean known) {

        static Holder unknown(String name) {
            return new Holder(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)), false);
        }
    }

    private final int places;
    private final Counter refused;
    /** Remembers the organizations of heads whose callers they have let in lately. */
    private final Cache<String, UUID> organizations = Caffeine.newBuilder()
            .maximumSize(HEADS)
            .expireAfterWrite(REMEMBERED)
            .build();

    private final Map<UUID, Integer> held = new HashMap<>();
    private final Map<UUID, Long> lastTurn = new HashMap<>();
    private final Map<Holder, Set<Ticket>> waiting = new LinkedHashMap<>();
    private int taken;
    private int queued;
    private long turns;

    RequestThreads(@Value("${server.tomcat.threads.max:200}") int threads, MeterRegistry registry) {
        places = Math.max(2 * UNKNOWN, threads - BESIDE);
        refused = Counter.builder("arketic.bulkhead.refused")
                .tag("kind", "request-threads")
                .register(registry);
        Gauge.builder("arketic.bulkhead.places", () -> places)
                .tag("kind", "request-threads")
                .register(registry);
        Gauge.builder("arketic.bulkhead.under.way", this, RequestThreads::taken)
                .tag("kind", "request-threads")
                .register(registry);
        Gauge.builder("arketic.bulkhead.waiting", this, RequestThreads::queued)
                .tag("kind", "request-threads")
                .register(registry);
    }

    /**
     * Counts the current request for the organization that has let its caller in, and remembers it for requests with
     * the same head. Has no effect in a thread without a request.
     *
     * @throws ProblemException 429 if the organization's requests hold their share of the threads
     */
    public static void belongsTo(UUID organization) {
        Ticket current = CURRENT.get();
        if (current != null) {
            current.moveTo(organization);
        }
    }

    /** Asks for a thread; a ticket that is not decided must wait with {@link Ticket#await}. */
    Ticket ask(RequestHead head) {
        Ticket ticket = new Ticket(head);
        synchronized (held) {
            Holder holder = holder(head);
            if (holder == null) {
                ticket.decision = Decision.SERVED;
            } else if (mayTake(holder)) {
                give(ticket, holder);
            } else if (!mayQueue(holder)) {
                ticket.decision = Decision.REFUSED;
                refused.increment();
            }
        }
        return ticket;
    }

    /** Refuses the requests that have waited too long; call it again and again. */
    void endLongWaits(long now) {
        List<Ticket> late = new ArrayList<>();
        synchronized (held) {
            waiting.values()
                    .forEach(same -> same.stream()
                            .filter(ticket -> now - ticket.since > LONGEST_WAIT.toNanos())
                            .forEach(late::add));
            late.forEach(ticket -> {
                unqueue(ticket);
                ticket.decision = Decision.REFUSED;
                refused.increment();
            });
        }
        late.forEach(Ticket::wake);
    }

    /** Returns the problem of a refused ticket. */
    static ProblemException refusal() {
        return ProblemException.tooManyRequests("Too many requests of the organization are under way.", COME_AGAIN);
    }

    private int taken() {
        synchronized (held) {
            return taken;
        }
    }

    private int queued() {
        synchronized (held) {
            return queued;
        }
    }

    /** Returns null for a request without credentials. */
    private @Nullable Holder holder(RequestHead head) {
        if (head.credentials() == null) {
            return null;
        }
        UUID organization = organization(head);
        if (organization != null) {
            return new Holder(organization, true);
        }
        String user = head.user();
        return Holder.unknown(user == null ? head.network() : user);
    }

    /** A user has several organizations, by resource; an API key has one. */
    private @Nullable UUID organization(RequestHead head) {
        UUID ofResource = organizations.getIfPresent(head.resource());
        return ofResource == null && head.user() == null && head.credentials() != null
                ? organizations.getIfPresent(head.credentials())
                : ofResource;
    }

    /** Returns whether this is news. */
    private boolean remember(RequestHead head, UUID organization) {
        if (head.credentials() == null) {
            return false;
        }
        boolean news = !organization.equals(organization(head));
        organizations.put(head.resource(), organization);
        if (head.user() == null) {
            organizations.put(head.credentials(), organization);
        }
        return news;
    }

    private int heldBy(UUID holder) {
        return held.getOrDefault(holder, 0);
    }

    private boolean mayTake(Holder holder) {
        return !waiting.containsKey(holder) && hasOneFor(holder);
    }

    /** Gives a single holder half of the places, each of two a third, and so on; a new one finds a free place. */
    private boolean hasOneFor(Holder holder) {
        int own = heldBy(holder.id());
        int free = places - taken;
        return own == 0 ? free >= 1 : own < free - 1 && (holder.known() || own < UNKNOWN);
    }

    /** Gives a single holder half of the queue. */
    private boolean mayQueue(Holder holder) {
        return waiting.getOrDefault(holder, Set.of()).size() < LONGEST_QUEUE - queued;
    }

    private void give(Ticket ticket, Holder holder) {
        take(holder.id());
        ticket.holder = holder;
        ticket.decision = Decision.SERVED;
    }

    private void take(UUID holder) {
        held.merge(holder, 1, Integer::sum);
        taken++;
        lastTurn.put(holder, ++turns);
    }

    private void giveBack(Holder holder) {
        held.computeIfPresent(holder.id(), (id, own) -> own == 1 ? null : own - 1);
        taken--;
        forget(holder);
    }

    private void queue(Ticket ticket, Holder holder) {
        ticket.holder = holder;
        waiting.computeIfAbsent(holder, id -> new LinkedHashSet<>()).add(ticket);
        queued++;
    }

    private boolean unqueue(Ticket ticket) {
        Holder holder = ticket.holder;
        Set<Ticket> same = holder == null ? null : waiting.get(holder);
        if (holder == null || same == null || !same.remove(ticket)) {
            return false;
        }
        queued--;
        ticket.holder = null;
        if (same.isEmpty()) {
            waiting.remove(holder);
            forget(holder);
        }
        return true;
    }

    private void forget(Holder holder) {
        if (!held.containsKey(holder.id()) && !waiting.containsKey(holder)) {
            lastTurn.remove(holder.id());
        }
    }

    /** Lets waiting requests wait for their organizations, as far as these are known now. */
    private void sortQueue() {
        List<Ticket> unknown = new ArrayList<>();
        waiting.forEach((holder, same) -> {
            if (!holder.known()) {
                unknown.addAll(same);
            }
        });
        for (Ticket ticket : unknown) {
            UUID organization = organization(ticket.head);
            if (organization != null && unqueue(ticket)) {
                queue(ticket, new Holder(organization, true));
            }
        }
    }

    /** Gives free places to waiting requests; returns these, to be woken without the lock. */
    private List<Ticket> giveOut() {
        List<Ticket> called = new ArrayList<>();
        for (Holder next = next(); next != null; next = next()) {
            Ticket first = Objects.requireNonNull(waiting.get(next)).iterator().next();
            unqueue(first);
            give(first, next);
            called.add(first);
        }
        return called;
    }

    private @Nullable Holder next() {
        Holder next = null;
        for (Holder holder : waiting.keySet()) {
            if (hasOneFor(holder) && (next == null || before(holder, next))) {
                next = holder;
            }
        }
        return next;
    }

    private boolean before(Holder one, Holder other) {
        int fewer = Integer.compare(heldBy(one.id()), heldBy(other.id()));
        return fewer < 0 || fewer == 0 && lastTurn.getOrDefault(one.id(), 0L) < lastTurn.getOrDefault(other.id(), 0L);
    }

    /** Stands for one request until its thread is free again. */
    final class Ticket implements AutoCloseable {

        private final RequestHead head;
        private final long since = System.nanoTime();
        private @Nullable Decision decision;
        private @Nullable Holder holder;
        private @Nullable Runnable decided;
        private boolean closed;

        private Ticket(RequestHead head) {
            this.head = head;
        }

        boolean isDecided() {
            synchronized (held) {
                return decision != null;
            }
        }

        boolean isRefused() {
            synchronized (held) {
                return decision == Decision.REFUSED;
            }
        }

        /** Waits for a decision without a thread; {@code then} runs once, in any thread, and not after the end. */
        void await(Runnable then) {
            boolean now;
            synchronized (this) {
                decided = then;
            }
            synchronized (held) {
                Holder own = holder(head);
                now = own == null || mayTake(own);
                if (own != null && now) {
                    give(this, own);
                } else if (own != null) {
                    queue(this, own);
                }
            }
            if (now) {
                wake();
            }
        }

        private synchronized void wake() {
            if (closed || decided == null) {
                return;
            }
            try {
                decided.run();
            } catch (IllegalStateException ended) {
                log.warn("A request ended while it waited for a thread", ended);
            }
        }

        /** Makes this the current request of the thread until it is closed. */
        void begin() {
            CURRENT.set(this);
        }

        private void moveTo(UUID organization) {
            List<Ticket> called = List.of();
            boolean moved = true;
            synchronized (held) {
                Holder before = holder;
                boolean news = remember(head, organization);
                if (before == null || !before.id().equals(organization)) {
                    moved = heldBy(organization) < places / 2 + UNKNOWN && (before != null || taken < places);
                    if (moved) {
                        if (before != null) {
                            giveBack(before);
                        }
                        take(organization);
                        holder = new Holder(organization, true);
                    } else {
                        refused.increment();
                    }
                }
                if (news) {
                    sortQueue();
                }
                if (news || before != null) {
                    called = giveOut();
                }
            }
            called.forEach(Ticket::wake);
            if (!moved) {
                throw refusal();
            }
        }

        /** Gives the place back, or leaves the queue; a second call has no effect. */
        @Override
        public void close() {
            if (CURRENT.get() == this) {
                CURRENT.remove();
            }
            synchronized (this) {
                if (closed) {
                    return;
                }
                closed = true;
            }
            List<Ticket> called;
            synchronized (held) {
                if (!unqueue(this) && holder != null) {
                    giveBack(holder);
                    holder = null;
                }
                called = giveOut();
            }
            called.forEach(Ticket::wake);
        }
    }
}
