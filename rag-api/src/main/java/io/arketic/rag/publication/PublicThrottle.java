package io.arketic.rag.publication;

import io.arketic.rag.account.AttemptLimiter;
import io.arketic.rag.account.AttemptLimiter.Bucket;
import io.arketic.rag.account.AttemptLimiter.Level;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.problem.ProblemException;
import java.time.Duration;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Limits what callers without an account ask of a public knowledge base, and how often they guess one. */
@Component
class PublicThrottle {

    /** Limits the requests of one network to one knowledge base in a minute. */
    private static final int READS = 60;

    /** Limits the requests of all networks to one knowledge base in a minute. */
    private static final int ALL_READS = 600;

    /** Limits the questions of one network to one knowledge base in an hour. */
    private static final int QUESTIONS = 30;

    /** Limits the questions to one knowledge base in a day: its organization pays for their answers. */
    private static final int ALL_QUESTIONS = 1000;

    /** Limits the addresses of one network that open nothing, in ten minutes. */
    private static final int GUESSES = 60;

    /**
     * Limits the questions to all knowledge bases of one organization to a tenth of its AI requests. A full bucket and
     * what fills it within a month are a fifth together.
     */
    private static final int SHARE_OF_REQUESTS = 10;

    private static final Duration MONTH = Duration.ofDays(31);

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private final AttemptLimiter attempts;
    private final Transactions transactions;

    PublicThrottle(AttemptLimiter attempts, Transactions transactions) {
        this.attempts = attempts;
        this.transactions = transactions;
    }

    void reads(UUID base, String network) {
        take(new Bucket("public knowledge by address", base + " " + network, READS, MINUTE));
        take(new Bucket("public knowledge", base.toString(), ALL_READS, MINUTE));
    }

    /** Counts a question. Callers without an account use at most a fifth of the organization's requests in a month. */
    void asks(Membership guest, UUID base, String network) {
        take(new Bucket("public question by address", base + " " + network, QUESTIONS, HOUR));
        take(new Bucket("public question", base.toString(), ALL_QUESTIONS, Duration.ofDays(1)));
        int requests = transactions.run(
                guest.context(),
                sql -> sql.sql("SELECT max_ai_requests_per_month FROM organizations WHERE id = :id")
                        .param("id", guest.organizationId())
                        .query(Integer.class)
                        .single());
        take(new Bucket(
                "public questions of an organization",
                guest.organizationId().toString(),
                Math.max(1, requests / SHARE_OF_REQUESTS),
                MONTH));
    }

    /** Counts an address that opens nothing. */
    void guessed(String network) {
        take(new Bucket("public knowledge guessed by address", network, GUESSES, MINUTE.multipliedBy(10)));
    }

    private void take(Bucket bucket) {
        Level level = attempts.take(bucket);
        if (!level.admitted()) {
            throw ProblemException.tooManyRequests("Too many requests to public knowledge bases.", level.retryAfter());
        }
    }
}
