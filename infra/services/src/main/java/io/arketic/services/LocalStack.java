package io.arketic.services;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The whole stack of one checkout on the loopback address: PostgreSQL, Kafka, the S3 store, ZooKeeper, a Flink
 * JobManager and TaskManager, the API; and a supervisor that starts again what ends. All are processes of their own and
 * outlive the JVM that started them. Calls from several processes wait for each other.
 */
public final class LocalStack {

    /** What the product does with the services while they come up. Each step runs on every {@link #up}. */
    public interface Steps {

        /** PostgreSQL serves and the database exists: bring its schema to the newest version. The API starts afterwards. */
        void prepareDatabase(StackSettings settings) throws Exception;

        /** Kafka and the S3 store serve: make topics and bucket. The API starts afterwards. */
        void prepareStorage(StackSettings settings) throws Exception;
    }

    /** Told of each component, from several threads. */
    public interface Progress {

        void starting(String component);

        /** It answers; {@code took} is zero when it ran already. */
        void serving(String component, Duration took);

        void stopped(String component);
    }

    public LocalStack(StackSettings settings) {}

    /**
     * Starts what does not run and returns when all of it serves; a second call finds everything in place. When a
     * component fails, or this thread is interrupted, what this call started is stopped again before the exception comes out.
     *
     * @throws ServiceException says which component failed and why: a port in use, a missing package, the end of its log
     */
    public void up(Steps steps, Progress progress) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    /** Stops the supervisor and then everything in reverse order, also what a killed supervisor left. The data stay. */
    public void down(Progress progress) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    /** Stops everything and deletes the stack's data; secrets and the copy of PostgreSQL's server stay. */
    public void wipe(Progress progress) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    public StackStatus status() {
        throw new UnsupportedOperationException();
    }

    /** The names that logs and status use, in the order of start. */
    public List<String> components() {
        throw new UnsupportedOperationException();
    }

    /** Where a component writes; the file exists from its first start on. {@code supervisor} has one too. */
    public Path log(String component) {
        throw new UnsupportedOperationException();
    }

    /** The directory with {@code psql}, {@code pg_dump} and their like of the stack's own PostgreSQL. */
    public Path postgresBinaries() {
        throw new UnsupportedOperationException();
    }
}
