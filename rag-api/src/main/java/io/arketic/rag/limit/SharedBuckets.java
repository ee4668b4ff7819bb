package io.arketic.rag.limit;

import io.arketic.rag.limit.RateLimits.Admission;
import io.arketic.rag.limit.RateLimits.Subject;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import java.io.File;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Keeps token buckets in Redis or Valkey, so that a limit holds over all API processes. A bucket fills evenly over a minute by
 * the server's clock, and one call takes from it. Where no answer comes within {@link #BUDGET}, the caller's own bucket decides,
 * and Redis is not asked for {@link #PAUSE}. The metrics {@code arketic_limit_shared} (1 while Redis answers) and {@code
 * arketic_limit_local_total} tell how often.
 *
 * <p>A script of ours does this in one round trip. Bucket4j's own buckets in Redis compare and swap: two round trips, which many
 * requests of one address at once repeat until their budget is spent, and with the clock of each process.
 */
@Component
class SharedBuckets {

    static final Duration BUDGET = Duration.ofMillis(20);
    static final Duration PAUSE = Duration.ofSeconds(1);

    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final int WAITING_CALLS = 1_000;
    private static final long HEALTHY = Long.MIN_VALUE;

    /**
     * Takes one token. A full bucket holds a minute's tokens, each of 60,000,000 parts, so that the limit is also the number of
     * parts that come in a microsecond: all numbers are whole. It returns whether one was taken, how many are left, and the
     * microseconds until the bucket is full and until there is one. A bucket goes when it would be full.
     */
    private static final String TAKE = """
            local limit = tonumber(ARGV[1])
            local token = 60000000
            local clock = redis.call('TIME')
            local now = clock[1] * 1000000 + clock[2]
            local kept = redis.call('HMGET', KEYS[1], 'parts', 'at')
            local parts = limit * token
            if kept[1] and kept[2] then
                parts = math.min(parts, kept[1] + math.max(0, now - kept[2]) * limit)
            end
            local taken = 0
            if parts >= token then
                parts = parts - token
                taken = 1
            end
            local full = math.ceil((limit * token - parts) / limit)
            redis.call('HSET', KEYS[1], 'parts', string.format('%.0f', parts), 'at', string.format('%.0f', now))
            redis.call('PEXPIRE', KEYS[1], math.ceil(full / 1000) + 1)
            return {taken, math.floor(parts / token), full, taken == 1 and 0 or math.ceil((token - parts) / limit)}
            """;

    private final @Nullable RedisClient client;
    private final @Nullable ClientResources resources;
    private final @Nullable RedisURI address;
    private final MeterRegistry meters;
    private final AtomicBoolean connecting = new AtomicBoolean();
    private final SharedBucketsLog log = new SharedBucketsLog(System::nanoTime);
    private final String prefix;
    private volatile @Nullable StatefulRedisConnection<String, String> connection;

    /** Holds when Redis may be asked again, as {@link System#nanoTime} counts; {@link #HEALTHY} while it answers. */
    private final AtomicLong retryAt = new AtomicLong(System.nanoTime());

    SharedBuckets(RedisProperties settings, MeterRegistry meters) {
        this.meters = meters;
        this.address = settings.uri().orElse(null);
        this.prefix = settings.keyPrefix();
        if (address == null) {
            client = null;
            resources = null;
            return;
        }
        resources = DefaultClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .reconnectDelay(Delay.exponential(Duration.ofMillis(50), PAUSE, 2, TimeUnit.MILLISECONDS))
                .build();
        client = RedisClient.create(resources);
        var options = ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(WAITING_CALLS)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(CONNECT)
                        .keepAlive(true)
                        .build());
        if (!settings.caFile().isBlank()) {
            options.sslOptions(SslOptions.builder()
                    .trustManager(new File(settings.caFile()))
                    .build());
        }
        client.setOptions(options.build());
        Gauge.builder("arketic.limit.shared", this, own -> own.retryAt.get() == HEALTHY ? 1 : 0)
                .register(meters);
        connect();
    }

    /** Takes one of the subject's tokens; empty if the caller's own bucket is to decide. */
    Optional<Admission> take(Subject subject, int perMinute) {
        if (client == null) {
            return Optional.empty();
        }
        OptionalLong turn = turn();
        if (turn.isEmpty()) {
            return local("paused");
        }
        StatefulRedisConnection<String, String> open = connection;
        if (open == null) {
            connect();
            return local("unreachable");
        }
        try {
            List<Long> answer =
                    taken(open, subject, perMinute).toCompletableFuture().get(BUDGET.toMillis(), TimeUnit.MILLISECONDS);
            succeeded(turn.getAsLong());
            return Optional.of(new Admission(
                    answer.get(0) == 1,
                    perMinute,
                    answer.get(1),
                    Duration.of(answer.get(2), ChronoUnit.MICROS),
                    Duration.of(answer.get(3), ChronoUnit.MICROS)));
        } catch (TimeoutException e) {
            return failed(turn.getAsLong(), "slow", "no answer within " + BUDGET.toMillis() + " ms");
        } catch (ExecutionException e) {
            return failed(
                    turn.getAsLong(),
                    e.getCause() instanceof RedisCommandExecutionException ? "refused" : "unreachable",
                    String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return local("interrupted");
        } catch (RuntimeException e) {
            return failed(turn.getAsLong(), "unreachable", e.toString());
        }
    }

    private CompletionStage<List<Long>> taken(
            StatefulRedisConnection<String, String> open, Subject subject, int perMinute) {
        // The limit is part of the key: another limit begins another bucket.
        String key =
                prefix + ":limit:" + subject.activity() + ":" + perMinute + ":" + subject.kind() + ":" + subject.name();
        return open.async().eval(TAKE, ScriptOutputType.MULTI, new String[] {key}, String.valueOf(perMinute));
    }

    /**
     * Lets one caller ask after each pause, and all of them while Redis answers.
     *
     * @return {@link #HEALTHY}, or the end of the pause that begins with this caller; empty during a pause
     */
    private OptionalLong turn() {
        long at = retryAt.get();
        if (at == HEALTHY) {
            return OptionalLong.of(HEALTHY);
        }
        long now = System.nanoTime();
        long next = now + PAUSE.toNanos();
        return now - at >= 0 && retryAt.compareAndSet(at, next) ? OptionalLong.of(next) : OptionalLong.empty();
    }

    /** Ends the pause, if this caller began it: a late answer to another caller does not. */
    private void succeeded(long turn) {
        if (turn == HEALTHY ? retryAt.get() == HEALTHY : retryAt.compareAndSet(turn, HEALTHY)) {
            log.shared();
        }
    }

    /** Begins a pause, unless one has begun. */
    private Optional<Admission> failed(long turn, String reason, String why) {
        if (turn == HEALTHY) {
            retryAt.compareAndSet(HEALTHY, System.nanoTime() + PAUSE.toNanos());
        }
        log.local(why);
        return local(reason);
    }

    private Optional<Admission> local(String reason) {
        Counter.builder("arketic.limit.local")
                .tag("reason", reason)
                .register(meters)
                .increment();
        return Optional.empty();
    }

    /** Connects in the background; afterwards the client connects again by itself. */
    private void connect() {
        RedisClient own = client;
        RedisURI there = address;
        if (own == null || there == null || !connecting.compareAndSet(false, true)) {
            return;
        }
        own.connectAsync(StringCodec.UTF8, there).thenCompose(this::tried).whenComplete((open, failure) -> {
            if (failure != null) {
                log.local(rootOf(failure));
                connecting.set(false);
            } else {
                connection = open;
                retryAt.set(HEALTHY);
                log.shared();
            }
        });
    }

    /** Returns the connection after its first answer, and closes it without one. */
    private CompletionStage<StatefulRedisConnection<String, String>> tried(
            StatefulRedisConnection<String, String> open) {
        // The first call compiles the script and loads our classes, which takes longer than the budget.
        return taken(open, new Subject(Activity.SEARCH, "none", "first"), 1)
                .handle((answer, failure) -> failure == null
                        ? CompletableFuture.completedFuture(open)
                        : open.closeAsync().<StatefulRedisConnection<String, String>>handle((closed, unclosed) -> {
                            throw new CompletionException(failure);
                        }))
                .thenCompose(end -> end);
    }

    private static String rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.toString();
    }

    @PreDestroy
    void close() {
        if (client != null) {
            client.shutdown(Duration.ZERO, CONNECT);
        }
        if (resources != null) {
            resources.shutdown(0, CONNECT.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
