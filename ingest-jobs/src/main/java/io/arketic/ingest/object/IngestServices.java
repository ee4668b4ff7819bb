package io.arketic.ingest.object;

import io.arketic.embeddings.EmbeddingModels;
import io.arketic.extractors.ExtractLimits;
import io.arketic.extractors.ExtractorSettings;
import io.arketic.extractors.fork.ForkedExtractor;
import io.arketic.ingest.deadletter.DeadLetterTopic;
import io.arketic.ingest.flow.ChunkMaker;
import io.arketic.ingest.flow.DatabaseDriver;
import io.arketic.ingest.flow.EmbeddingPermit;
import io.arketic.ingest.flow.Retry;
import io.arketic.ingest.flow.Scratch;
import io.arketic.ingest.flow.TenantPermits;
import io.arketic.ingest.flow.TextBudget;
import io.arketic.ingest.settings.IngestSettings;
import io.arketic.schema.generation.KnownEmbeddings;
import io.arketic.schema.knowledge.FilePasswords;
import io.arketic.schema.knowledge.IngestLedger;
import io.arketic.schema.knowledge.KnowledgeStore;
import io.arketic.schema.knowledge.ObjectLedger;
import io.arketic.schema.knowledge.ParkedVersions;
import io.arketic.schema.knowledge.ReextractedVersions;
import io.arketic.schema.ledger.ObjectQueue;
import io.arketic.schema.tenancy.DatabaseSettings;
import io.arketic.schema.tenancy.TenantDatabase;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Provides what the subtasks of a job share on one machine: models, parser processes, connections. They are created for
 * the first subtask and closed after the last one, so that a job that is submitted repeatedly leaves none behind.
 *
 * <p>Flink loads the classes again for each job, so that a static field here belongs to one job. The native libraries
 * of the models belong to Flink's own class loader and stay loaded.
 */
public final class IngestServices {

    private static final Logger LOG = LoggerFactory.getLogger(IngestServices.class);
    private static final Map<IngestSettings, IngestServices> OPEN = new HashMap<>();

    /**
     * Limits the characters in flight to a little more than the longest document may have: one such, or many of usual
     * size.
     */
    private static final int CHARACTERS_AT_ONCE = 25_000_000;

    /**
     * Adds parsers that one tenant alone never holds; such a process starts when files of two tenants are read at once.
     */
    private static final int SPARE_PARSERS = 1;

    private static final int MARKING_CONNECTIONS = 2;

    /** Ends a mark before Flink ends the process because the sink's thread does not end: after three minutes. */
    private static final Duration MARKING_SILENCE = Duration.ofSeconds(60);

    private final IngestSettings settings;
    private final Deque<AutoCloseable> closeLast = new ArrayDeque<>();
    private final TenantDatabase database;
    private final ObjectStore store;
    private final ObjectLedger objects;
    private final ParkedVersions parked;
    private final ObjectIngest ingest;
    private final ObjectQueue queue;
    private final ObjectQueue marks;
    private final AtomicInteger readers = new AtomicInteger();
    private int users;

    private IngestServices(IngestSettings settings) throws IOException, SQLException {
        this.settings = settings;
        try {
            DatabaseDriver.register();
            Scratch scratch = opened(Scratch.open());
            database = opened(TenantDatabase.open(settings.database().toSchema()));
            store = opened(new ObjectStore(settings.store()));
            objects = new ObjectLedger(database);
            parked = new ParkedVersions(database, settings.cache().toSchema());
            queue = new ObjectQueue(database, settings.store().bucket());
            DatabaseSettings all = settings.database().toSchema();
            TenantDatabase marking = opened(TenantDatabase.open(
                    new DatabaseSettings(all.url(), all.user(), all.password(), MARKING_CONNECTIONS), MARKING_SILENCE));
            marks = new ObjectQueue(marking, settings.store().bucket());
            ingest = assemble(scratch, database);
        } catch (IOException | SQLException | RuntimeException e) {
            closeAll();
            DatabaseDriver.forget();
            throw e;
        }
    }

    /** Returns the services of this machine; release them with {@link #release()}. */
    public static IngestServices acquire(IngestSettings settings) throws IOException, SQLException {
        synchronized (OPEN) {
            IngestServices services = OPEN.get(settings);
            if (services == null) {
                services = new IngestServices(settings);
                OPEN.put(settings, services);
            }
            services.users++;
            return services;
        }
    }

    public ObjectStore store() {
        return store;
    }

    public ObjectLedger objects() {
        return objects;
    }

    public ParkedVersions parked() {
        return parked;
    }

    /** Returns how many threads wait for a connection to the database now. */
    public int waitingForDatabase() {
        return database.waiting();
    }

    public ObjectIngest ingest() {
        return ingest;
    }

    public ObjectQueue queue() {
        return queue;
    }

    /** Returns the queue for marks: looks do not hold its connections, and it does not hang on a lost server. */
    public ObjectQueue marks() {
        return marks;
    }

    /** Shares this machine's places among one reader more. */
    public void addReader() {
        readers.incrementAndGet();
    }

    /** Shares this machine's places among one reader less. */
    public void removeReader() {
        readers.decrementAndGet();
    }

    /** Returns the number of objects that one reader works on at once. */
    public int placesOfReader() {
        return settings.placesOfReader(readers.get());
    }

    public void release() {
        synchronized (OPEN) {
            users--;
            if (users == 0) {
                OPEN.remove(settings);
                closeAll();
                DatabaseDriver.forget();
            }
        }
    }

    private ObjectIngest assemble(Scratch scratch, TenantDatabase database) {
        IngestLedger ledger = new IngestLedger(database, settings.cache().toSchema());
        KnowledgeStore knowledge = new KnowledgeStore(database, settings.cache().toSchema());
        DeadLetterTopic deadLetters = opened(new DeadLetterTopic(settings.kafka()));
        ForkedExtractor extractor = opened(ForkedExtractor.start(extractorSettings()));
        EmbeddingModels models = opened(new EmbeddingModels(settings.embedding()));
        Retry retry = Retry.standard();
        ReextractedVersions readAnew = new ReextractedVersions(database);
        KnownEmbeddings known = new KnownEmbeddings(database, settings.cache().toSchema());
        GuardedStore guarded = new GuardedStore(store, settings.store().bucket(), Retry.brief());
        VersionIngest versions = new VersionIngest(
                settings.extract().fileLimit(),
                guarded,
                ledger,
                knowledge,
                readAnew,
                new DocumentReader(
                        extractor,
                        new TenantPermits(settings.extract().forks()),
                        new ChunkMaker(models, known, EmbeddingPermit.AT_ONCE),
                        new FilePasswords(database, settings.encryption()::toSchema),
                        retry),
                new TextBudget(CHARACTERS_AT_ONCE),
                scratch,
                retry);
        DeadLettering burial = new DeadLettering(ledger, deadLetters, retry, Clock.systemUTC());
        return new ObjectIngest(
                settings.store().bucket(), guarded, ledger, knowledge, readAnew, parked, versions, burial, retry);
    }

    private ExtractorSettings extractorSettings() {
        IngestSettings.Extract extract = settings.extract();
        ExtractLimits standard = ExtractLimits.DEFAULT;
        return ExtractorSettings.of(extract.parserClasspath())
                .withForks(extract.forks() + SPARE_PARSERS)
                .withOcr(settings.ocr().toExtractors())
                .withLimits(new ExtractLimits(
                        extract.timeout(),
                        extract.parserHeap(),
                        extract.fileLimit(),
                        standard.maxCharacters(),
                        standard.maxEmbeddedDepth(),
                        standard.maxEmbeddedCount()));
    }

    private <T extends AutoCloseable> T opened(T service) {
        closeLast.push(service);
        return service;
    }

    private void closeAll() {
        while (!closeLast.isEmpty()) {
            AutoCloseable service = closeLast.pop();
            try {
                service.close();
            } catch (Exception e) {
                LOG.warn("could not close {}", service, e);
            }
        }
    }
}
