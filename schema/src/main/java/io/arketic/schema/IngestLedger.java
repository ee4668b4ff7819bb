package io.arketic.schema;

import io.arketic.schema.LedgerRows.End;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The conservation ledger: one row per object version from the moment it is seen until its end, so that at every moment
 * seen = ended + in flight. Every method is one transaction and may be repeated.
 */
public final class IngestLedger {

    private final TenantDatabase database;
    private final EmbeddingCache cache;

    public IngestLedger(TenantDatabase database) {
        this(database, EmbeddingCache.DEFAULT);
    }

    /** @param cache keeps the vectors of chunks that are withdrawn */
    public IngestLedger(TenantDatabase database, EmbeddingCache cache) {
        this.database = database;
        this.cache = cache;
    }

    /**
     * Finds the knowledge base that a key names.
     *
     * @return empty when the organization does not exist or is not in service, has no such knowledge base, or that is
     *     not active
     */
    public Optional<KnowledgeTarget> resolve(ObjectKey key) throws SQLException {
        return lookUp(key, """
                select organization_id, knowledge_base_id, generation, embedding_model, chunk_size, chunk_overlap
                from resolve_knowledge_target(?, ?)
                """);
    }

    /** As {@link #resolve}, also where the organization or the knowledge base is out of service. */
    public Optional<KnowledgeTarget> home(ObjectKey key) throws SQLException {
        return lookUp(key, """
                select organization_id, knowledge_base_id, generation, embedding_model, chunk_size, chunk_overlap
                from resolve_knowledge_home(?, ?)
                """);
    }

    private Optional<KnowledgeTarget> lookUp(ObjectKey key, String query) throws SQLException {
        return database.transaction(TenantContext.NONE, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(query)) {
                statement.setString(1, key.organizationSlug());
                statement.setObject(2, key.knowledgeBaseId());
                try (ResultSet row = statement.executeQuery()) {
                    if (!row.next()) {
                        return Optional.empty();
                    }
                    return Optional.of(new KnowledgeTarget(
                            row.getObject(1, UUID.class),
                            row.getObject(2, UUID.class),
                            row.getInt(3),
                            row.getString(4),
                            row.getInt(5),
                            row.getInt(6)));
                }
            }
        });
    }

    /**
     * Enters a version, or counts another attempt on one that is in flight. A version that had ended because its key
     * led to no knowledge base is opened again, now that it leads to one. Where it had ended dead, a document that
     * waits for it is shown as failed.
     */
    public Admission admit(KnowledgeTarget target, ObjectVersion version) throws SQLException {
        return database.transaction(target.context(), connection -> {
            Optional<Admission.Work> entered = enter(connection, target, version);
            if (entered.isPresent()) {
                return entered.get();
            }
            // Unlocked: showing it locks the document, which comes before the ledger.
            Optional<IngestState> ended = LedgerRows.find(connection, version);
            if (ended.equals(Optional.of(IngestState.DEAD))) {
                showDead(connection, target, version);
            }
            return ended.isPresent() ? new Admission.Ended(ended.get()) : adopt(connection, target, version);
        });
    }

    private static Optional<Admission.Work> enter(Connection connection, KnowledgeTarget target, ObjectVersion version)
            throws SQLException {
        String entry = """
                with again as (
                    update ingest_ledger set attempts = attempts + 1
                    where bucket = ? and object_key = ? and etag = ? and last_modified = ? and ended_at is null
                    returning id, attempts, former_state is not null as anew
                ), entered as (
                    insert into ingest_ledger (
                        bucket, object_key, etag, last_modified, size, organization_id, knowledge_base_id)
                    select ?, ?, ?, ?, ?, ?, ?
                    where not exists (select from again)
                    on conflict on constraint uq_ledger_version do nothing
                    returning id, attempts, false
                )
                select * from again union all select * from entered
                """;
        try (PreparedStatement statement = connection.prepareStatement(entry)) {
            LedgerRows.identify(statement, 1, version);
            LedgerRows.identify(statement, 5, version);
            statement.setLong(9, version.size());
            statement.setObject(10, target.organizationId());
            statement.setObject(11, target.knowledgeBaseId());
            return work(statement);
        }
    }

    private static void showDead(Connection connection, KnowledgeTarget target, ObjectVersion version)
            throws SQLException {
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

    private static Admission adopt(Connection connection, KnowledgeTarget target, ObjectVersion version)
            throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select id, attempts, false from ledger_adopt(?, ?, ?, ?, ?)")) {
            LedgerRows.identify(statement, 1, version);
            statement.setObject(5, target.knowledgeBaseId());
            return work(statement).map(Admission.class::cast).orElseGet(() -> new Admission.Ended(IngestState.DEAD));
        }
    }

    private static Optional<Admission.Work> work(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            return row.next()
                    ? Optional.of(new Admission.Work(row.getObject(1, UUID.class), row.getInt(2), row.getBoolean(3)))
                    : Optional.empty();
        }
    }

    /**
     * Opens a version again that ended as deleted or superseded although the store holds it: the same bytes were put
     * back within the second that tells versions apart.
     *
     * @return empty when it has not ended so
     */
    public Optional<Admission.Work> reopen(KnowledgeTarget target, ObjectVersion version) throws SQLException {
        String update = """
                update ingest_ledger
                set state = 'received', ended_at = null, attempts = attempts + 1
                where bucket = ? and object_key = ? and etag = ? and last_modified = ?
                  and state in ('deleted', 'superseded')
                returning id, attempts, false
                """;
        return database.transaction(target.context(), connection -> {
            try (PreparedStatement statement = connection.prepareStatement(update)) {
                LedgerRows.identify(statement, 1, version);
                return work(statement);
            }
        });
    }

    /**
     * Shows all objects of a bucket that the ledger knows, of every organization, in no order. For those who compare a
     * listing of the bucket with it.
     *
     * @param each may be shown an object again
     */
    public void knownObjects(String bucket, Consumer<KnownObject> each) throws SQLException {
        database.transaction(TenantContext.NONE, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "select object_key, etag, last_modified, settled from ledger_known_objects(?)")) {
                statement.setFetchSize(1_000);
                statement.setString(1, bucket);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        each.accept(new KnownObject(
                                rows.getString(1),
                                rows.getString(2),
                                rows.getTimestamp(3).toInstant(),
                                rows.getBoolean(4)));
                    }
                }
            }
            return true;
        });
    }

    /** Notes the step that a version in flight has reached. Without effect on one that has ended. */
    public void advance(KnowledgeTarget target, UUID ledgerId, IngestState state) throws SQLException {
        if (state.terminal()) {
            throw new IllegalArgumentException(state + " is an end, not a step");
        }
        database.transaction(target.context(), connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "update ingest_ledger set state = ?::ingest_state where id = ? and ended_at is null")) {
                statement.setString(1, state.label());
                statement.setObject(2, ledgerId);
                return statement.executeUpdate();
            }
        });
    }

    /**
     * Ends a version that an event announced but that is no longer what the store holds. Without effect when a row of
     * the same key and ETag exists.
     */
    public void supersede(KnowledgeTarget target, ObjectVersion version) throws SQLException {
        database.transaction(target.context(), connection -> {
            if (!seen(connection, version)) {
                LedgerRows.end(connection, target, version, End.of(IngestState.SUPERSEDED));
            }
            return true;
        });
    }

    private static boolean seen(Connection connection, ObjectVersion version) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select from ingest_ledger where bucket = ? and object_key = ? and etag = ? limit 1")) {
            statement.setString(1, version.bucket());
            statement.setString(2, LedgerRows.storable(version.key()));
            statement.setString(3, LedgerRows.storable(version.etag()));
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    /**
     * Ends a version as dead. The document's row, where the version would have become one, shows status failed and the
     * detail; an older version that is indexed is withdrawn, since its object no longer holds that content. Without
     * effect on a version that has ended.
     *
     * @param target null when the key leads to no knowledge base; such rows are seen by operators only
     * @param reason a stable name, for example {@code ENCRYPTED}
     * @param detail for people: which limit, which part
     */
    public void bury(
            @Nullable KnowledgeTarget target, ObjectVersion version, String reason, String detail, StepTimes times)
            throws SQLException {
        if (target == null) {
            buryUnplaced(version, reason, detail);
            return;
        }
        database.transaction(target.context(), connection -> {
            Optional<LockedDocument> document = LockedDocument.lock(connection, target, version);
            Optional<IngestState> state = LedgerRows.lock(connection, version);
            if (state.isPresent() && state.get().terminal()) {
                return false;
            }
            UUID documentId = document.map(LockedDocument::id).orElse(null);
            LedgerRows.end(
                    connection,
                    target,
                    version,
                    new End(IngestState.DEAD, documentId, null, null, reason, detail, times, null));
            if (document.isPresent() && !document.get().newerThan(version)) {
                LedgerRows.supersedeOlder(connection, version, true);
                document.get().fail(connection, cache, version, reason, detail);
            }
            return true;
        });
    }

    private void buryUnplaced(ObjectVersion version, String reason, String detail) throws SQLException {
        database.transaction(TenantContext.NONE, connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("select ledger_bury_unplaced(?, ?, ?, ?, ?, ?, ?)")) {
                LedgerRows.identify(statement, 1, version);
                statement.setLong(5, version.size());
                statement.setString(6, reason);
                statement.setString(7, LedgerRows.storable(detail));
                return statement.execute();
            }
        });
    }
}
