package io.arketic.services;

import io.arketic.services.Fixtures.Database;
import io.arketic.services.ServiceException.Reason;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Creates the databases of tests on one server. Each belongs to a JVM; the next JVM drops those of an ended one. */
final class TestDatabases {

    private static final String PREFIX = "test_";

    private final PostgresServer server;
    private final String own;
    private final AtomicInteger last = new AtomicInteger();

    TestDatabases(PostgresServer server) {
        this.server = server;
        ProcessIdentity self = ProcessIdentity.self();
        this.own = PREFIX + self.pid() + "_" + self.startTicks() + "_";
        dropOfEndedProcesses();
    }

    /** Creates an empty database. */
    Database create() {
        return copy("template0");
    }

    /** Creates a database that the preparation fills. */
    Database create(String kind, Consumer<Database> preparation) {
        String template = "template_" + kind;
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(hashtext('" + template + "'))");
            if (databases(statement, template).isEmpty()) {
                make(statement, template, preparation);
            }
        } catch (SQLException e) {
            throw new ServiceException(Reason.REFUSED, "Cannot make the template " + template, e);
        }
        Database copy = copy(template);
        preparation.accept(copy);
        return copy;
    }

    /** Names the template when it is complete. It refuses connections then, because a connection would forbid copies. */
    private void make(Statement statement, String template, Consumer<Database> preparation) throws SQLException {
        String draft = template + "_draft";
        statement.execute("DROP DATABASE IF EXISTS " + draft + " WITH (FORCE)");
        statement.execute("CREATE DATABASE " + draft + " TEMPLATE template0");
        preparation.accept(access(draft));
        statement.execute("ALTER DATABASE " + draft + " RENAME TO " + template);
        statement.execute("ALTER DATABASE " + template + " ALLOW_CONNECTIONS false");
    }

    private Database copy(String template) {
        String name = own + last.incrementAndGet();
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + " TEMPLATE " + template);
        } catch (SQLException e) {
            throw new ServiceException(Reason.REFUSED, "Cannot create the database " + name, e);
        }
        return access(name);
    }

    private Database access(String name) {
        return new Database(server.url(name), PostgresServer.SUPERUSER, server.password());
    }

    private void dropOfEndedProcesses() {
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement()) {
            for (String name : databases(statement, PREFIX + "%")) {
                String[] parts = name.split("_", -1);
                boolean lives = ProcessIdentity.of(Long.parseLong(parts[1]))
                        .filter(process -> process.startTicks() == Long.parseLong(parts[2]))
                        .isPresent();
                if (!lives) {
                    statement.execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
                }
            }
        } catch (SQLException e) {
            throw new ServiceException(Reason.REFUSED, "Cannot drop the databases of ended tests", e);
        }
    }

    private static List<String> databases(Statement statement, String pattern) throws SQLException {
        List<String> names = new ArrayList<>();
        String like = pattern.replace("_", "\\_");
        try (ResultSet rows =
                statement.executeQuery("SELECT datname FROM pg_database WHERE datname LIKE '" + like + "'")) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }
}
