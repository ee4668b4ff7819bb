package io.arketic.ingest.reindex;

import io.arketic.ingest.flow.DatabaseDriver;
import io.arketic.ingest.lease.Offer;
import io.arketic.ingest.lease.WorkQueue;
import io.arketic.ingest.settings.ReindexSettings;
import io.arketic.schema.generation.FillPosition;
import io.arketic.schema.generation.GenerationFill;
import io.arketic.schema.generation.MissingDocument;
import io.arketic.schema.tenancy.DatabaseSettings;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Is the queue of the documents that generations lack, as the enumerator sees it, which runs in the JobManager. The
 * database is asked for some at a time. Documents are leased in memory alone: one that two jobs add is written twice, with
 * the same result.
 */
public final class MissingDocuments implements WorkQueue<ReindexWork> {

    /** Limits the documents of one query; a new knowledge base waits for at most so many. */
    private static final int BATCH = 16;

    private static final int CONNECTIONS = 2;

    /** Limits how long a database that has vanished stops every round. */
    private static final Duration SILENCE = Duration.ofSeconds(60);

    /** Finds missing documents behind a position, as {@link GenerationFill#missing(int, FillPosition)} does. */
    interface Search {
        List<MissingDocument> missing(int atMost, FillPosition position) throws SQLException;
    }

    private final Search search;
    private final AutoCloseable database;
    private final FillPosition position = new FillPosition();
    private final Map<MissingDocument.Key, MissingDocument> found = new LinkedHashMap<>();

    MissingDocuments(Search search, AutoCloseable database) {
        this.search = search;
        this.database = database;
    }

    public static MissingDocuments open(ReindexSettings settings) throws SQLException {
        DatabaseDriver.register();
        DatabaseSettings access = settings.database().toSchema();
        try {
            TenantDatabase database = TenantDatabase.open(
                    new DatabaseSettings(access.url(), access.user(), access.password(), CONNECTIONS), SILENCE);
            return new MissingDocuments(new GenerationFill(database)::missing, () -> {
                database.close();
                DatabaseDriver.forget();
            });
        } catch (RuntimeException e) {
            DatabaseDriver.forget();
            throw e;
        }
    }

    @Override
    public List<Offer<ReindexWork>> offers(int ofEach, Collection<ReindexWork> leased) throws SQLException {
        Set<MissingDocument.Key> underWay = new HashSet<>();
        for (ReindexWork work : leased) {
            if (work instanceof ReindexWork.Add add) {
                underWay.add(add.document().key());
            }
        }
        if (found.size() < ofEach) {
            // What is under way is missing until it is written, and may be all that a smaller search finds.
            for (MissingDocument document : search.missing(Math.max(BATCH, ofEach) + underWay.size(), position)) {
                if (!underWay.contains(document.key())) {
                    found.putIfAbsent(document.key(), document);
                }
            }
        }
        return found.values().stream()
                .map(document -> new Offer<ReindexWork>(
                        document.target().organizationId().toString(), 0, new ReindexWork.Add(document)))
                .toList();
    }

    @Override
    public Map<ReindexWork, ReindexWork> take(List<ReindexWork> offered) {
        for (ReindexWork work : offered) {
            if (work instanceof ReindexWork.Add add) {
                found.remove(add.document().key());
            }
        }
        return offered.stream().collect(Collectors.toMap(Function.identity(), Function.identity()));
    }

    /** Keeps no lease: what a lost reader had is missing still. */
    @Override
    public void keep(Collection<ReindexWork> leased) {}

    @Override
    public Optional<ReindexWork> permanent() {
        return Optional.of(new ReindexWork.Tidy());
    }

    @Override
    public boolean exhausted() {
        return false;
    }

    @Override
    public Duration oldest() {
        return Duration.ZERO;
    }

    @Override
    public void done(ReindexWork work) {}

    @Override
    public void close() {
        try {
            database.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
