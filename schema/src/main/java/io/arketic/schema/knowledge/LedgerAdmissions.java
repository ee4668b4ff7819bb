package io.arketic.schema.knowledge;

import io.arketic.schema.ledger.Admission;
import io.arketic.schema.ledger.IngestState;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.ledger.LedgerRows;
import io.arketic.schema.ledger.ObjectVersion;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** Holds the statements with which {@link IngestLedger} admits a version. */
final class LedgerAdmissions {

    private LedgerAdmissions() {}

    static Optional<Admission.Work> enter(
            Connection connection, KnowledgeTarget target, ObjectVersion version, long epoch) throws SQLException {
        String entry = """
                with again as (
                    update ingest_ledger
                    set attempts = attempts + 1, epoch = ?, reason = null, detail = null, parked_until = null
                    where bucket = ? and object_key = ? and etag = ? and last_modified = ? and ended_at is null
                    returning attempts, former_state is not null as reextract
                ), entered as (
                    insert into ingest_ledger (
                        bucket, object_key, etag, last_modified, size, organization_id, knowledge_base_id, epoch)
                    select ?, ?, ?, ?, ?, ?, ?, ?
                    where not exists (select from again)
                    on conflict on constraint uq_ledger_version do nothing
                    returning attempts, false
                )
                select * from again union all select * from entered
                """;
        try (PreparedStatement statement = connection.prepareStatement(entry)) {
            statement.setLong(1, epoch);
            LedgerRows.identify(statement, 2, version);
            LedgerRows.identify(statement, 6, version);
            statement.setLong(10, version.size());
            statement.setObject(11, target.organizationId());
            statement.setObject(12, target.knowledgeBaseId());
            statement.setLong(13, epoch);
            return work(statement, epoch);
        }
    }

    static void endOthers(Connection connection, ObjectVersion version, long epoch) throws SQLException {
        String update = """
                update ingest_ledger set state = 'superseded', ended_at = clock_timestamp(), epoch = ?
                where bucket = ? and object_key = ? and not (etag = ? and last_modified = ?) and ended_at is null
                """;
        try (PreparedStatement statement = connection.prepareStatement(update)) {
            statement.setLong(1, epoch);
            LedgerRows.identify(statement, 2, version);
            statement.executeUpdate();
        }
    }

    static void showDead(Connection connection, KnowledgeTarget target, ObjectVersion version) throws SQLException {
        String update = """
                update knowledge_documents d
                set status = 'failed', processing_error = concat_ws(': ', l.reason, l.detail)
                from ingest_ledger l
                where l.bucket = ? and l.object_key = ? and l.etag = ? and l.last_modified = ? and l.state = 'dead'
                  and d.knowledge_base_id = ? and d.file_path = l.object_key and d.status = 'pending'
                """;
        try (PreparedStatement statement = connection.prepareStatement(update)) {
            LedgerRows.identify(statement, 1, version);
            statement.setObject(5, target.knowledgeBaseId());
            statement.executeUpdate();
        }
    }

    static Admission adopt(Connection connection, KnowledgeTarget target, ObjectVersion version, long epoch)
            throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select attempts, false from ledger_adopt(?, ?, ?, ?, ?, ?)")) {
            LedgerRows.identify(statement, 1, version);
            statement.setObject(5, target.knowledgeBaseId());
            statement.setLong(6, epoch);
            return work(statement, epoch)
                    .map(Admission.class::cast)
                    .orElseGet(() -> new Admission.Ended(IngestState.DEAD));
        }
    }

    static Optional<Admission.Work> work(PreparedStatement statement, long epoch) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            return row.next()
                    ? Optional.of(new Admission.Work(row.getInt(1), row.getBoolean(2), epoch))
                    : Optional.empty();
        }
    }
}
