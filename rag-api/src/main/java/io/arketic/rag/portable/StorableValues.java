package io.arketic.rag.portable;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.organization.Membership;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** Asks the database whether it could hold what an archive says, before any of it is written. */
@Component
class StorableValues {

    /** Matches refusals of a value: class 22 of SQLSTATE, and the syntax of a {@code tsvector}. */
    private static final String BAD_VALUE = "22";

    private static final String BAD_SYNTAX = "42601";

    private final Transactions transactions;

    StorableValues(Transactions transactions) {
        this.transactions = transactions;
    }

    Set<String> searchConfigurations(Membership membership) {
        return new HashSet<>(transactions.run(
                membership.context(),
                sql -> sql.sql("SELECT cfgname FROM pg_ts_config")
                        .query(String.class)
                        .list()));
    }

    /** Refuses a document whose values the table could not hold. */
    void verify(Membership membership, ArchivedDocument document) {
        checking(() -> transactions.run(
                membership.context(),
                sql -> sql.sql("""
                        SELECT CAST(d.filename AS varchar(255)) = d.filename AND CAST(d.mime_type AS varchar(100)) = d.mime_type
                            AND CAST(d.file_type AS varchar(50)) = d.file_type AND d.mime_type ~ '^[!-~]+/[ -~]+$'
                            AND d.file_type !~ '[[:cntrl:]/]' AND d.file_size >= 0 AND d.version > 0
                            AND d.filename !~ '[[:cntrl:]/]' AND d.filename <> ''
                            AND coalesce(length(d.title), 0) <= 500 AND coalesce(length(d.author), 0) <= 500
                            AND coalesce(length(d.language), 0) <= 35 AND coalesce(d.file_hash, '') ~ '^([0-9a-f]{64})?$'
                            AND coalesce(d.text_blocks, '') ~ '^[a-z0-9: -]*$'
                            AND (nullif(d.warnings, 'null') IS NULL
                                OR jsonb_typeof(d.warnings) = 'array' AND d.warnings <> '[]')
                            AND (d.search_config IS NULL OR d.search_config IN (SELECT cfgname FROM pg_ts_config))
                        FROM jsonb_to_record(CAST(:json AS jsonb)) AS d (""" + DocumentRows.COLUMNS + ")")
                        .param("json", ArchiveJson.MAPPER.writeValueAsString(document))
                        .query(Boolean.class)
                        .single()));
    }

    /** Refuses chunks whose values the table could not hold. */
    void verify(Membership membership, ArchiveReader.Batch batch) {
        checking(() -> transactions.run(
                membership.context(),
                sql -> sql.sql("""
                        SELECT count(CAST(l.type AS chunk_type)) = count(*) AND count(CAST(l.words AS tsvector)) = count(*)
                        FROM jsonb_to_recordset(CAST(:lines AS jsonb)) AS l (type text, words text)""")
                        .param("lines", batch.json())
                        .query(Boolean.class)
                        .single()));
    }

    private static void checking(Supplier<Boolean> check) {
        try {
            if (!check.get()) {
                throw ArchiveFile.refused("it holds values that no document has");
            }
        } catch (DataAccessException failure) {
            if (isBadValue(failure)) {
                throw ArchiveFile.refused("it holds values that no document has", failure);
            }
            throw failure;
        }
    }

    private static boolean isBadValue(DataAccessException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException database) {
                String state = String.valueOf(database.getSQLState());
                return state.startsWith(BAD_VALUE) || state.equals(BAD_SYNTAX);
            }
        }
        return false;
    }
}
