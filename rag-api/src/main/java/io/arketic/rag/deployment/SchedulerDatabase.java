package io.arketic.rag.deployment;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.arketic.schema.tenancy.DatabaseSettings;
import javax.sql.DataSource;

/**
 * The connections of db-scheduler, which wants a {@link DataSource}. Its role reads no tenant's rows but what is due; what
 * that means is looked up in a transaction of the tenant.
 */
public final class SchedulerDatabase implements AutoCloseable {

    private static final int CONNECTIONS = 2;

    private final HikariDataSource pool;

    SchedulerDatabase(DatabaseSettings settings) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(settings.url());
        config.setUsername(settings.user());
        config.setPassword(settings.password());
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(0);
        config.setInitializationFailTimeout(-1);
        config.setPoolName("workflow-scheduler");
        config.addDataSourceProperty("ApplicationName", "arketic");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("connectTimeout", "5");
        config.addDataSourceProperty("socketTimeout", "300");
        config.addDataSourceProperty("options", "-c jit=off -c search_path=public,pg_temp");
        this.pool = new HikariDataSource(config);
    }

    public DataSource connections() {
        return pool;
    }

    @Override
    public void close() {
        pool.close();
    }
}
