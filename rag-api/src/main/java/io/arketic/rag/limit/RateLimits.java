package io.arketic.rag.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import org.springframework.stereotype.Component;

/**
 * A bucket of tokens for each caller and activity, filled evenly over the minute. Kept in this process for those who
 * came within the last ten minutes; several processes allow as many times the limit.
 */
@Component
class RateLimits {

    /** Whom a bucket is for: a user, a key, or an address. */
    record Subject(Activity activity, String kind, String name) {}

    /**
     * What became of one request.
     *
     * @param reset until the bucket is full again
     * @param retryAfter zero when it was admitted
     */
    record Admission(int limit, long remaining, Duration reset, Duration retryAfter) {

        boolean admitted() {
            return retryAfter.isZero();
        }
    }

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int SUBJECTS = 100_000;

    private final Cache<Subject, Bucket> buckets = Caffeine.newBuilder()
            .maximumSize(SUBJECTS)
            .expireAfterAccess(Duration.ofMinutes(10))
            .build();

    /** Takes one of the subject's {@code perMinute} requests. */
    Admission admit(Subject subject, int perMinute) {
        Bucket bucket = buckets.get(
                subject,
                missing -> Bucket.builder()
                        .addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, MINUTE))
                        .build());
        ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
        return new Admission(
                perMinute,
                probe.getRemainingTokens(),
                Duration.ofNanos(probe.getNanosToWaitForReset()),
                Duration.ofNanos(probe.getNanosToWaitForRefill()));
    }
}
