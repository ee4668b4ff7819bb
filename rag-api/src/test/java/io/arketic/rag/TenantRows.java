package io.arketic.rag;

import io.arketic.services.Fixtures;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Reads all rows of one tenant in all tables, past row-level security. */
final class TenantRows {

    /** Excludes a table in which the publisher counts its attempts. */
    private static final String NOT_BY_REQUESTS = "outbox_events";

    private final Fixtures.Database database;

    TenantRows(Fixtures.Database database) {
        this.database = database;
    }

    /** Returns a hash of the organization's rows for each table that has some. */
    Map<String, String> of(UUID organization) {
        return hashes(
                organization, "a.attname = 'organization_id' or c.relname = 'organizations' and a.attname = 'id'");
    }

    /** Reads like {@link #of(UUID)}, and also the user's own rows in every organization. */
    Map<String, String> of(UUID organization, UUID user) {
        Map<String, String> hashes = of(organization);
        hashes(user, """
                c.relname = 'users' and a.attname = 'id' or exists (
                    select from pg_constraint k
                    where k.conrelid = c.oid and k.confrelid = 'users'::regclass and k.conkey = array[a.attnum])""").forEach((table, hash) -> hashes.put(table + " of the user", hash));
        return hashes;
    }

    private Map<String, String> hashes(UUID id, String which) {
        Map<String, String> hashes = new TreeMap<>();
        try (Connection connection = connect();
                var statement = connection.createStatement()) {
            List<String> parts = new ArrayList<>();
            try (var tables = statement.executeQuery("""
                    select c.oid::regclass::text, a.attname from pg_class c
                    join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
                    where c.relkind in ('r', 'p') and not c.relispartition
                      and c.relnamespace = 'public'::regnamespace
                      and (%s)""".formatted(which))) {
                while (tables.next()) {
                    if (!tables.getString(1).equals(NOT_BY_REQUESTS)) {
                        parts.add(
                                "select '%s.%s', md5(string_agg(t::text, ' ' order by t::text)) from %s t where %s = '%s'"
                                        .formatted(
                                                tables.getString(1),
                                                tables.getString(2),
                                                tables.getString(1),
                                                tables.getString(2),
                                                id));
                    }
                }
            }
            try (var rows = statement.executeQuery(String.join(" union all ", parts))) {
                while (rows.next()) {
                    hashes.put(rows.getString(1), String.valueOf(rows.getString(2)));
                }
            }
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
        return hashes;
    }

    /** Returns how many rows a table has, with a condition. */
    long count(String source) {
        try (Connection connection = connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery("select count(*) from " + source)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    void execute(String sql) {
        try (Connection connection = connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(database.url(), database.user(), database.password());
    }
}
