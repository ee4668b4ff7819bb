package io.arketic.rag.ingestion;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.knowledge.KnowledgeAccess;
import io.arketic.rag.outbox.ObjectNotification;
import io.arketic.rag.outbox.OutboxPublisher;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Makes the ingest job look again at objects whose ledger rows go back in flight, in the same commit. */
@Component
class ReingestRequests {

    /** Identifies a version that is in flight again. */
    record Opened(String bucket, String key, String etag, long size) {

        /** Reads a row of {@code bucket}, {@code object_key}, {@code etag} and {@code size}. */
        static Opened of(ResultSet row, int number) throws SQLException {
            return new Opened(
                    row.getString("bucket"), row.getString("object_key"), row.getString("etag"), row.getLong("size"));
        }
    }

    private final Transactions transactions;
    private final OutboxPublisher outbox;
    private final Clock clock;

    ReingestRequests(Transactions transactions, OutboxPublisher outbox, Clock clock) {
        this.transactions = transactions;
        this.outbox = outbox;
        this.clock = clock;
    }

    /** Returns how many versions {@code opening} has put back in flight. */
    int at(KnowledgeAccess access, Function<JdbcClient, List<Opened>> opening) {
        int opened = transactions.run(access.membership().context(), sql -> {
            List<Opened> versions = opening.apply(sql);
            for (Opened version : versions) {
                outbox.add(
                        sql,
                        access.membership().organizationId(),
                        ObjectNotification.created(
                                version.bucket(), version.key(), version.etag(), version.size(), clock.instant()));
            }
            return versions.size();
        });
        outbox.wake();
        return opened;
    }
}
