package io.arketic.rag.organization;

import io.arketic.rag.account.AttemptLimiter;
import io.arketic.rag.account.AttemptLimiter.Bucket;
import io.arketic.rag.account.AttemptLimiter.Level;
import io.arketic.rag.problem.ProblemException;
import java.time.Duration;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Counts, for all processes together, what an account creates that reaches strangers or takes names. */
@Component
class DailyLimits {

    private static final Duration DAY = Duration.ofDays(1);

    /** Limits the messages to one address, from all organizations together. */
    private static final int LETTERS_TO_ONE = 5;

    private final AttemptLimiter attempts;
    private final DailyLimitProperties settings;

    DailyLimits(AttemptLimiter attempts, DailyLimitProperties settings) {
        this.attempts = attempts;
        this.settings = settings;
    }

    /** Counts one more invitation. */
    void admitInvitation(UUID userId, String email) {
        if (settings.invitations() > 0) {
            admit(
                    new Bucket("invitations of an account", userId.toString(), settings.invitations(), DAY),
                    "This account has sent as many invitations as it may in a day.");
        }
        admit(new Bucket("invitation", email, LETTERS_TO_ONE, DAY), "This address was invited too often.");
    }

    /** Counts one more organization. */
    void admitOrganization(UUID userId) {
        if (settings.organizations() > 0) {
            admit(organizations(userId), "This account has made as many organizations as it may in a day.");
        }
    }

    /** Returns the count of an organization that was not created. */
    void giveBackOrganization(UUID userId) {
        if (settings.organizations() > 0) {
            attempts.giveBack(organizations(userId));
        }
    }

    private Bucket organizations(UUID userId) {
        return new Bucket("organizations of an account", userId.toString(), settings.organizations(), DAY);
    }

    private void admit(Bucket bucket, String refusal) {
        Level level = attempts.take(bucket);
        if (!level.admitted()) {
            throw ProblemException.tooManyRequests(refusal, level.retryAfter());
        }
    }
}
