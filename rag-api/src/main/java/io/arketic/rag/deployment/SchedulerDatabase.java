package io.arketic.rag.deployment;

import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.serializer.Serializer;
import com.github.kagkarlsson.scheduler.task.Task;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.arketic.schema.tenancy.DatabaseSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Holds the connections of db-scheduler, which needs a {@link DataSource}. Its role reads no tenant's rows except the
 * tasks that are due; each task opens a transaction of its tenant.
 */
public final class SchedulerDatabase implements AutoCloseable {

    private static final int CONNECTIONS = 3;
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration HEARTBEAT = Duration.ofSeconds(2);
    private static final int MISSED_HEARTBEATS = 4;
    private static final double LOWER = 1.0;
    private static final double UPPER = 4.0;

    private final HikariDataSource pool;

    SchedulerDatabase(DatabaseSettings settings) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(settings.url());
        config.setUsername(settings.user());
        config.setPassword(settings.password());
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(0);
        config.setInitializationFailTimeout(-1);
        config.setPoolName("scheduler");
        config.addDataSourceProperty("ApplicationName", "arketic");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("connectTimeout", "5");
        config.addDataSourceProperty("socketTimeout", "300");
        config.addDataSourceProperty("options", "-c jit=off -c search_path=public,pg_temp");
        this.pool = new HikariDataSource(config);
    }

    /**
     * Begins a scheduler over these connections. A task that a dead process had taken is free after four missed
     * heartbeats, which is eight seconds.
     */
    public SchedulerBuilder scheduler(List<Task<?>> tasks) {
        return new SchedulerBuilder(pool, tasks)
                .serializer(new Utf8())
                .pollUsingLockAndFetch(LOWER, UPPER)
                .pollingInterval(POLL)
                .heartbeatInterval(HEARTBEAT)
                .missedHeartbeatsLimit(MISSED_HEARTBEATS)
                .failureLogging(LogLevel.WARN, false);
    }

    @Override
    public void close() {
        pool.close();
    }

    /** Stores the data of a task as text. */
    private static final class Utf8 implements Serializer {

        @Override
        public byte @Nullable [] serialize(@Nullable Object data) {
            return data == null ? null : data.toString().getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public <T> @Nullable T deserialize(Class<T> type, byte @Nullable [] bytes) {
            return bytes == null ? null : type.cast(new String(bytes, StandardCharsets.UTF_8));
        }
    }
}
