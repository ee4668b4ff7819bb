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

    /** Sets the threads beyond the places: for requests without credentials, such as logins. */
    private static final int UNCOUNTED_THREADS = 10;

    /**
     * Limits the requests of one user, or of the same credentials of one network, while their organization is not known. Their
     * first transaction tells it.
     */
    private static final int UNKNOWN_TENANT_LIMIT = 4;

    /** Divides the places: so many are for all unknown credentials of one network, or for one organization's guests. */
    private static final int SMALL_SHARE = 4;

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
     * @param known whether it is an organization or its guests, and not a user or credentials
     * @param network that the places of unknown credentials count for, too; otherwise null
     */
    private record Holder(UUID id, boolean known, @Nullable String network) {

        static Holder organization(UUID id) {
            return new Holder(id, true, null);
        }

        static Holder apart(String kind, UUID organization) {
            return new Holder(id(kind + " " + organization), true, null);
        }

        static Holder user(String user) {
            return new Holder(id(user), false, null);
        }

        static Holder credentials(String digest, String network) {
            return new Holder(id(digest + " " + network), false, network);
        }

        private static UUID id(String name) {
            return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
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
    private final Map<String, Integer> heldByNetwork = new HashMap<>();
    private final Map<Holder, Set<Ticket>> waiting = new LinkedHashMap<>();
    private final Map<String, Integer> waitingByNetwork = new HashMap<>();
    private int taken;
    private int queued;
    private long turns;

    RequestThreads(@Value("${server.tomcat.threads.max:200}") int threads, MeterRegistry registry) {
        places = Math.max(2 * UNKNOWN_TENANT_LIMIT, threads - UNCOUNTED_THREADS);
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

    /**
     * Counts the current request, whose caller is no member of the organization, apart from those of its members. Such requests
     * of one kind hold at most a quarter of the places. Has no effect in a thread without a request.
     *
     * @param kind of callers, such as guests
     * @throws ProblemException 429 if they hold their share of the threads
     */
    public static void countApart(String kind, UUID organization) {
        Ticket current = CURRENT.get();
        if (current != null) {
            current.moveApart(Holder.apart(kind, organization));
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

    /** Refuses the requests that have waited too long. Call it periodically. */
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
            return Holder.organization(organization);
        }
        String user = head.user();
        return user == null ? Holder.credentials(head.credentials(), head.network()) : Holder.user(user);
    }

    /** A user has several organizations, by resource; an API key has one. */
    private @Nullable UUID organization(RequestHead head) {
        UUID ofResource = organizations.getIfPresent(head.resource());
        return ofResource == null && head.user() == null && head.credentials() != null
                ? organizations.getIfPresent(head.credentials())
                : ofResource;
    }

    /** Returns whether the head was not known to belong to this organization. */
    private boolean remember(RequestHead head, UUID organization) {
        if (head.credentials() == null) {
            return false;
        }
        boolean changed = !organization.equals(organization(head));
        organizations.put(head.resource(), organization);
        if (head.user() == null) {
            organizations.put(head.credentials(), organization);
        }
        return changed;
    }

    private int heldBy(UUID holder) {
        return held.getOrDefault(holder, 0);
    }

    private boolean mayTake(Holder holder) {
        return !waiting.containsKey(holder) && hasOneFor(holder);
    }

    /** Returns the places that count against the holder: those of its network, if its credentials are unknown. */
    private int countedFor(Holder holder) {
        return holder.network() == null ? heldBy(holder.id()) : heldByNetwork.getOrDefault(holder.network(), 0);
    }

    /** Gives a single holder half of the places, each of two a third, and so on; a new one finds a free place. */
    private boolean hasOneFor(Holder holder) {
        int counted = countedFor(holder);
        int free = places - taken;
        return (counted == 0 ? free >= 1 : counted < free - 1)
                && (holder.known() || heldBy(holder.id()) < UNKNOWN_TENANT_LIMIT)
                && (holder.network() == null || counted < smallShare());
    }

    private int smallShare() {
        return Math.max(UNKNOWN_TENANT_LIMIT, places / SMALL_SHARE);
    }

    /** Gives a single holder, or all unknown credentials of one network, half of the queue. */
    private boolean mayQueue(Holder holder) {
        int own = holder.network() == null
                ? waiting.getOrDefault(holder, Set.of()).size()
                : waitingByNetwork.getOrDefault(holder.network(), 0);
        return own < LONGEST_QUEUE - queued;
    }

    private void give(Ticket ticket, Holder holder) {
        take(holder);
        ticket.holder = holder;
        ticket.decision = Decision.SERVED;
    }

    private void take(Holder holder) {
        held.merge(holder.id(), 1, Integer::sum);
        if (holder.network() != null) {
            heldByNetwork.merge(holder.network(), 1, Integer::sum);
        }
        taken++;
        lastTurn.put(holder.id(), ++turns);
    }

    private void giveBack(Holder holder) {
        countDown(held, holder.id());
        if (holder.network() != null) {
            countDown(heldByNetwork, holder.network());
        }
        taken--;
        forget(holder);
    }

    private static <K> void countDown(Map<K, Integer> counts, K key) {
        counts.computeIfPresent(key, (same, count) -> count == 1 ? null : Integer.valueOf(count - 1));
    }

    private void queue(Ticket ticket, Holder holder) {
        ticket.holder = holder;
        waiting.computeIfAbsent(holder, id -> new LinkedHashSet<>()).add(ticket);
        if (holder.network() != null) {
            waitingByNetwork.merge(holder.network(), 1, Integer::sum);
        }
        queued++;
    }

    private boolean unqueue(Ticket ticket) {
        Holder holder = ticket.holder;
        Set<Ticket> same = holder == null ? null : waiting.get(holder);
        if (holder == null || same == null || !same.remove(ticket)) {
            return false;
        }
        queued--;
        if (holder.network() != null) {
            countDown(waitingByNetwork, holder.network());
        }
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

    /** Moves waiting requests whose organization is known now to that organization's queue. */
    private void requeueByOrganization() {
        List<Ticket> unknown = new ArrayList<>();
        waiting.forEach((holder, same) -> {
            if (!holder.known()) {
                unknown.addAll(same);
            }
        });
        for (Ticket ticket : unknown) {
            UUID organization = organization(ticket.head);
            if (organization != null && unqueue(ticket)) {
                queue(ticket, Holder.organization(organization));
            }
        }
    }

    /** Gives free places to waiting requests; returns these, to be woken without the lock. */
    private List<Ticket> admitWaiting() {
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
        int fewer = Integer.compare(countedFor(one), countedFor(other));
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
                boolean changed = remember(head, organization);
                if (before == null || !before.id().equals(organization)) {
                    moved = heldBy(organization) < places / 2 + UNKNOWN_TENANT_LIMIT
                            && (before != null || taken < places);
                    move(before, Holder.organization(organization), moved);
                }
                if (changed) {
                    requeueByOrganization();
                }
                if (changed || before != null) {
                    called = admitWaiting();
                }
            }
            called.forEach(Ticket::wake);
            if (!moved) {
                throw refusal();
            }
        }

        /** Does not remember the head: its credentials were not checked, so later requests must not count for members. */
        private void moveApart(Holder apart) {
            List<Ticket> called = List.of();
            boolean moved = true;
            synchronized (held) {
                Holder before = holder;
                if (!apart.equals(before)) {
                    int own = heldBy(apart.id());
                    moved = own < smallShare() && (before != null || own < places - taken);
                    move(before, apart, moved);
                    called = before == null ? called : admitWaiting();
                }
            }
            called.forEach(Ticket::wake);
            if (!moved) {
                throw refusal();
            }
        }

        private void move(@Nullable Holder from, Holder to, boolean possible) {
            if (!possible) {
                refused.increment();
                return;
            }
            if (from != null) {
                giveBack(from);
            }
            take(to);
            holder = to;
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
                called = admitWaiting();
            }
            called.forEach(Ticket::wake);
        }
    }
}
