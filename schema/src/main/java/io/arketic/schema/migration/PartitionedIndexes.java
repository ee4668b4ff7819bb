package io.arketic.schema.migration;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Completes the indexes that migrations create {@code on only} a partitioned table. PostgreSQL builds none of those
 * {@code concurrently}, but it does so for each partition. Readers and writers continue meanwhile. A later call repeats
 * unfinished work.
 */
final class PartitionedIndexes {

    /** Finds each partition that lacks an index of its table, with the statements that build it. */
    private static final String MISSING = """
            select format('drop index concurrently if exists public.%1$I', own.name),
                regexp_replace(pg_get_indexdef(i.indexrelid), ' INDEX \\S+ ON (ONLY )?\\S+ ',
                    format(' INDEX CONCURRENTLY %I ON public.%I ', own.name, partition.relname)),
                format('set lock_timeout = ''1s''; alter index public.%I attach partition public.%I; reset lock_timeout',
                    whole.relname, own.name)
            from pg_index i
            join pg_class whole on whole.oid = i.indexrelid and whole.relkind = 'I'
            join pg_inherits h on h.inhparent = i.indrelid
            join pg_class partition on partition.oid = h.inhrelid
            cross join lateral (
                select left(partition.relname || '_' || whole.relname, 63) as name
            ) own
            where not i.indisvalid and whole.relnamespace = 'public'::regnamespace
              and not exists (
                  select from pg_inherits a
                  join pg_index o on o.indexrelid = a.inhrelid
                  where a.inhparent = i.indexrelid and o.indrelid = partition.oid)
            order by whole.relname, partition.relname
            """;

    private PartitionedIndexes() {}

    /**
     * Builds the missing indexes; the connection commits each statement by itself. Returns how many partitions got an
     * index.
     */
    static int complete(Connection connection) throws SQLException {
        List<String> statements = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery(MISSING)) {
                while (row.next()) {
                    for (int column = 1; column <= 3; column++) {
                        statements.add(row.getString(column));
                    }
                }
            }
            for (String one : statements) {
                statement.execute(one);
            }
        }
        return statements.size() / 3;
    }
}
