package io.arketic.ingest.settings;

import io.arketic.embeddings.EmbeddingSettings;
import io.arketic.embeddings.SettingReader;
import io.arketic.embeddings.SettingValue;
import io.arketic.extractors.OcrSettings;
import io.arketic.schema.encryption.ColumnEncryption;
import io.arketic.schema.generation.EmbeddingCache;
import io.arketic.schema.tenancy.DatabaseSettings;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Holds the settings of the ingest job. They are read from the environment once where the job is submitted, and travel
 * inside the job to the machines that do the work.
 *
 * @param kafka where events come from and dead letters go to
 * @param parallelism subtasks; each takes a share of the objects
 */
public record IngestSettings(
        Database database,
        Store store,
        KafkaSettings kafka,
        EmbeddingSettings embedding,
        Cache cache,
        Extract extract,
        Ocr ocr,
        Encryption encryption,
        Listing listing,
        int parallelism)
        implements Serializable {

    /** Describes the database access of the role {@code arketic_ingest}. */
    public record Database(String url, String user, String password, int poolSize) implements Serializable {

        /** Reads the settings; a role without a password of its own uses the application's. */
        static Database from(SettingReader settings, int poolSize) {
            String password = settings.value("database.ingest-password");
            return new Database(
                    settings.databaseAddress("database.url", "jdbc:postgresql://127.0.0.1:5433/arketic"),
                    settings.text("database.ingest-user", "arketic_ingest"),
                    password == null ? settings.text("database.password") : password,
                    poolSize);
        }

        public DatabaseSettings toSchema() {
            return new DatabaseSettings(url, user, password, poolSize);
        }

        /** Shows no password. */
        @Override
        public String toString() {
            return "Database[url=" + url + ", user=" + user + ", poolSize=" + poolSize + "]";
        }
    }

    /** Describes the store that files are dropped into. */
    public record Store(String endpoint, String accessKey, String secretKey, String bucket) implements Serializable {

        /** Shows no keys. */
        @Override
        public String toString() {
            return "Store[endpoint=" + endpoint + ", bucket=" + bucket + "]";
        }
    }

    /**
     * Limits the vectors of removed chunks.
     *
     * @param vectors of one organization at most
     */
    public record Cache(int vectors, Duration lifetime) implements Serializable {

        public static Cache from(SettingReader settings) {
            EmbeddingCache otherwise = EmbeddingCache.DEFAULT;
            EmbeddingCache cache = new EmbeddingCache(
                    settings.number("embedding.cache-size", otherwise.vectors()),
                    settings.duration("embedding.cache-lifetime", otherwise.lifetime()));
            return new Cache(cache.vectors(), cache.lifetime());
        }

        public EmbeddingCache toSchema() {
            return new EmbeddingCache(vectors, lifetime);
        }
    }

    /**
     * Limits the cost of a file.
     *
     * @param parserClasspath of the parser processes
     * @param parserHeap in bytes
     * @param forks parser processes on one machine
     * @param fileLimit largest object that is fetched, in bytes
     */
    public record Extract(String parserClasspath, Duration timeout, long parserHeap, int forks, long fileLimit)
            implements Serializable {

        public Extract {
            SettingValue.positive("arketic.extract.timeout", timeout);
            SettingValue.require(parserHeap >= LEAST_HEAP, "arketic.extract.parser-heap", parserHeap, "at least 32 MB");
            SettingValue.require(fileLimit >= 1, "arketic.extract.file-limit", fileLimit, "at least a byte");
        }
    }

    /**
     * Describes how scans are read.
     *
     * @param language for knowledge bases that choose none
     */
    public record Ocr(String program, String language, int maxPages, Duration pageTimeout) implements Serializable {

        public static Ocr from(SettingReader settings) {
            OcrSettings otherwise = OcrSettings.DEFAULT;
            String installed = settings.text("ocr.languages", String.join(",", otherwise.languages()));
            List<String> languages = OcrSettings.split(installed);
            Ocr ocr = new Ocr(
                    settings.text("ocr.program", otherwise.program()),
                    languages.get(0),
                    settings.number("ocr.max-pages", otherwise.maxPages()),
                    settings.duration("ocr.page-timeout", otherwise.pageTimeout()));
            SettingValue.require(
                    ocr.pageTimeout().toSeconds() >= 1,
                    "arketic.ocr.page-timeout",
                    ocr.pageTimeout(),
                    "at least a second");
            SettingValue.require(
                    languages.stream().allMatch(OcrSettings::isLanguage),
                    "arketic.ocr.languages",
                    installed,
                    "languages of Tesseract");
            return ocr;
        }

        public OcrSettings toExtractors() {
            return new OcrSettings(program, List.of(language), maxPages, pageTimeout);
        }
    }

    /**
     * Describes the keys of encrypted columns, a Tink keyset in JSON.
     *
     * @param keysetFile where it lies while {@code keyset} is empty; the API creates it
     */
    public record Encryption(String keyset, String keysetFile) implements Serializable {

        static Encryption from(SettingReader settings) {
            return new Encryption(
                    settings.text("encryption.keyset", ""),
                    settings.text("encryption.keyset-file", ".arketic/keyset.json"));
        }

        /** @throws UncheckedIOException naming the setting, where there are no keys that can be read */
        public ColumnEncryption toSchema() {
            try {
                return ColumnEncryption.existing(keyset, Path.of(keysetFile));
            } catch (UncheckedIOException | IllegalArgumentException e) {
                String setting = keyset.isEmpty() ? "ARKETIC_ENCRYPTION_KEYSET_FILE" : "ARKETIC_ENCRYPTION_KEYSET";
                throw new UncheckedIOException(
                        setting + " gives the ingest job no keys", new IOException(e.getMessage(), e));
            }
        }

        /** Shows no keys. */
        @Override
        public String toString() {
            return "Encryption[keysetFile=" + keysetFile + "]";
        }
    }

    /**
     * Describes how the bucket is watched.
     *
     * @param interval shortest time from the start of one listing to the next
     */
    public record Listing(Duration interval) implements Serializable {

        public Listing {
            SettingValue.positive("arketic.ingest.listing-interval", interval);
        }
    }

    /** Sets the least heap with which a parser process starts. */
    private static final long LEAST_HEAP = 32L << 20;

    /** Names the Kafka topic of S3 notifications. */
    public static final String EVENTS_TOPIC = "arketic.object-events";

    /** Names the Kafka topic of dead letters. */
    public static final String DEAD_LETTERS_TOPIC = "arketic.dead-letters";

    /**
     * Reads the settings.
     *
     * @throws IllegalArgumentException naming the variable that is missing or cannot be read
     */
    public static IngestSettings from(Map<String, String> environment) {
        SettingReader settings = SettingReader.of(environment);
        return new IngestSettings(
                Database.from(settings, settings.number("database.pool-size", 8)),
                new Store(
                        settings.httpAddress("store.endpoint", "http://127.0.0.1:9000")
                                .toString(),
                        settings.text("store.access-key"),
                        settings.text("store.secret-key"),
                        settings.bucket("store.bucket", "knowledge")),
                KafkaSettings.from(settings),
                EmbeddingSettings.from(settings.property()),
                Cache.from(settings),
                new Extract(
                        settings.text("extract.parser-classpath"),
                        settings.duration("extract.timeout", Duration.ofSeconds(60)),
                        settings.bytes("extract.parser-heap", 512L << 20),
                        settings.number("extract.forks", 2),
                        settings.bytes("extract.file-limit", 1L << 30)),
                Ocr.from(settings),
                Encryption.from(settings),
                new Listing(settings.duration("ingest.listing-interval", Duration.ofSeconds(1))),
                settings.number("ingest.parallelism", 2));
    }

    /**
     * Returns the number of objects that one reader works on at once. Every parser process and every model session of a
     * machine has one active and one waiting; one place is for another tenant.
     *
     * @param readers on the machine
     */
    public int placesOfReader(int readers) {
        return 1 + Math.max(2, 2 * (extract.forks() + embedding.sessions()) / Math.max(1, readers));
    }
}
