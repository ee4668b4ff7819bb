package io.arketic.rag.answer;

import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.deployment.DatabaseSignals;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.problem.ProblemException;
import jakarta.annotation.PreDestroy;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Records for which members this process answers: in chats, over {@code /v1} and in workflows. An answer ends at once with the
 * membership of its user. Guests of a public knowledge base have no membership and are not recorded.
 */
@Component
class AskingMembers {

    private static final Logger log = LoggerFactory.getLogger(AskingMembers.class);

    private record Asker(Membership membership, Cancellation cancellation) {}

    /** Ends the record of one answer. */
    interface Recorded extends AutoCloseable {
        @Override
        void close();
    }

    private final Transactions transactions;
    private final Memberships memberships;
    private final Set<Asker> asking = ConcurrentHashMap.newKeySet();
    private final ExecutorService worker =
            Executors.newSingleThreadExecutor(task -> new Thread(task, "asking-members"));

    AskingMembers(Transactions transactions, Memberships memberships, DatabaseSignals signals) {
        this.transactions = transactions;
        this.memberships = memberships;
        signals.subscribe(
                "arketic_access",
                user -> lookAgain(asker -> asker.membership().userId().equals(UUID.fromString(user))));
        signals.whenConnected(() -> lookAgain(asker -> true));
    }

    /** Records an answer, and checks its member once: the membership may have ended since the request was let in. */
    Recorded record(Membership membership, Cancellation cancellation) {
        if (membership.isGuest()) {
            return () -> {};
        }
        Asker asker = new Asker(membership, cancellation);
        asking.add(asker);
        submit(asker);
        return () -> asking.remove(asker);
    }

    private void lookAgain(Predicate<Asker> affected) {
        asking.stream().filter(affected).forEach(this::submit);
    }

    private void submit(Asker asker) {
        try {
            worker.execute(() -> look(asker));
        } catch (RejectedExecutionException closing) {
            log.debug("The process is ending", closing);
        }
    }

    private void look(Asker asker) {
        Membership membership = asker.membership();
        try {
            boolean stays = transactions
                    .run(
                            membership.context(),
                            sql -> memberships.find(sql, membership.organizationId(), membership.userId()))
                    .isPresent();
            if (!stays) {
                asker.cancellation().cancel(ProblemException.notFound("organization"));
            }
        } catch (RuntimeException | Error failure) {
            log.warn("A membership is checked again with the next request: {}", failure.getMessage());
        }
    }

    @PreDestroy
    void close() {
        worker.shutdownNow();
    }
}
