package io.arketic.ingest.flow;

import java.sql.SQLException;
import org.postgresql.Driver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The database driver in the platform's registry, which outlives the class loader of a job. */
public final class DatabaseDriver {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseDriver.class);

    private DatabaseDriver() {}

    /** The registry finds only drivers of the first class loader by itself. */
    public static void register() throws SQLException {
        if (!Driver.isRegistered()) {
            Driver.register();
        }
    }

    /** A driver left in the registry would keep this job's classes for ever. */
    public static void forget() {
        if (DatabaseDriver.class.getClassLoader() == ClassLoader.getSystemClassLoader()) {
            return; // not a job's own class loader: others may use the driver too
        }
        try {
            if (Driver.isRegistered()) {
                Driver.deregister();
            }
        } catch (SQLException e) {
            LOG.warn("could not deregister the database driver", e);
        }
    }
}
