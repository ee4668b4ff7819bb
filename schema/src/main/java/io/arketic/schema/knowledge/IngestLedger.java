package io.arketic.schema.knowledge;

import io.arketic.schema.generation.EmbeddingCache;
import io.arketic.schema.ledger.Admission;
import io.arketic.schema.ledger.IngestState;
import io.arketic.schema.ledger.KnowledgeTarget;
import io.arketic.schema.ledger.LedgerRows;
import io.arketic.schema.ledger.LedgerRows.End;
import io.arketic.schema.ledger.ObjectKey;
import io.arketic.schema.ledger.ObjectLook;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.ledger.StepTimes;
import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;

/**
 * Keeps one row for each object version from the moment it is seen until its end, so that at every moment seen = ended
 * + in flight. Every method is one transaction and may be repeated.
 *
 * <p>Every write throws {@code OvertakenException}, and changes nothing, where the object was looked at again since the look
 * that the target's epoch is of.
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

    /** Begins a look at an object. Call it before asking the store. */
    public ObjectLook look(String bucket, ObjectKey key) throws SQLException {
        // The epoch first: later reads are equally new or newer.
        long epoch = database.single(connection -> {
            try (PreparedStatement statement = connection.prepareStatement("select object_epoch(?, ?)")) {
                statement.setString(1, bucket);
                statement.setString(2, LedgerRows.storable(key.toString()));
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return row.getLong(1);
                }
            }
        });
        return new ObjectLook(epoch, resolve(key).map(target -> target.at(epoch)));
    }

    /**
     * Finds the knowledge base that a key names, for writes without a look at the store.
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

    /**
     * Finds the knowledge base like {@link #resolve}, also if the organization or the knowledge base is out of service.
     */
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

    /** Throws {@code OvertakenException} unless the look of this epoch is still the latest one; changes no row. */
    public void requireLatest(long epoch, String bucket, String key) throws SQLException {
        database.transaction(TenantContext.NONE, connection -> LedgerRows.hold(connection, bucket, key, epoch));
    }

    /**
     * Enters a version, or counts another attempt on one that is in flight. A version that ended because its key led to
     * no knowledge base is opened again if it leads to one now. If it ended dead, a document that waits for it is shown
     * as failed. If it has ended and is current, other versions of its object in flight end, because the store does not
     * hold them.
     */
    public Admission admit(KnowledgeTarget target, ObjectVersion version) throws SQLException {
        return database.transaction(target.context(), connection -> {
            long epoch = LedgerRows.hold(connection, target, version);
            Optional<Admission.Work> entered = LedgerAdmissions.enter(connection, target, version, epoch + 1);
            if (entered.isPresent()) {
                return entered.get();
            }
            // Unlocked: showing it locks the document, which comes before the ledger.
            Optional<IngestState> ended = LedgerRows.find(connection, version);
            if (ended.equals(Optional.of(IngestState.DEAD))) {
                LedgerAdmissions.showDead(connection, target, version);
            }
            if (ended.isEmpty()) {
                return LedgerAdmissions.adopt(connection, target, version, epoch + 1);
            }
            if (ended.get() != IngestState.SUPERSEDED && ended.get() != IngestState.DELETED) {
                LedgerAdmissions.endOthers(connection, version, epoch + 1);
            }
            return new Admission.Ended(ended.get());
        });
    }

    /**
     * Opens a superseded or deleted version again, because the store holds it: an older version was put back, or the
     * same bytes within the second that distinguishes versions.
     *
     * @return empty when it is in flight, or what its document holds
     */
    public Optional<Admission.Work> reopen(KnowledgeTarget target, ObjectVersion version) throws SQLException {
        String update = """
                update ingest_ledger
                set state = 'received', reason = null, detail = null, ended_at = null, attempts = attempts + 1, epoch = ?
                where bucket = ? and object_key = ? and etag = ? and last_modified = ? and ended_at is not null
                returning attempts, false
                """;
        return database.transaction(target.context(), connection -> {
            long epoch = LedgerRows.hold(connection, target, version);
            Optional<IngestState> ended = LedgerRows.find(connection, version);
            if (!ended.equals(Optional.of(IngestState.SUPERSEDED)) && !ended.equals(Optional.of(IngestState.DELETED))) {
                return Optional.empty();
            }
            try (PreparedStatement statement = connection.prepareStatement(update)) {
                statement.setLong(1, epoch + 1);
                LedgerRows.identify(statement, 2, version);
                return LedgerAdmissions.work(statement, epoch + 1);
            }
        });
    }

    /** Records the step that a version in flight has reached. It has no effect on a version that has ended. */
    public void advance(KnowledgeTarget target, ObjectVersion version, IngestState state) throws SQLException {
        if (state.terminal()) {
            throw new IllegalArgumentException(state + " is an end, not a step");
        }
        database.transaction(target.context(), connection -> {
            LedgerRows.hold(connection, target, version);
            try (PreparedStatement statement = connection.prepareStatement("""
                    update ingest_ledger set state = ?::ingest_state
                    where bucket = ? and object_key = ? and etag = ? and last_modified = ? and ended_at is null
                    """)) {
                statement.setString(1, state.label());
                LedgerRows.identify(statement, 2, version);
                return statement.executeUpdate();
            }
        });
    }

    /**
     * Ends a version that an event announced but that the store no longer holds. It has no effect if a row of the same
     * key and ETag exists.
     */
    public void supersede(KnowledgeTarget target, ObjectVersion version) throws SQLException {
        database.transaction(target.context(), connection -> {
            LedgerRows.hold(connection, target, version);
            if (!seen(connection, version)) {
                LedgerRows.end(connection, target, version, End.of(IngestState.SUPERSEDED), 0);
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
     * Ends a version as dead. The document that the version belongs to, if any, shows status failed and the detail.
     * Another indexed version is withdrawn, because its object no longer holds that content. It has no effect on a
     * version that has ended.
     *
     * @param reason a stable name, for example {@code ENCRYPTED}
     * @param detail for people: which limit, which part
     */
    public void bury(KnowledgeTarget target, ObjectVersion version, String reason, String detail, StepTimes times)
            throws SQLException {
        database.transaction(target.context(), connection -> {
            long epoch = LedgerRows.hold(connection, target, version);
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
                    new End(IngestState.DEAD, documentId, null, null, reason, detail, times, null),
                    epoch + 1);
            if (document.isPresent()) {
                LedgerRows.supersedeOthers(connection, version, true);
                document.get().fail(connection, cache, version, reason, detail);
            }
            return true;
        });
    }

    /**
     * Ends a version as dead whose key leads to no knowledge base. Only operators see such rows. It has no effect on a
     * version that has ended.
     *
     * @param epoch of the look, or {@link KnowledgeTarget#UNCHECKED}
     */
    public void buryUnplaced(long epoch, ObjectVersion version, String reason, String detail) throws SQLException {
        database.transaction(TenantContext.NONE, connection -> {
            long held = LedgerRows.hold(connection, version.bucket(), version.key(), epoch);
            try (PreparedStatement statement =
                    connection.prepareStatement("select ledger_bury_unplaced(?, ?, ?, ?, ?, ?, ?, ?)")) {
                LedgerRows.identify(statement, 1, version);
                statement.setLong(5, version.size());
                statement.setString(6, reason);
                statement.setString(7, LedgerRows.storable(detail));
                statement.setLong(8, held + 1);
                return statement.execute();
            }
        });
    }
}
