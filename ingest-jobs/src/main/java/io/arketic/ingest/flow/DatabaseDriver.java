package io.arketic.ingest.flow;

import java.sql.SQLException;
import org.postgresql.Driver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registers the database driver in the platform's registry, which outlives the class loader of a job. */
public final class DatabaseDriver {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseDriver.class);

    private static int users;

    private DatabaseDriver() {}

    /** Registers the driver; the registry itself finds only drivers of the first class loader. */
    public static synchronized void register() throws SQLException {
        users++;
        if (!Driver.isRegistered()) {
            Driver.register();
        }
    }

    /** Removes the driver when its last user calls; in the registry it would keep this job's classes forever. */
    public static synchronized void forget() {
        users = Math.max(0, users - 1); // a main method only removes what others registered
        if (users > 0) {
            return; // a queue that closes late leaves its successor the driver
        }
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
