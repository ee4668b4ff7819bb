package io.arketic.ingest;

import io.arketic.embeddings.EmbeddingSettings;
import io.arketic.schema.DatabaseSettings;
import io.arketic.schema.EmbeddingCache;
import java.io.Serializable;
import java.time.Duration;
import java.util.Map;

/**
 * All that the ingest job can be told, read from the environment once where the job is submitted; it travels to the
 * machines that do the work inside the job.
 *
 * @param kafka where events come from and dead letters go to
 * @param parallelism subtasks; each takes a share of the objects
 */
record IngestSettings(
        Database database,
        Store store,
        KafkaSettings kafka,
        EmbeddingSettings embedding,
        Cache cache,
        Extract extract,
        Listing listing,
        int parallelism)
        implements Serializable {

    /** The database as role {@code arketic_ingest}. */
    record Database(String url, String user, String password, int poolSize) implements Serializable {

        /** The password is the application's where the role has none of its own. */
        static Database from(Variables variables, int poolSize) {
            String password = variables.text("ARKETIC_DATABASE_INGEST_PASSWORD", "");
            return new Database(
                    variables.text("ARKETIC_DATABASE_URL", "jdbc:postgresql://127.0.0.1:5433/arketic"),
                    variables.text("ARKETIC_DATABASE_INGEST_USER", "arketic_ingest"),
                    password.isEmpty() ? variables.required("ARKETIC_DATABASE_PASSWORD") : password,
                    poolSize);
        }

        DatabaseSettings toSchema() {
            return new DatabaseSettings(url, user, password, poolSize);
        }

        /** Without the password. */
        @Override
        public String toString() {
            return "Database[url=" + url + ", user=" + user + ", poolSize=" + poolSize + "]";
        }
    }

    /** The store that files are dropped into. */
    record Store(String endpoint, String accessKey, String secretKey, String bucket) implements Serializable {

        /** Without the keys. */
        @Override
        public String toString() {
            return "Store[endpoint=" + endpoint + ", bucket=" + bucket + "]";
        }
    }

    /**
     * What is kept of chunks that are gone.
     *
     * @param vectors of one organization at most
     */
    record Cache(int vectors, Duration lifetime) implements Serializable {

        static Cache from(Variables variables) {
            EmbeddingCache otherwise = EmbeddingCache.DEFAULT;
            EmbeddingCache cache = new EmbeddingCache(
                    variables.number("ARKETIC_EMBEDDING_CACHE_SIZE", otherwise.vectors()),
                    variables.duration("ARKETIC_EMBEDDING_CACHE_LIFETIME", otherwise.lifetime()));
            return new Cache(cache.vectors(), cache.lifetime());
        }

        EmbeddingCache toSchema() {
            return new EmbeddingCache(vectors, lifetime);
        }
    }

    /**
     * What a file may cost.
     *
     * @param parserClasspath of the parser processes
     * @param parserHeap in bytes
     * @param forks parser processes on one machine
     * @param fileLimit largest object that is fetched, in bytes
     */
    record Extract(String parserClasspath, Duration timeout, long parserHeap, int forks, long fileLimit)
            implements Serializable {}

    /**
     * How the bucket is watched.
     *
     * @param interval shortest time from the start of one listing to the next
     */
    record Listing(Duration interval) implements Serializable {}

    /** Kafka topic of S3 notifications. */
    static final String EVENTS_TOPIC = "arketic.object-events";

    /** Kafka topic of what cannot be ingested. */
    static final String DEAD_LETTERS_TOPIC = "arketic.dead-letters";

    /**
     * Reads the settings.
     *
     * @throws IllegalArgumentException naming the variable that is missing or cannot be read
     */
    static IngestSettings from(Map<String, String> environment) {
        Variables variables = new Variables(environment);
        return new IngestSettings(
                Database.from(variables, variables.number("ARKETIC_DATABASE_POOL_SIZE", 8)),
                new Store(
                        variables.text("ARKETIC_STORE_ENDPOINT", "http://127.0.0.1:9000"),
                        variables.required("ARKETIC_STORE_ACCESS_KEY"),
                        variables.required("ARKETIC_STORE_SECRET_KEY"),
                        variables.text("ARKETIC_STORE_BUCKET", "knowledge")),
                KafkaSettings.from(variables),
                EmbeddingSettings.from(variables::property),
                Cache.from(variables),
                new Extract(
                        variables.required("ARKETIC_EXTRACT_PARSER_CLASSPATH"),
                        variables.duration("ARKETIC_EXTRACT_TIMEOUT", Duration.ofSeconds(60)),
                        variables.bytes("ARKETIC_EXTRACT_PARSER_HEAP", 512L << 20),
                        variables.number("ARKETIC_EXTRACT_FORKS", 2),
                        variables.bytes("ARKETIC_EXTRACT_FILE_LIMIT", 1L << 30)),
                new Listing(variables.duration("ARKETIC_INGEST_LISTING_INTERVAL", Duration.ofSeconds(1))),
                variables.number("ARKETIC_INGEST_PARALLELISM", 2));
    }

    /**
     * Objects that one subtask works on at once: enough that every parser process and every model session of the
     * machine has one to work on and one waiting, in whichever subtask they happen to be.
     */
    int objectsInFlight() {
        return Math.max(2, 2 * (extract.forks() + embedding.sessions()) / parallelism);
    }
}
