package io.arketic.rag.chat;

import io.arketic.rag.answer.RunningAnswers;
import io.arketic.rag.deployment.DatabaseSignals;
import io.arketic.rag.deployment.Transactions;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Stops answers in any process of the API: all are notified, and the one that generates the answer ends it. */
@Component
class Stops {

    private static final String CHANNEL = "arketic_stop";

    private final Transactions transactions;
    private final RunningAnswers running;

    Stops(Transactions transactions, RunningAnswers running, DatabaseSignals signals) {
        this.transactions = transactions;
        this.running = running;
        signals.subscribe(CHANNEL, message -> running.stop(UUID.fromString(message)));
    }

    void stop(MessageAccess access) {
        UUID question = access.stopping();
        // Here, too, while no signal comes from the database.
        running.stop(question);
        transactions.execute(
                access.chat().membership().context(),
                sql -> sql.sql("SELECT pg_notify(:channel, :message)")
                        .param("channel", CHANNEL)
                        .param("message", question.toString())
                        .query((row, number) -> true)
                        .list());
    }
}
