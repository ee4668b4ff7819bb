package io.arketic.schema.search;

import com.pgvector.PGvector;
import io.arketic.schema.search.SearchRequest.Mode;
import io.arketic.schema.tenancy.TenantContext;
import io.arketic.schema.tenancy.TenantDatabase;
import io.arketic.schema.tenancy.TenantDatabase.Reading;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds chunks, in one statement, under the caller's row-level security. Two signals bring candidates: the nearest
 * chunks by cosine, and the best by BM25 (Robertson and Zaragoza 2009; k1 = 0.9, b = 0.4, a chunk's length in distinct
 * words). Each candidate is measured by both signals, as Bruch, Gai and Ingber advise ("An Analysis of Fusion Functions for
 * Hybrid Retrieval", 2023). Its score is the word score divided by the best one, plus 0.2 times the similarity in standard
 * deviations from the candidates' mean, within bounds that keep the best words first. A word in the section's title counts twice.
 * A chunk that says next to nothing counts less, and is left out where its document has others, unless the filter shows it.
 * A chunk that a user switched off is left out, unless the filter shows it.
 */
public final class ChunkSearch {

    /** Sets the least number of candidates of each signal: a chunk in the middle of both lists can be the best. */
    private static final int LEAST_CANDIDATES = 100;

    /** Marks the place of the filter's conditions on a chunk in a statement. */
    private static final String FITS = "{fits}";

    /** Marks the place of the condition that a chunk is not switched off; {@code fits.sql} has it, too. */
    private static final String ENABLED = "{enabled}";

    /** Marks the place of the condition that leaves a chunk out. */
    private static final String HIDDEN = "{hidden}";

    private static final Pattern OUTER_SLASHES = Pattern.compile("^/+|/+$");

    /** Limits the words of a question; more only cost time. */
    private static final int MAX_WORDS = 64;

    /** Sets how much the newest document leads the oldest if the question asks for the latest: see RATIONALE.md. */
    private static final double RECENCY = 0.3;

    /** Sets how much a document leads whose name has all numbers of the question: see RATIONALE.md. */
    private static final double NAMED = 0.3;

    /** Sets how much a long document leads that says all names of the question: see RATIONALE.md. */
    private static final double ABOUT = 0.2;

    /** Sets how much of its better neighbour's score a table gets: see RATIONALE.md. */
    private static final double BESIDE = 0.2;

    /** Sets how much each chunk of a document takes from its next, if the question asks for several documents. */
    private static final double SPREAD = 0.2;

    /** Selects one plan for all questions: planning takes longer than searching a small knowledge base. */
    static final String GENERIC_PLAN = "select set_config('plan_cache_mode', 'force_generic_plan', true);\n";

    private static final String STATEMENTS = GENERIC_PLAN + resource("search.sql") + resource("hits.sql")
            + ";\nselect distinct embedding_model from knowledge_bases where id = any (?::uuid[]) and is_active";

    /**
     * Holds the found chunks and the models of the search.
     *
     * @param models of the knowledge bases that were searched; one that the request had no vector for was searched by
     *     text alone. It may be that another generation went live after the question had been embedded
     */
    public record Found(List<ChunkHit> hits, Set<String> models) {

        public Found {
            hits = List.copyOf(hits);
            models = Set.copyOf(models);
        }
    }

    private final TenantDatabase database;

    public ChunkSearch(TenantDatabase database) {
        this.database = database;
    }

    /**
     * Returns the best chunks first, ties by their ids; empty without a match. It reads only chunks of the live
     * generation. A document that is being read again is found by its last completed version.
     */
    public List<ChunkHit> search(TenantContext context, SearchRequest request) throws SQLException {
        return find(context, request).hits();
    }

    /** Searches like {@link #search}, for callers that can embed the question for another model. */
    public Found find(TenantContext context, SearchRequest request) throws SQLException {
        return database.read(context, STATEMENTS, new Reading<>() {
            @Override
            public void bind(PreparedStatement statement, int first) throws SQLException {
                int next = bindSearch(statement, first, request, request.limit());
                statement.setArray(next, bases(statement, request));
            }

            @Override
            public Found read(PreparedStatement statement) throws SQLException {
                return found(statement);
            }
        });
    }

    /**
     * Binds {@code search.sql}.
     *
     * @param limit of what is ranked at its end
     * @return the next parameter's number
     */
    static int bindSearch(PreparedStatement statement, int first, SearchRequest request, int limit)
            throws SQLException {
        int candidates = Math.max(LEAST_CANDIDATES, 2 * request.limit());
        List<String> models = new ArrayList<>();
        List<String> vectors = new ArrayList<>();
        List<String> languages = new ArrayList<>();
        for (Map.Entry<String, EmbeddedQuestion> question : request.questions().entrySet()) {
            models.add(question.getKey());
            vectors.add(Objects.requireNonNull(new PGvector(question.getValue().vector()).getValue()));
            languages.add(String.join(",", question.getValue().languages()));
        }
        boolean byText = request.mode() != Mode.VECTOR;
        boolean byVector = request.mode() != Mode.TEXT;
        Connection connection = statement.getConnection();
        int i = first;
        // With types, also for null: otherwise the driver waits for the server to name an unknown type.
        statement.setObject(i++, request.generation(), Types.INTEGER);
        statement.setObject(i++, request.threshold(), Types.DOUBLE);
        statement.setArray(i++, bases(statement, request));
        i = bind(statement, i, request.filter());
        statement.setArray(i++, connection.createArrayOf("text", models.toArray()));
        statement.setArray(i++, connection.createArrayOf("text", vectors.toArray()));
        statement.setArray(i++, connection.createArrayOf("text", languages.toArray()));
        statement.setInt(i++, byVector ? candidates : 0);
        List<String> words = byText ? SearchWords.of(request.query(), SearchWords.SIMPLE) : List.of();
        List<String> turkish = byText ? SearchWords.of(request.query(), SearchWords.TURKISH) : List.of();
        statement.setArray(i++, array(connection, words.stream().limit(MAX_WORDS)));
        statement.setArray(i++, array(connection, turkish.stream().limit(MAX_WORDS)));
        statement.setArray(
                i++, array(connection, words.stream().limit(MAX_WORDS).map(SearchWords::folded)));
        QuestionScope scope = QuestionScope.of(request.query());
        statement.setArray(
                i++,
                connection.createArrayOf(
                        "boolean",
                        words.stream()
                                .limit(MAX_WORDS)
                                .map(scope.names()::contains)
                                .toArray()));
        statement.setString(i++, SearchWords.literal(words, MAX_WORDS));
        statement.setInt(i++, candidates);
        boolean hybrid = request.mode() == Mode.HYBRID;
        statement.setArray(
                i++, array(connection, hybrid ? scope.numbers().stream().map(SearchSyntax::pattern) : Stream.of()));
        statement.setString(i++, request.mode().name());
        statement.setDouble(i++, hybrid && !scope.code() ? BESIDE : 0);
        statement.setDouble(i++, hybrid && scope.latest() ? RECENCY : 0);
        statement.setDouble(i++, NAMED / Math.max(1, scope.numbers().size()));
        statement.setDouble(i++, hybrid && !scope.code() ? ABOUT : 0);
        statement.setDouble(i++, hybrid && scope.several() ? SPREAD : 0);
        statement.setInt(i++, limit);
        return i;
    }

    static Array bases(PreparedStatement statement, SearchRequest request) throws SQLException {
        return statement
                .getConnection()
                .createArrayOf("uuid", request.knowledgeBaseIds().toArray());
    }

    private static int bind(PreparedStatement statement, int first, SearchFilter filter) throws SQLException {
        Connection connection = statement.getConnection();
        int i = first;
        statement.setBoolean(i++, filter.ofDocuments());
        statement.setArray(
                i++, connection.createArrayOf("uuid", filter.documents().toArray()));
        statement.setArray(i++, array(connection, filter.paths().stream().map(ChunkSearch::withoutOuterSlashes)));
        statement.setArray(i++, array(connection, filter.fileTypes().stream().map(ChunkSearch::lower)));
        statement.setArray(i++, array(connection, filter.languages().stream().map(ChunkSearch::lower)));
        statement.setObject(i++, time(filter.from()), Types.TIMESTAMP_WITH_TIMEZONE);
        statement.setObject(i++, time(filter.before()), Types.TIMESTAMP_WITH_TIMEZONE);
        statement.setString(i++, filter.title() == null ? null : storable(filter.title()));
        statement.setString(i++, filter.author() == null ? null : storable(filter.author()));
        statement.setArray(i++, array(connection, pairs(filter).map(Map.Entry::getKey)));
        statement.setArray(i++, array(connection, pairs(filter).map(Map.Entry::getValue)));
        statement.setObject(i++, filter.firstPage(), Types.INTEGER);
        statement.setObject(i++, filter.lastPage(), Types.INTEGER);
        statement.setArray(i++, patterns(connection, filter.phrases()));
        statement.setArray(i++, patterns(connection, filter.without()));
        statement.setBoolean(i++, filter.lowQuality());
        statement.setBoolean(i++, filter.disabled());
        return i;
    }

    /** Each key with each of its values. */
    private static Stream<Map.Entry<String, String>> pairs(SearchFilter filter) {
        return filter.metadata().entrySet().stream()
                .flatMap(wanted -> wanted.getValue().stream().map(value -> Map.entry(wanted.getKey(), value)));
    }

    /** PostgreSQL has no text with NUL, so nothing is like such a one. */
    private static String storable(String text) {
        return text.replace('\0', '\uffff');
    }

    private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private static String withoutOuterSlashes(String path) {
        return OUTER_SLASHES.matcher(path).replaceAll("");
    }

    private static Found found(PreparedStatement statement) throws SQLException {
        statement.getMoreResults(); // from the setting to the search
        List<ChunkHit> hits = new ArrayList<>();
        try (ResultSet rows = statement.getResultSet()) {
            while (rows.next()) {
                hits.add(hit(rows));
            }
        }
        statement.getMoreResults();
        Set<String> searched = new HashSet<>();
        try (ResultSet rows = statement.getResultSet()) {
            while (rows.next()) {
                searched.add(rows.getString(1));
            }
        }
        return new Found(hits, searched);
    }

    static Array patterns(Connection connection, List<String> phrases) throws SQLException {
        return array(connection, phrases.stream().map(SearchSyntax::pattern));
    }

    private static Array array(Connection connection, Stream<String> words) throws SQLException {
        return connection.createArrayOf("text", words.map(ChunkSearch::storable).toArray());
    }

    private static ChunkHit hit(ResultSet row) throws SQLException {
        return new ChunkHit(
                row.getObject(1, UUID.class),
                row.getObject(2, UUID.class),
                row.getInt(3),
                row.getObject(4, UUID.class),
                row.getInt(5),
                row.getString(6),
                row.getString(7),
                row.getInt(8),
                row.getString(9),
                row.getObject(10, Integer.class),
                row.getInt(11),
                row.getInt(12),
                row.getString(13),
                row.getString(14),
                row.getDouble(15),
                row.getObject(16, Double.class),
                row.getBoolean(17));
    }

    /** Reads a statement or a part of one. */
    static String resource(String name) {
        String text = text(name);
        String fitting = text.contains(FITS) ? text.replace(FITS, text("fits.sql")) : text;
        String enabled = fitting.contains(ENABLED) ? fitting.replace(ENABLED, text("enabled.sql")) : fitting;
        return enabled.contains(HIDDEN) ? enabled.replace(HIDDEN, text("hidden.sql")) : enabled;
    }

    private static String text(String name) {
        try (InputStream in = ChunkSearch.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
