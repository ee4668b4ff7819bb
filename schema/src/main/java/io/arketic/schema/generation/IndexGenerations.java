package io.arketic.schema.generation;

import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Creates, switches and removes generations of a knowledge base's index. Every method is one transaction; a switch
 * changes a single row.
 */
public final class IndexGenerations {

    /** Limits the missing documents for which a switch makes the ingest wait: more would take too long. */
    private static final long FEW = 50;

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(100);

    private final TenantDatabase database;

    public IndexGenerations(TenantDatabase database) {
        this.database = database;
    }

    /**
     * Begins a generation. A knowledge base without documents has it ready at once. An earlier generation that failed
     * is removed.
     *
     * @return its number; empty when there is one already that was begun and not yet activated or cancelled, or the
     *     knowledge base is gone
     */
    public OptionalInt begin(TenantContext context, UUID knowledgeBaseId, GenerationPlan plan) throws SQLException {
        return alone(context, knowledgeBaseId, connection -> {
            if (find(connection, knowledgeBaseId, null, GenerationState.BUILDING, GenerationState.READY)
                    .isPresent()) {
                return OptionalInt.empty();
            }
            for (int failed = failed(connection, knowledgeBaseId);
                    failed > 0;
                    failed = failed(connection, knowledgeBaseId)) {
                enter(connection, knowledgeBaseId, failed, GenerationState.PRUNED);
            }
            return insert(connection, knowledgeBaseId, plan);
        });
    }

    private static int failed(Connection connection, UUID knowledgeBaseId) throws SQLException {
        return find(connection, knowledgeBaseId, null, GenerationState.FAILED).orElse(0);
    }

    private static OptionalInt insert(Connection connection, UUID knowledgeBaseId, GenerationPlan plan)
            throws SQLException {
        String insert = """
                insert into index_generations (
                    knowledge_base_id, generation, organization_id, embedding_model, chunk_size, chunk_overlap,
                    similarity_threshold, state, ready_at)
                select b.id, 1 + (
                        select max(g.generation) from index_generations g where g.knowledge_base_id = b.id),
                    b.organization_id, ?, ?, ?, ?,
                    case when d.filled then 'building' else 'ready' end::generation_state,
                    case when not d.filled then clock_timestamp() end
                from knowledge_bases b
                cross join (select exists (
                    select from knowledge_documents
                    where knowledge_base_id = ? and indexed_generation is not null) as filled) d
                where b.id = ?
                returning generation
                """;
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            statement.setString(1, plan.embeddingModel());
            statement.setInt(2, plan.chunkSize());
            statement.setInt(3, plan.chunkOverlap());
            statement.setDouble(4, plan.similarityThreshold());
            statement.setObject(5, knowledgeBaseId);
            statement.setObject(6, knowledgeBaseId);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? OptionalInt.of(row.getInt(1)) : OptionalInt.empty();
            }
        }
    }

    /**
     * Makes searches read the generation that was begun. The former one receives new versions, so that a rollback is
     * possible; the one before it is removed.
     *
     * <p>The ingest's commits wait meanwhile, so that a generation that lags behind by a few documents can catch up: for
     * ten seconds at most, and then nothing has changed. Repeated, also side by side, it changes nothing.
     */
    public SwitchOutcome activate(TenantContext context, UUID knowledgeBaseId, int generation) throws SQLException {
        return alone(
                context,
                knowledgeBaseId,
                connection -> swap(
                        connection,
                        knowledgeBaseId,
                        generation,
                        GenerationState.BUILDING,
                        GenerationState.READY,
                        GenerationState.RETIRED));
    }

    /** Switches back like {@link #activate}; {@code generation} is the former one. */
    public SwitchOutcome rollBack(TenantContext context, UUID knowledgeBaseId, int generation) throws SQLException {
        return alone(
                context,
                knowledgeBaseId,
                connection -> swap(connection, knowledgeBaseId, generation, GenerationState.RETIRED));
    }

    private static SwitchOutcome swap(
            Connection connection, UUID knowledgeBaseId, int generation, GenerationState... from) throws SQLException {
        if (find(connection, knowledgeBaseId, generation, GenerationState.ACTIVE)
                .isPresent()) {
            return new SwitchOutcome.Unchanged(generation);
        }
        if (find(connection, knowledgeBaseId, generation, from).isEmpty()) {
            return new SwitchOutcome.Unavailable();
        }
        long missing = GenerationRows.missing(connection, knowledgeBaseId, generation);
        if (missing <= FEW) {
            // From here on the ingest waits, and finds the other generation when it goes on.
            holdWriters(connection, knowledgeBaseId);
            missing = awaitComplete(connection, knowledgeBaseId, generation);
        }
        return missing > 0
                ? new SwitchOutcome.Incomplete(generation, missing)
                : flip(connection, knowledgeBaseId, generation);
    }

    private static long awaitComplete(Connection connection, UUID knowledgeBaseId, int generation) throws SQLException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        long missing = GenerationRows.missing(connection, knowledgeBaseId, generation);
        while (missing > 0 && System.nanoTime() < end) {
            try {
                TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return missing;
            }
            missing = GenerationRows.missing(connection, knowledgeBaseId, generation);
        }
        return missing;
    }

    private static SwitchOutcome flip(Connection connection, UUID knowledgeBaseId, int generation) throws SQLException {
        OptionalInt former = find(connection, knowledgeBaseId, null, GenerationState.RETIRED);
        if (former.isPresent()) {
            enter(connection, knowledgeBaseId, former.getAsInt(), GenerationState.PRUNED);
        }
        int live =
                find(connection, knowledgeBaseId, null, GenerationState.ACTIVE).orElseThrow();
        execute(connection, """
                update index_generations g set similarity_threshold = b.similarity_threshold
                from knowledge_bases b
                where g.knowledge_base_id = ? and g.generation = ? and b.id = g.knowledge_base_id
                """, knowledgeBaseId, live);
        enter(connection, knowledgeBaseId, live, GenerationState.RETIRED);
        execute(connection, """
                update knowledge_bases b
                set active_generation = g.generation, embedding_model = g.embedding_model, chunk_size = g.chunk_size,
                    chunk_overlap = g.chunk_overlap,
                    similarity_threshold = coalesce(g.similarity_threshold, b.similarity_threshold)
                from index_generations g
                where g.knowledge_base_id = ? and g.generation = ? and b.id = g.knowledge_base_id
                """, knowledgeBaseId, generation);
        execute(connection, """
                update index_generations
                set state = 'active', activated_at = clock_timestamp(), settled_at = null, similarity_threshold = null,
                    ready_at = coalesce(ready_at, clock_timestamp()), problem = null, problem_detail = null,
                    problem_count = 0, resume_at = null
                where knowledge_base_id = ? and generation = ?
                """, knowledgeBaseId, generation);
        return new SwitchOutcome.Switched(generation, live);
    }

    /**
     * Cancels a generation that was begun; its chunks are removed in the background.
     *
     * @return whether there was one to be given up, or it was given up before
     */
    public boolean cancel(TenantContext context, UUID knowledgeBaseId, int generation) throws SQLException {
        return leave(
                context,
                knowledgeBaseId,
                generation,
                GenerationState.CANCELLED,
                GenerationState.BUILDING,
                GenerationState.READY,
                GenerationState.FAILED);
    }

    /** Prunes the former generation, after which no rollback to it is possible. It returns as {@link #cancel} does. */
    public boolean prune(TenantContext context, UUID knowledgeBaseId, int generation) throws SQLException {
        return leave(context, knowledgeBaseId, generation, GenerationState.PRUNED, GenerationState.RETIRED);
    }

    private boolean leave(
            TenantContext context, UUID knowledgeBaseId, int generation, GenerationState to, GenerationState... from)
            throws SQLException {
        return alone(context, knowledgeBaseId, connection -> {
            boolean there = find(connection, knowledgeBaseId, generation, from).isPresent();
            if (there) {
                enter(connection, knowledgeBaseId, generation, to);
            }
            return there || find(connection, knowledgeBaseId, generation, to).isPresent();
        });
    }

    /** Runs work on one knowledge base at a time, so that the states it read are still valid. */
    private <T> T alone(TenantContext context, UUID knowledgeBaseId, TenantDatabase.Work<T> work) throws SQLException {
        return database.transaction(context, connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("select pg_advisory_xact_lock(hashtextextended(?, 17))")) {
                statement.setString(1, knowledgeBaseId.toString());
                statement.execute();
            }
            return work.run(connection);
        });
    }

    /** Finds the newest generation in one of these states. */
    private static OptionalInt find(
            Connection connection, UUID knowledgeBaseId, @Nullable Integer generation, GenerationState... states)
            throws SQLException {
        String query = """
                select generation from index_generations
                where knowledge_base_id = ? and generation = coalesce(?, generation)
                  and state = any (?::generation_state[])
                order by generation desc limit 1
                """;
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setObject(1, knowledgeBaseId);
            statement.setObject(2, generation, Types.INTEGER);
            statement.setArray(
                    3,
                    connection.createArrayOf(
                            "text",
                            Arrays.stream(states).map(GenerationState::label).toArray()));
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? OptionalInt.of(row.getInt(1)) : OptionalInt.empty();
            }
        }
    }

    private static void enter(Connection connection, UUID knowledgeBaseId, int generation, GenerationState state)
            throws SQLException {
        String update = """
                update index_generations set state = ?::generation_state, settled_at = null
                where knowledge_base_id = ? and generation = ?
                """;
        try (PreparedStatement statement = connection.prepareStatement(update)) {
            statement.setString(1, state.label());
            statement.setObject(2, knowledgeBaseId);
            statement.setInt(3, generation);
            statement.executeUpdate();
        }
    }

    private static void holdWriters(Connection connection, UUID knowledgeBaseId) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select from index_generations where knowledge_base_id = ? and state = 'active' for update")) {
            statement.setObject(1, knowledgeBaseId);
            statement.execute();
        }
    }

    private static void execute(Connection connection, String update, UUID knowledgeBaseId, int generation)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(update)) {
            statement.setObject(1, knowledgeBaseId);
            statement.setInt(2, generation);
            statement.executeUpdate();
        }
    }

    /** Returns the progress of the knowledge base's newest generations, newest first. */
    public List<IndexGeneration> list(TenantContext context, UUID knowledgeBaseId) throws SQLException {
        return database.transaction(context, connection -> GenerationProgress.read(connection, knowledgeBaseId));
    }

    /** Returns one generation of {@link #list}. */
    public Optional<IndexGeneration> find(TenantContext context, UUID knowledgeBaseId, int generation)
            throws SQLException {
        return list(context, knowledgeBaseId).stream()
                .filter(one -> one.generation() == generation)
                .findFirst();
    }
}
