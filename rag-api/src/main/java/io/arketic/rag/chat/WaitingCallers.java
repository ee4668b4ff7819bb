package io.arketic.rag.chat;

import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.deployment.DatabaseSignals;
import io.arketic.rag.deployment.Transactions;
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
 * Records which callers wait for an answer in this process, and in which chat. A user who loses the chat loses the
 * answer at once.
 */
@Component
class WaitingCallers {

    private static final Logger log = LoggerFactory.getLogger(WaitingCallers.class);

    private record Asker(ChatAccess access, Cancellation cancellation) {}

    private final Transactions transactions;
    private final Set<Asker> waiting = ConcurrentHashMap.newKeySet();
    private final ExecutorService worker = Executors.newSingleThreadExecutor(task -> new Thread(task, "chat-askers"));

    WaitingCallers(Transactions transactions, DatabaseSignals signals) {
        this.transactions = transactions;
        signals.subscribe("arketic_chat", chat -> lookAgain(asker -> id(asker).equals(UUID.fromString(chat))));
        signals.subscribe(
                "arketic_access",
                user -> lookAgain(asker -> asker.access().membership().userId().equals(UUID.fromString(user))));
        signals.whenConnected(() -> lookAgain(asker -> true));
    }

    /** Records a caller until {@link #left}. */
    void entered(ChatAccess access, Cancellation cancellation) {
        waiting.add(new Asker(access, cancellation));
    }

    void left(ChatAccess access, Cancellation cancellation) {
        waiting.remove(new Asker(access, cancellation));
    }

    private void lookAgain(Predicate<Asker> affected) {
        waiting.stream().filter(affected).forEach(this::submit);
    }

    private void submit(Asker asker) {
        try {
            worker.execute(() -> look(asker));
        } catch (RejectedExecutionException closing) {
            log.debug("The process is ending", closing);
        }
    }

    private void look(Asker asker) {
        try {
            boolean stays = transactions.run(
                    asker.access().membership().context(), sql -> Participants.takesPart(sql, asker.access()));
            if (!stays) {
                asker.cancellation().cancel(ProblemException.notFound("chat"));
            }
        } catch (RuntimeException | Error failure) {
            log.warn("Participants are checked again at the answer's end: {}", failure.getMessage());
        }
    }

    private static UUID id(Asker asker) {
        return asker.access().chat().id();
    }

    @PreDestroy
    void close() {
        worker.shutdownNow();
    }
}
