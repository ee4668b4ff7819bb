package io.arketic.rag.knowledge;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.EntityTag;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Role;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.encryption.ColumnEncryption;
import io.arketic.schema.knowledge.FilePasswords;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Accesses the table {@code knowledge_bases}. */
@Component
public class KnowledgeBases {

    /** Holds a new knowledge base with all choices made. */
    public record Creation(
            String name,
            @Nullable String description,
            String type,
            String embeddingModel,
            int chunkSize,
            int chunkOverlap,
            double similarityThreshold,
            @Nullable List<String> ocrLanguages,
            boolean rerank) {}

    /**
     * Holds a change that needs no new generation; null leaves a value unchanged.
     *
     * @param filePasswords replace all passwords of encrypted files; they are tried in this order
     * @param isPublic whether callers without an account may search and ask it; a personal one cannot be
     */
    public record Change(
            @Nullable String name,
            @Nullable String description,
            @Nullable Double similarityThreshold,
            @Nullable List<String> ocrLanguages,
            @Nullable List<String> filePasswords,
            @Nullable Boolean rerank,
            @Nullable Boolean isActive,
            @Nullable Boolean isPublic) {

        /** Shows no passwords. */
        @Override
        public String toString() {
            return "Change[name=" + name + "]";
        }
    }

    private static final String PERSONAL = "personal";

    /** Are computed: a stored {@code indexing} would be written with each document. */
    private static final String COMPUTED = "knowledge_base_indexing(id) AS indexing,"
            + " (SELECT count(*) FROM file_passwords p WHERE p.knowledge_base_id = knowledge_bases.id)"
            + " AS file_passwords";

    private static final String FIND =
            "SELECT *, " + COMPUTED + ", knowledge_right(knowledge_base_type, owner_id, id) AS own_right"
                    + " FROM knowledge_bases WHERE id = ? AND removal_requested_at IS NULL";

    private record Found(KnowledgeBase base, String right) {}

    private final Transactions transactions;
    private final Identifiers identifiers;
    private final Memberships memberships;
    private final ColumnEncryption encryption;

    KnowledgeBases(
            Transactions transactions, Identifiers identifiers, Memberships memberships, ColumnEncryption encryption) {
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.memberships = memberships;
        this.encryption = encryption;
    }

    /** Finds a knowledge base in any of the caller's organizations; one of others is not found. */
    public KnowledgeAccess require(Caller caller, UUID id) {
        return memberships.locate(
                caller,
                "knowledge base",
                id,
                FIND,
                (row, number) -> new Found(knowledgeBase(row, number), row.getString("own_right")),
                (membership, found) ->
                        new KnowledgeAccess(membership, found.base(), found.right()).permitting(caller.permission()));
    }

    /** Finds a knowledge base for a member for whom the product acts without a request. */
    public KnowledgeAccess access(Membership membership, UUID id) {
        return transactions
                .run(
                        membership.context(),
                        sql -> sql.sql(FIND)
                                .param(id)
                                .query((row, number) -> new KnowledgeAccess(
                                        membership, knowledgeBase(row, number), row.getString("own_right")))
                                .optional())
                .orElseThrow(() -> ProblemException.notFound("knowledge base"));
    }

    /** Returns those of {@code ids} that the member may read, or all if {@code ids} is null; active ones only. */
    public List<KnowledgeBase> readable(Membership membership, @Nullable List<UUID> ids) {
        List<KnowledgeBase> all = transactions.run(
                membership.context(),
                sql -> sql.sql("SELECT *, " + COMPUTED + " FROM knowledge_bases WHERE is_active ORDER BY id")
                        .query(KnowledgeBases::knowledgeBase)
                        .list());
        if (ids == null) {
            return all;
        }
        List<KnowledgeBase> chosen =
                all.stream().filter(base -> ids.contains(base.id())).toList();
        if (chosen.size() < ids.stream().distinct().count()) {
            throw ProblemException.notFound("knowledge base");
        }
        return chosen;
    }

    /**
     * Refuses a field of a request unless the caller may change each of these knowledge bases.
     *
     * @throws ProblemException naming the field
     */
    public void requireWritable(Caller caller, Membership membership, List<KnowledgeBase> bases, String field) {
        try {
            caller.doing(Permission.KNOWLEDGE_WRITE);
        } catch (ProblemException refused) {
            throw ProblemException.ofField(refused.reason(), field, "needs a caller that may change knowledge bases");
        }
        if (!Permission.KNOWLEDGE_WRITE.allows(membership.role()) || !areWritable(membership, bases)) {
            throw ProblemException.ofField(
                    ProblemReason.FORBIDDEN, field, "needs the right to edit each knowledge base that is searched");
        }
    }

    private boolean areWritable(Membership membership, List<KnowledgeBase> bases) {
        UUID[] ids = bases.stream().map(KnowledgeBase::id).toArray(UUID[]::new);
        return transactions.run(
                membership.context(),
                sql -> sql.sql("""
                                SELECT NOT EXISTS (
                                    SELECT FROM knowledge_bases
                                    WHERE id = ANY (CAST(:ids AS uuid[])) AND knowledge_right(knowledge_base_type, owner_id, id) = :view)""")
                        .param("ids", ids)
                        .param("view", KnowledgeAccess.VIEW)
                        .query(Boolean.class)
                        .single());
    }

    Optional<KnowledgeBase> find(Membership membership, UUID id) {
        return transactions.run(membership.context(), sql -> find(sql, id));
    }

    public KnowledgeBase create(Membership membership, Creation creation) {
        UUID id = identifiers.next();
        return transactions.run(membership.context(), sql -> {
            sql.sql("""
                            INSERT INTO knowledge_bases (
                                id, organization_id, owner_id, name, description, knowledge_base_type, embedding_model,
                                vector_store_type, chunk_size, chunk_overlap, similarity_threshold, ocr_languages,
                                rerank)
                            VALUES (
                                :id, :organization, :owner, :name, :description, CAST(:type AS knowledge_base_type), :model,
                                'pgvector', :size, :overlap, :threshold, nullif(CAST(:languages AS text[]), '{}'),
                                :rerank)""")
                    .param("id", id)
                    .param("organization", membership.organizationId())
                    .param("owner", membership.userId())
                    .param("name", creation.name())
                    .param("description", creation.description())
                    .param("type", creation.type())
                    .param("model", creation.embeddingModel())
                    .param("size", creation.chunkSize())
                    .param("overlap", creation.chunkOverlap())
                    .param("threshold", creation.similarityThreshold())
                    .param("languages", array(creation.ocrLanguages()))
                    .param("rerank", creation.rerank())
                    .update();
            return find(sql, id).orElseThrow();
        });
    }

    public List<KnowledgeBase> list(Membership membership, Cursor cursor, int limit) {
        return transactions.run(
                membership.context(),
                sql -> sql.sql("SELECT *, " + COMPUTED
                                + " FROM knowledge_bases WHERE id < :after AND removal_requested_at IS NULL"
                                + " ORDER BY id DESC LIMIT :limit")
                        .param("after", cursor.after())
                        .param("limit", limit)
                        .query(KnowledgeBases::knowledgeBase)
                        .list());
    }

    /**
     * Changes the knowledge base; null leaves a value unchanged. It fails if the row is no longer that of {@code
     * basis}.
     */
    public KnowledgeBase change(Membership membership, UUID id, EntityTag basis, Change change) {
        return transactions.run(membership.context(), sql -> {
            KnowledgeBase before = sql.sql("SELECT *, " + COMPUTED
                            + " FROM knowledge_bases WHERE id = :id AND removal_requested_at IS NULL FOR UPDATE")
                    .param("id", id)
                    .query(KnowledgeBases::knowledgeBase)
                    .optional()
                    .orElseThrow(() -> ProblemException.notFound("knowledge base"));
            basis.mustMatch(before.updatedAt());
            if (change.isPublic() != null) {
                mustBePublishable(membership, before, change.isPublic());
            }
            sql.sql("""
                            UPDATE knowledge_bases
                            SET name = coalesce(:name, name),
                                description = nullif(coalesce(:description, description), ''),
                                similarity_threshold = coalesce(:threshold, similarity_threshold),
                                ocr_languages = nullif(coalesce(CAST(:languages AS text[]), ocr_languages), '{}'),
                                rerank = coalesce(:rerank, rerank),
                                is_active = coalesce(:active, is_active),
                                is_public = coalesce(:public, is_public),
                                knowledge_base_type = CAST(coalesce(:type, knowledge_base_type::text) AS knowledge_base_type)
                            WHERE id = :id""")
                    .param("id", id)
                    .param("name", change.name())
                    .param("description", change.description())
                    .param("threshold", change.similarityThreshold())
                    .param("languages", array(change.ocrLanguages()))
                    .param("rerank", change.rerank())
                    .param("active", change.isActive())
                    .param("public", change.isPublic())
                    .param("type", type(before, change))
                    .update();
            if (change.filePasswords() != null) {
                replacePasswords(sql, before, change.filePasswords());
            }
            return find(sql, id).orElseThrow();
        });
    }

    private void replacePasswords(JdbcClient sql, KnowledgeBase base, List<String> passwords) {
        sql.sql("DELETE FROM file_passwords WHERE knowledge_base_id = :base")
                .param("base", base.id())
                .update();
        for (int place = 1; place <= passwords.size(); place++) {
            UUID id = identifiers.next();
            sql.sql("""
                            INSERT INTO file_passwords (id, organization_id, knowledge_base_id, place, encrypted_key)
                            VALUES (:id, :organization, :base, :place, :encrypted)""")
                    .param("id", id)
                    .param("organization", base.organizationId())
                    .param("base", base.id())
                    .param("place", place)
                    .param("encrypted", encryption.encrypt(passwords.get(place - 1), FilePasswords.COLUMN, id))
                    .update();
        }
    }

    private static void mustBePublishable(Membership membership, KnowledgeBase base, boolean published) {
        if (!base.ownerId().equals(membership.userId()) && !membership.role().isAtLeast(Role.ADMIN)) {
            throw new ProblemException(
                    ProblemReason.FORBIDDEN, "Only the knowledge base's owner and admins publish it or withdraw it.");
        }
        if (published && base.knowledgeBaseType().equals(PERSONAL)) {
            throw ProblemException.ofField(
                    ProblemReason.CONFLICT, "is_public", "cannot be set for a personal knowledge base");
        }
    }

    /** Returns the type that follows from publishing or withdrawing; null keeps it. */
    private static @Nullable String type(KnowledgeBase before, Change change) {
        if (change.isPublic() == null || before.knowledgeBaseType().equals(PERSONAL)) {
            return null;
        }
        return change.isPublic() ? "public" : "shared";
    }

    private static Optional<KnowledgeBase> find(JdbcClient sql, UUID id) {
        return sql.sql(FIND).param(id).query(KnowledgeBases::knowledgeBase).optional();
    }

    private static String @Nullable [] array(@Nullable List<String> values) {
        return values == null ? null : values.toArray(String[]::new);
    }

    private static List<String> ocrLanguages(ResultSet row) throws SQLException {
        Array languages = row.getArray("ocr_languages");
        return languages == null ? List.of() : List.of((String[]) languages.getArray());
    }

    private static KnowledgeBase knowledgeBase(ResultSet row, int number) throws SQLException {
        return new KnowledgeBase(
                row.getObject("id", UUID.class),
                row.getObject("organization_id", UUID.class),
                row.getObject("owner_id", UUID.class),
                row.getString("name"),
                row.getString("description"),
                row.getString("knowledge_base_type"),
                row.getString("embedding_model"),
                row.getString("vector_store_type"),
                row.getInt("chunk_size"),
                row.getInt("chunk_overlap"),
                row.getDouble("similarity_threshold"),
                ocrLanguages(row),
                row.getInt("file_passwords"),
                row.getBoolean("rerank"),
                row.getBoolean("is_public"),
                row.getLong("document_count"),
                row.getLong("total_chunks"),
                row.getLong("total_size_bytes"),
                row.getBoolean("is_active"),
                row.getBoolean("indexing"),
                row.getInt("active_generation"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }
}
