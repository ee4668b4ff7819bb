package io.arketic.rag.workflow;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Stores the definitions of workflows, one for each version. A stored version never changes. */
@Component
public class WorkflowVersions {

    private record Key(UUID workflow, String version) {}

    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final Cache<Key, Definition> definitions =
            Caffeine.newBuilder().maximumSize(2000).build();
    private final Transactions transactions;
    private final DefinitionReader reader;
    private final JsonMapper json;

    WorkflowVersions(Transactions transactions, DefinitionReader reader, JsonMapper json) {
        this.transactions = transactions;
        this.reader = reader;
        this.json = json;
    }

    /** Lists versions, the newest first. */
    List<WorkflowVersion> list(WorkflowAccess access, Cursor cursor, int limit) {
        return transactions.run(
                access.membership().context(),
                sql -> sql.sql("""
                        SELECT * FROM workflow_versions WHERE workflow_id = :workflow AND id < :after
                        ORDER BY id DESC LIMIT :limit""")
                        .param("workflow", access.workflow().id())
                        .param("after", cursor.after())
                        .param("limit", limit)
                        .query((row, number) -> new WorkflowVersion(
                                row.getObject("id", UUID.class),
                                row.getString("version"),
                                object(row.getString("definition")),
                                row.getObject("created_by_id", UUID.class),
                                row.getObject("created_at", OffsetDateTime.class)
                                        .toInstant()))
                        .list());
    }

    /** Returns the definition of a version as it was sent. */
    Map<String, Object> source(WorkflowAccess access, String version) {
        return transactions
                .run(
                        access.membership().context(),
                        sql -> stored(sql, access.workflow().id(), version))
                .orElseThrow(() -> ProblemException.notFound("version"));
    }

    /** Returns the definition of a version, which was valid when it was stored. A version never changes: it is read once. */
    public Definition definition(JdbcClient sql, UUID workflow, String version) {
        Key key = new Key(workflow, version);
        Definition known = definitions.getIfPresent(key);
        if (known == null) {
            known = reader.read(stored(sql, workflow, version).orElseThrow());
            definitions.put(key, known);
        }
        return known;
    }

    /** Returns the number of the next version: the wanted one, which must be greater, or else the next. */
    static SemanticVersion next(Workflow now, @Nullable String wanted) {
        SemanticVersion current = SemanticVersion.of(now.version()).orElse(SemanticVersion.FIRST);
        if (wanted == null) {
            return current.next();
        }
        return SemanticVersion.of(wanted)
                .filter(version -> version.compareTo(current) > 0)
                .orElseThrow(() -> ProblemException.ofField(
                        ProblemReason.INVALID_INPUT, "version", "must be three numbers and greater than " + current));
    }

    void add(JdbcClient sql, Membership membership, UUID id, SemanticVersion version, @Nullable String definition) {
        sql.sql("""
                        INSERT INTO workflow_versions (workflow_id, version, definition, created_by_id)
                        VALUES (:workflow, :version, CAST(:definition AS jsonb), :user)""")
                .param("workflow", id)
                .param("version", version.toString())
                .param("definition", definition)
                .param("user", membership.userId())
                .update();
    }

    private Optional<Map<String, Object>> stored(JdbcClient sql, UUID workflow, String version) {
        return sql.sql("SELECT definition FROM workflow_versions WHERE workflow_id = :workflow AND version = :version")
                .param("workflow", workflow)
                .param("version", version)
                .query(String.class)
                .optional()
                .map(this::object);
    }

    private Map<String, Object> object(String text) {
        return json.readValue(text, OBJECT);
    }
}
