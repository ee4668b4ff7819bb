package io.arketic.rag.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.arketic.rag.account.AttemptLimiter;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import org.springframework.stereotype.Component;

/**
 * Keeps a token bucket for each caller and activity that fills evenly over a minute. Buckets of logins are in the
 * database, for all processes. Those of searches and chats are in Redis where one is set. Without it, and while it does not
 * answer, each process has its own for ten minutes, so that several processes allow a multiple of the limit.
 */
@Component
class RateLimits {

    /** Names the subject of a bucket: a user, a key, or an address. */
    record Subject(Activity activity, String kind, String name) {}

    /**
     * Holds the result for one request.
     *
     * @param reset until the bucket is full again
     * @param retryAfter zero when it was admitted
     */
    record Admission(boolean admitted, int limit, long remaining, Duration reset, Duration retryAfter) {}

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int SUBJECTS = 100_000;

    private final Cache<Subject, Bucket> buckets = Caffeine.newBuilder()
            .maximumSize(SUBJECTS)
            .expireAfterAccess(Duration.ofMinutes(10))
            .build();

    private final AttemptLimiter attempts;
    private final SharedBuckets shared;

    RateLimits(AttemptLimiter attempts, SharedBuckets shared) {
        this.attempts = attempts;
        this.shared = shared;
    }

    /** Takes one of the subject's {@code perMinute} requests. */
    Admission admit(Subject subject, int perMinute) {
        if (subject.activity() == Activity.LOGIN) {
            AttemptLimiter.Level level = attempts.take(
                    new AttemptLimiter.Bucket("login by " + subject.kind(), subject.name(), perMinute, MINUTE));
            return new Admission(level.admitted(), perMinute, level.remaining(), level.reset(), level.retryAfter());
        }
        // The own bucket counts along, so that it does not begin full where the shared one stops answering. A process
        // never
        // admits more than the limit, so the own bucket refuses without a call, also where Redis has lost the shared
        // one. It
        // refuses nothing but one request that the shared one would admit: it loses a token without one there only
        // while the
        // shared one is empty.
        Admission own = own(subject, perMinute);
        if (!own.admitted()) {
            return own;
        }
        return shared.take(subject, perMinute).orElse(own);
    }

    private Admission own(Subject subject, int perMinute) {
        Bucket bucket = buckets.get(
                subject,
                missing -> Bucket.builder()
                        .addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, MINUTE))
                        .build());
        ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
        return new Admission(
                probe.isConsumed(),
                perMinute,
                probe.getRemainingTokens(),
                Duration.ofNanos(probe.getNanosToWaitForReset()),
                Duration.ofNanos(probe.getNanosToWaitForRefill()));
    }
}
