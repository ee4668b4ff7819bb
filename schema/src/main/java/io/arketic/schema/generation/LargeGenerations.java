package io.arketic.schema.generation;

import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Gives each large generation indexes of its own, and removes them when it is small or gone. Searches of a generation use
 * its indexes once they hold every chunk; until then they compare every chunk. Each step is a short transaction that a later
 * run continues, also in another process.
 */
public final class LargeGenerations {

    /** Limits the chunks that one transaction copies; each takes some milliseconds. */
    private static final int BATCH = 200;

    /** Limits the blocks whose words one transaction counts; it takes some ten seconds. */
    private static final int BLOCKS = 32_768;

    private enum Work {
        OPEN,
        FILL,
        COUNT,
        CLOSE,
        DROP
    }

    private enum Progress {
        NONE,
        SOME,
        COMPLETE
    }

    /** @param part the partition; null if it is to be opened */
    private record Step(
            Work work,
            @Nullable UUID knowledgeBaseId,
            int generation,
            @Nullable Integer part) {}

    private final TenantDatabase database;

    /** @param database of the role {@code arketic_maintenance} */
    public LargeGenerations(TenantDatabase database) {
        this.database = database;
    }

    /**
     * Does the work that is due, one batch of each generation in turn. It returns early when the thread is interrupted.
     *
     * @param fromChunks a knowledge base with as many chunks gets indexes; with less than half of them, it loses them
     * @return how many steps it did
     * @throws SQLException the first failure, after the other generations had their turn
     */
    public int run(int fromChunks) throws SQLException {
        int done = 0;
        Set<Step> finished = new HashSet<>();
        SQLException failure = null;
        boolean more = true;
        while (more && !Thread.currentThread().isInterrupted()) {
            more = false;
            for (Step step : due(fromChunks)) {
                if (finished.contains(step)) {
                    continue;
                }
                Progress progress = Progress.NONE;
                try {
                    progress = progress(step);
                } catch (SQLException e) {
                    failure = failure == null ? e : failure;
                }
                // The server's own numbers, which say that a count is due, may lag behind.
                if (progress == Progress.NONE || progress == Progress.COMPLETE && step.work() == Work.COUNT) {
                    finished.add(step);
                }
                if (progress != Progress.NONE) {
                    more = true;
                    done++;
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
        return done;
    }

    private List<Step> due(int fromChunks) throws SQLException {
        return database.transaction(TenantContext.NONE, connection -> {
            List<Step> steps = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(
                    "select work, knowledge_base_id, generation, part from index_part_work(?)")) {
                statement.setInt(1, fromChunks);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        steps.add(new Step(
                                Work.valueOf(row.getString(1).toUpperCase(Locale.ROOT)),
                                row.getObject(2, UUID.class),
                                row.getInt(3),
                                row.getObject(4, Integer.class)));
                    }
                }
            }
            return steps;
        });
    }

    private Progress progress(Step step) throws SQLException {
        return switch (step.work()) {
            case OPEN ->
                call(Integer.class, "select open_index_part(?, ?)", step.knowledgeBaseId(), step.generation())
                                .isPresent()
                        ? Progress.COMPLETE
                        : Progress.NONE;
            case FILL -> fill(step);
            case COUNT -> count(step);
            case CLOSE -> changed("select close_index_part(?)", step);
            case DROP -> changed("select drop_index_part(?)", step);
        };
    }

    /** Copies a batch, or counts words if the index has all chunks; the last count puts it to use. */
    private Progress fill(Step step) throws SQLException {
        Optional<Integer> copied = call(Integer.class, "select fill_index_part(?, ?)", step.part(), BATCH);
        if (copied.isEmpty()) {
            return Progress.NONE;
        }
        return copied.get() > 0 ? Progress.SOME : count(step);
    }

    private Progress count(Step step) throws SQLException {
        return call(Boolean.class, "select count_index_words(?, ?)", step.part(), BLOCKS)
                .map(complete -> complete ? Progress.COMPLETE : Progress.SOME)
                .orElse(Progress.NONE);
    }

    private Progress changed(String query, Step step) throws SQLException {
        return call(Boolean.class, query, step.part()).orElse(false) ? Progress.COMPLETE : Progress.NONE;
    }

    private <T> Optional<T> call(Class<T> type, String query, @Nullable Object... values) throws SQLException {
        return database.transaction(TenantContext.NONE, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(query)) {
                for (int i = 0; i < values.length; i++) {
                    statement.setObject(i + 1, values[i]);
                }
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return Optional.ofNullable(row.getObject(1, type));
                }
            }
        });
    }
}
