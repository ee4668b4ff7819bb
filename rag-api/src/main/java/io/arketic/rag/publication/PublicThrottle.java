package io.arketic.rag.publication;

import io.arketic.rag.account.AttemptLimiter;
import io.arketic.rag.account.AttemptLimiter.Bucket;
import io.arketic.rag.account.AttemptLimiter.Level;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.problem.ProblemException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Limits what callers without an account ask of a public knowledge base, and how often they guess one. */
@Component
class PublicThrottle {

    private static final Pattern NUMBER = Pattern.compile("\\A-?[0-9]{1,40}(\\.[0-9]{1,40})?\\z");
    private static final Duration MONTH = Duration.ofDays(31);

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);

    /**
     * Holds what an organization allows.
     *
     * @param requests of the organization in a month
     * @param reads of one knowledge base in a minute; null for the deployment's
     * @param questions to one knowledge base in a day; null for the deployment's
     */
    private record Allowed(
            int requests, @Nullable Integer reads, @Nullable Integer questions) {}

    private final PublicKnowledgeProperties settings;
    private final AttemptLimiter attempts;
    private final Transactions transactions;

    PublicThrottle(PublicKnowledgeProperties settings, AttemptLimiter attempts, Transactions transactions) {
        this.settings = settings;
        this.attempts = attempts;
        this.transactions = transactions;
    }

    void reads(Membership guest, UUID base, String network) {
        take("public knowledge by address", base + " " + network, settings.networkReadsPerMinute(), MINUTE);
        take(
                "public knowledge",
                base.toString(),
                lower(settings.readsPerMinute(), allowed(guest).reads()),
                MINUTE);
    }

    /** Counts a question. Callers without an account use at most twice the organization's share of requests in a month. */
    void asks(Membership guest, UUID base, String network) {
        Allowed allowed = allowed(guest);
        take("public question by address", base + " " + network, settings.networkQuestionsPerHour(), HOUR);
        take("public question", base.toString(), lower(settings.questionsPerDay(), allowed.questions()), DAY);
        take(
                "public questions of an organization",
                guest.organizationId().toString(),
                Math.max(1, (int) ((long) allowed.requests() * settings.shareOfRequests() / 100)),
                MONTH);
    }

    /** Counts an address that opens nothing. */
    void guessed(String network) {
        take("public knowledge guessed by address", network, settings.networkGuesses(), MINUTE.multipliedBy(10));
    }

    private Allowed allowed(Membership guest) {
        return transactions.run(
                guest.context(),
                sql -> sql.sql("""
                        SELECT o.max_ai_requests_per_month,
                            s.custom_settings #> '{public_knowledge,reads_per_minute}' AS reads,
                            s.custom_settings #> '{public_knowledge,questions_per_day}' AS questions
                        FROM organizations o LEFT JOIN organization_settings s ON s.organization_id = o.id
                        WHERE o.id = :id""")
                        .param("id", guest.organizationId())
                        .query((row, number) -> new Allowed(
                                row.getInt("max_ai_requests_per_month"),
                                number(row.getString("reads")),
                                number(row.getString("questions"))))
                        .single());
    }

    /** Reads a stored limit. Settings that are older than their schema may hold other values, which set no limit. */
    private static @Nullable Integer number(@Nullable String json) {
        if (json == null || !NUMBER.matcher(json).matches()) {
            return null;
        }
        return new BigDecimal(json)
                .max(BigDecimal.ZERO)
                .min(BigDecimal.valueOf(Integer.MAX_VALUE))
                .intValue();
    }

    private static int lower(int limit, @Nullable Integer own) {
        return own == null ? limit : Math.min(limit, own);
    }

    /** @param capacity 0 admits none */
    private void take(String kind, String name, int capacity, Duration window) {
        Duration wait = window;
        if (capacity > 0) {
            Level level = attempts.take(new Bucket(kind, name, capacity, window));
            if (level.admitted()) {
                return;
            }
            wait = level.retryAfter();
        }
        throw ProblemException.tooManyRequests("Too many requests to public knowledge bases.", wait);
    }
}
