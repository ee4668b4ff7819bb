package io.arketic.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.Tenant.Migrated;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Compares the seed document's tables, copied into {@code seed-*.tsv}, with the catalogue of a migrated database. */
@TestInstance(Lifecycle.PER_CLASS)
class SeedIT {

    /** Lists where the product is wider than the seed, because the seed's type would overflow. */
    private static final Map<String, String> WIDER = Map.of(
            "documents.file_size", "bigint",
            "knowledge_documents.file_size", "bigint",
            "knowledge_bases.total_size_bytes", "bigint",
            "users.two_factor_secret", "text");

    /** Lists an index name that the seed gives to two tables; a schema of PostgreSQL has each name once. */
    private static final Map<String, String> RENAMED =
            Map.of("knowledge_documents.idx_doc_hash", "idx_knowledge_doc_hash");

    private static final Pattern DEFAULT = Pattern.compile("DEFAULT (\\S+)");

    /** Holds a column as in the catalogue; the default is without quotes and casts. */
    private record Column(String type, boolean required, String defaultValue) {}

    private Migrated migrated;
    private final Map<String, Column> columns = new HashMap<>();
    private final Set<String> keys = new TreeSet<>();
    private final Set<String> indexes = new TreeSet<>();

    @BeforeAll
    void readCatalogue() throws SQLException {
        migrated = Migrated.open();
        for (List<String> row : rows("""
                select c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                    coalesce(substring(pg_get_expr(d.adbin, d.adrelid) from '^''?(.*?)''?(::.*)?$'), '')
                from pg_class c
                join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
                where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
                """)) {
            columns.put(row.get(0), new Column(row.get(1), row.get(2).equals("t"), row.get(3)));
        }
        // P primary key and U unique, of one column; F for each column of a foreign key, with the table referred to.
        rows("""
                select upper(k.contype) || ' ' || k.conrelid::regclass || '.' || a.attname
                    || case k.contype when 'f' then ' ' || k.confrelid::regclass else '' end
                from pg_constraint k
                join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any (k.conkey)
                where k.connamespace = 'public'::regnamespace
                  and (k.contype = 'f' or (k.contype in ('p', 'u') and cardinality(k.conkey) = 1))
                """).forEach(row -> keys.add(row.get(0)));
        rows("""
                select c.relname || ' ' || n.relname || ' ' || case when i.indisunique then 'UNIQUE ' else '' end || (
                    select coalesce(string_agg(a.attname, ', ' order by k.position), '')
                    from unnest(i.indkey::smallint[]) with ordinality k(number, position)
                    join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number)
                from pg_index i
                join pg_class c on c.oid = i.indrelid
                join pg_class n on n.oid = i.indexrelid
                where c.relnamespace = 'public'::regnamespace and i.indisvalid
                """).forEach(row -> indexes.add(row.get(0)));
    }

    @AfterAll
    void close() {
        migrated.close();
    }

    @Test
    void everyColumnOfTheSeedIsThereWithItsTypeConstraintDefaultAndRelation() throws IOException {
        List<String> missing = new ArrayList<>();
        List<List<String>> seed = seed("seed-columns.tsv");
        assertThat(seed).hasSize(212);
        assertThat(seed.stream().map(row -> row.get(0)).distinct()).hasSize(16);
        for (List<String> row : seed) {
            String name = row.get(0) + "." + row.get(1);
            Column column = columns.get(name);
            if (column == null) {
                missing.add(name);
                continue;
            }
            check(missing, name + " type", WIDER.getOrDefault(name, type(row.get(2))), column.type());
            String constraints = row.get(3);
            if (constraints.equals("NULL")) {
                check(missing, name + " nullable", "false", Boolean.toString(column.required()));
            } else if (constraints.contains("NOT NULL")) {
                check(missing, name + " not null", "true", Boolean.toString(column.required()));
            }
            Matcher standard = DEFAULT.matcher(constraints);
            if (standard.find()) {
                check(missing, name + " default", value(standard.group(1)), column.defaultValue());
            }
            if (constraints.contains("PRIMARY KEY")) {
                key(missing, "P " + name);
            }
            if (constraints.contains("UNIQUE")) {
                key(missing, "U " + name);
            }
            if (constraints.contains("FOREIGN KEY")) {
                key(missing, "F " + name + " " + row.get(4));
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void everyIndexOfTheSeedIsThereUnderItsNameAndOnItsColumns() throws IOException {
        List<String> missing = new ArrayList<>();
        List<List<String>> seed = seed("seed-indexes.tsv");
        assertThat(seed).hasSize(35);
        for (List<String> row : seed) {
            String name = RENAMED.getOrDefault(row.get(0) + "." + row.get(1), row.get(1));
            String plain = row.get(0) + " " + name + " " + row.get(3);
            String unique = row.get(0) + " " + name + " UNIQUE " + row.get(3);
            if (!indexes.contains(unique) && (row.get(2).equals("UNIQUE") || !indexes.contains(plain))) {
                missing.add(row.toString());
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void everyEnumHasTheProductsValuesInTheirOrder() throws IOException, SQLException {
        Map<String, String> enums = new HashMap<>();
        rows("""
                select t.typname, string_agg(e.enumlabel, ', ' order by e.enumsortorder)
                from pg_type t join pg_enum e on e.enumtypid = t.oid group by t.typname
                """).forEach(row -> enums.put(row.get(0), row.get(1)));
        List<List<String>> seed = seed("seed-enums.tsv");
        assertThat(seed).hasSize(20);
        for (List<String> row : seed) {
            // Those of later features stand after them.
            assertThat(enums.get(snake(row.get(0))) + ", ").as(row.get(0)).startsWith(row.get(1) + ", ");
        }
    }

    private static void check(List<String> missing, String what, String expected, String actual) {
        if (!expected.equals(actual)) {
            missing.add(what + ": " + expected + ", not " + actual);
        }
    }

    private void key(List<String> missing, String key) {
        if (!keys.contains(key)) {
            missing.add(key);
        }
    }

    /** Returns the type that replaces the seed's here. */
    private static String type(String seed) {
        if (seed.startsWith("ENUM(")) {
            return snake(seed.substring(5, seed.length() - 1));
        }
        return switch (seed) {
            case "TIMESTAMP" -> "timestamp with time zone";
            case "JSON" -> "jsonb";
            default ->
                seed.toLowerCase(Locale.ROOT)
                        .replace("varchar", "character varying")
                        .replace("decimal", "numeric");
        };
    }

    private static String value(String seed) {
        return seed.startsWith("'") ? seed.substring(1, seed.length() - 1) : seed.toLowerCase(Locale.ROOT);
    }

    private static String snake(String name) {
        return name.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }

    private static List<List<String>> seed(String name) throws IOException {
        try (InputStream in = SeedIT.class.getResourceAsStream(name)) {
            assertThat(in).as(name).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> List.of(line.split("\t", -1)))
                    .toList();
        }
    }

    private List<List<String>> rows(String query) throws SQLException {
        List<List<String>> rows = new ArrayList<>();
        try (Connection connection = migrated.superuser();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            int width = row.getMetaData().getColumnCount();
            while (row.next()) {
                List<String> values = new ArrayList<>();
                for (int i = 1; i <= width; i++) {
                    values.add(row.getString(i));
                }
                rows.add(values);
            }
        }
        return rows;
    }
}
