package io.arketic.cli.operate;

import io.arketic.schema.migration.RolePasswords;
import io.arketic.schema.migration.SchemaMigrator;
import io.arketic.schema.tenancy.DatabaseSettings;
import io.arketic.services.DatabaseAccess;
import io.arketic.services.LocalStack;
import io.arketic.services.StackSettings;
import io.arketic.services.StackStatus;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Checks the database: migrations, versions, clock, archive, memory against the indexes, connections. */
final class DatabaseDoctor {

    private static final Duration CLOCKS_APART = Duration.ofSeconds(5);

    private final StackSettings settings;
    private final StackStatus status;

    DatabaseDoctor(StackSettings settings, StackStatus status) {
        this.settings = settings;
        this.status = status;
    }

    List<Finding> findings() throws InterruptedException {
        List<Finding> findings = new ArrayList<>();
        if (settings.isReplicated()) {
            LocalStack.Pair pair = new LocalStack(settings).pair();
            findings.add(replica(pair));
            if (pair.primary().isEmpty()) {
                return findings;
            }
        } else if (!status.isServing("postgresql")) {
            return List.of(Finding.fail("database", "does not answer"));
        }
        DatabaseAccess owner = settings.owner();
        findings.add(migrations(owner));
        try (Connection connection = DriverManager.getConnection(owner.url(), owner.user(), owner.password());
                Statement statement = connection.createStatement()) {
            findings.add(clock(statement));
            findings.add(versions(statement));
            findings.add(memory(statement));
            findings.add(connections(statement));
            findings.addAll(new ConnectionBudget(settings).findings(limits(statement)));
            findings.add(checksums(statement));
            if (settings.backsUp()) {
                findings.add(archive(statement));
            }
        } catch (SQLException e) {
            findings.add(Finding.fail("database", String.valueOf(e.getMessage())));
        }
        return findings;
    }

    static Finding replica(LocalStack.Pair pair) {
        if (pair.primary().isEmpty()) {
            return Finding.fail("replica", "neither PostgreSQL server takes writes: runbooks/NoPrimary.md");
        }
        String primary = pair.primary().get() + " is the primary";
        return pair.standby()
                .map(standby -> Finding.ok("replica", primary + ", " + standby + " has every commit"))
                .orElseGet(() ->
                        Finding.fail("replica", primary + ", and no standby could take over: runbooks/NoStandby.md"));
    }

    private Finding migrations(DatabaseAccess owner) {
        try {
            var migrator = new SchemaMigrator(
                    new DatabaseSettings(owner.url(), owner.user(), owner.password(), 1),
                    new RolePasswords(
                            settings.application().password(),
                            settings.ingest().password(),
                            settings.maintenance().password()));
            migrator.validate();
            List<String> versions = migrator.info();
            return Finding.ok(
                    "versions",
                    "migrations: " + versions.get(versions.size() - 1).strip());
        } catch (RuntimeException e) {
            return Finding.fail(
                    "versions",
                    "the database is not of this version: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + "; infra/arketic up");
        }
    }

    private static Finding clock(Statement statement) throws SQLException {
        Instant before = Instant.now();
        Instant there;
        try (ResultSet row = statement.executeQuery("select clock_timestamp()")) {
            row.next();
            there = row.getTimestamp(1).toInstant();
        }
        Duration apart = Duration.between(before, there).abs();
        return apart.compareTo(CLOCKS_APART) <= 0
                ? Finding.ok("clock", "the database's clock is " + apart.toMillis() + " ms from ours")
                : Finding.fail("clock", "the database's clock is " + apart.toSeconds() + " s from ours");
    }

    private static Finding versions(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("""
                select split_part(current_setting('server_version'), ' ', 1), e.extversion, a.default_version
                from pg_extension e join pg_available_extensions a on a.name = e.extname where e.extname = 'vector'
                """)) {
            if (!row.next()) {
                return Finding.fail("versions", "the database lacks pgvector");
            }
            String text = "PostgreSQL " + row.getString(1) + ", pgvector " + row.getString(2);
            return row.getString(2).equals(row.getString(3))
                    ? Finding.ok("versions", text)
                    : Finding.warn(
                            "versions",
                            text + ", installed is " + row.getString(3) + ": alter extension vector update");
        }
    }

    /** Compares shared_buffers with the indexes that searches read. */
    private static Finding memory(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("""
                select pg_size_bytes(current_setting('shared_buffers')), coalesce(sum(pg_relation_size(i.indexrelid)), 0)
                from pg_index i join pg_class c on c.oid = i.indrelid
                where c.relname = 'knowledge_chunks' or c.relname like 'indexed\\_chunks\\_%'
                """)) {
            row.next();
            long buffers = row.getLong(1) >> 20;
            long indexes = row.getLong(2) >> 20;
            String text = "shared_buffers " + buffers + " MiB, indexes of the chunks " + indexes + " MiB";
            return indexes <= buffers
                    ? Finding.ok("sizes", text)
                    : Finding.warn("sizes", text + ": searches read from disk; raise shared_buffers");
        }
    }

    private Finding connections(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("""
                select current_setting('max_connections')::integer
                        - current_setting('superuser_reserved_connections')::integer,
                    (select count(*) from pg_stat_activity where backend_type = 'client backend')
                """)) {
            row.next();
            int limit = row.getInt(1);
            int used = row.getInt(2);
            String text = used + " of " + limit + " connections are in use";
            return used * 10L <= limit * 8L ? Finding.ok("sizes", text) : Finding.warn("sizes", text);
        }
    }

    static ConnectionBudget.Limits limits(Statement statement) throws SQLException {
        Map<String, Integer> ofRoles = new HashMap<>();
        int places = 0;
        try (ResultSet row = statement.executeQuery("""
                select r.rolname, r.rolconnlimit,
                    current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer
                from pg_roles r where not r.rolsuper
                """)) {
            while (row.next()) {
                ofRoles.put(row.getString(1), row.getInt(2));
                places = row.getInt(3);
            }
        }
        return new ConnectionBudget.Limits(ofRoles, places);
    }

    private static Finding checksums(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(
                "select current_setting('data_checksums') = 'on' and current_setting('fsync') = 'on'"
                        + " and current_setting('full_page_writes') = 'on'")) {
            row.next();
            return row.getBoolean(1)
                    ? Finding.ok("durability", "checksums, fsync and full pages are on")
                    : Finding.fail("durability", "data_checksums, fsync or full_page_writes is off");
        }
    }

    private static Finding archive(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("""
                select last_failed_wal, last_failed_time > coalesce(last_archived_time, '-infinity'), archived_count
                from pg_stat_archiver
                """)) {
            row.next();
            return row.getBoolean(2)
                    ? Finding.fail("backup", "the archive does not take " + row.getString(1) + "; logs postgresql")
                    : Finding.ok("backup", row.getLong(3) + " segments archived, none is stuck");
        }
    }
}
