package io.arketic.rag.organization;

import io.arketic.rag.account.AttemptLimiter;
import io.arketic.rag.account.AttemptLimiter.Bucket;
import io.arketic.rag.account.AttemptLimiter.Level;
import io.arketic.rag.problem.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Counts, for all processes together, what an account creates that reaches strangers or takes names. */
@Component
class DailyLimits {

    private static final Duration DAY = Duration.ofDays(1);

    /** Limits the invitations of one address by one account, and by one organization. */
    private static final int INVITATIONS_OF_ONE = 5;

    /** Limits those by all together: several senders are needed to use them up. */
    private static final int INVITATIONS_BY_ALL = 25;

    private final AttemptLimiter attempts;
    private final DailyLimitProperties settings;

    DailyLimits(AttemptLimiter attempts, DailyLimitProperties settings) {
        this.attempts = attempts;
        this.settings = settings;
    }

    /** Counts one more invitation. */
    void admitInvitation(Membership by, String email) {
        List<Bucket> buckets = invitations(by, email);
        for (int taken = 0; taken < buckets.size(); taken++) {
            Level level = attempts.take(buckets.get(taken));
            if (!level.admitted()) {
                buckets.subList(0, taken).forEach(attempts::giveBack);
                throw ProblemException.tooManyRequests(
                        taken == 0 && settings.invitations() > 0
                                ? "This account has sent as many invitations as it may in a day."
                                : "This address was invited too often.",
                        level.retryAfter());
            }
        }
    }

    /** Returns the count of an invitation that was not sent. */
    void giveBackInvitation(Membership by, String email) {
        invitations(by, email).forEach(attempts::giveBack);
    }

    private List<Bucket> invitations(Membership by, String email) {
        List<Bucket> buckets = new ArrayList<>();
        if (settings.invitations() > 0) {
            buckets.add(new Bucket("invitations of an account", by.userId().toString(), settings.invitations(), DAY));
        }
        buckets.add(new Bucket("invitation by an account", by.userId() + " " + email, INVITATIONS_OF_ONE, DAY));
        buckets.add(new Bucket(
                "invitation by an organization", by.organizationId() + " " + email, INVITATIONS_OF_ONE, DAY));
        buckets.add(new Bucket("invitation", email, INVITATIONS_BY_ALL, DAY));
        return buckets;
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
