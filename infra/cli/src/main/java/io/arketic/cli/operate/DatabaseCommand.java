package io.arketic.cli.operate;

import io.arketic.cli.stack.Stack;
import io.arketic.cli.terminal.Terminal;
import io.arketic.services.DatabaseAccess;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what the database does, for operators. */
@Command(
        name = "db",
        mixinStandardHelpOptions = true,
        description = {
            "top: the statements that took the most time since the server's statistics were reset.",
            "indexes: size and use of each index, the never used first.",
            "locks: which session waits for which, and since when.",
            "bloat: tables by dead rows, and when they were vacuumed."
        })
public final class DatabaseCommand implements Callable<Integer> {

    enum View {
        top("""
                select round(s.total_exec_time)::bigint as total_ms, s.calls, round(s.mean_exec_time::numeric, 2) as mean_ms,
                    round(s.max_exec_time::numeric, 1) as max_ms, s.rows,
                    round(100.0 * s.shared_blks_hit / nullif(s.shared_blks_hit + s.shared_blks_read, 0), 1) as cached,
                    left(regexp_replace(s.query, '\\s+', ' ', 'g'), 90) as statement
                from pg_stat_statements s join pg_database d on d.oid = s.dbid and d.datname = 'arketic'
                order by s.total_exec_time desc"""),
        indexes("""
                select s.relname as on_table, s.indexrelname as index, s.idx_scan as scans,
                    pg_size_pretty(pg_relation_size(s.indexrelid)) as size,
                    case when x.indisunique then 'unique' when s.idx_scan = 0 then 'never used' else '' end as note
                from pg_stat_user_indexes s join pg_index x on x.indexrelid = s.indexrelid
                order by s.idx_scan > 0 or x.indisunique, pg_relation_size(s.indexrelid) desc, 1, 2"""),
        locks("""
                select w.pid as waiting, w.usename as role, round(extract(epoch from now() - w.query_start))::bigint as seconds,
                    array_to_string(pg_blocking_pids(w.pid), ' ') as waits_for,
                    (select left(regexp_replace(b.query, '\\s+', ' ', 'g'), 40) from pg_stat_activity b
                     where b.pid = (pg_blocking_pids(w.pid))[1]) as which_runs,
                    left(regexp_replace(w.query, '\\s+', ' ', 'g'), 60) as statement
                from pg_stat_activity w
                where cardinality(pg_blocking_pids(w.pid)) > 0
                order by w.query_start"""),
        bloat("""
                select t.relname as on_table, t.n_live_tup as live, t.n_dead_tup as dead,
                    round(100.0 * t.n_dead_tup / nullif(t.n_live_tup + t.n_dead_tup, 0), 1) as dead_percent,
                    pg_size_pretty(pg_total_relation_size(t.relid)) as size,
                    to_char(greatest(t.last_vacuum, t.last_autovacuum), 'YYYY-MM-DD HH24:MI') as vacuumed,
                    to_char(greatest(t.last_analyze, t.last_autoanalyze), 'YYYY-MM-DD HH24:MI') as analyzed
                from pg_stat_user_tables t
                order by t.n_dead_tup desc, 1""");

        private final String query;

        View(String query) {
            this.query = query;
        }
    }

    @Parameters(paramLabel = "top|indexes|locks|bloat", description = "What to show.")
    private View view = View.top;

    @Option(
            names = {"-n", "--limit"},
            paramLabel = "N",
            defaultValue = "20",
            description = "Rows at most (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Override
    public Integer call() throws SQLException {
        show(Stack.current().settings().owner(), view, limit, Terminal.system()::line);
        return 0;
    }

    static void show(DatabaseAccess owner, View view, int limit, Consumer<String> out) throws SQLException {
        // The statistics of statements are those of the server; their view is not the product's.
        String url = view == View.top ? owner.url().replaceFirst("/[^/?]*([?].*)?$", "/postgres$1") : owner.url();
        try (Connection connection = DriverManager.getConnection(url, owner.user(), owner.password());
                Statement statement = connection.createStatement()) {
            if (view == View.top) {
                statement.execute("create extension if not exists pg_stat_statements");
            }
            statement.setMaxRows(Math.max(1, limit));
            try (ResultSet rows = statement.executeQuery(view.query)) {
                table(rows).forEach(out);
            }
        }
    }

    private static List<String> table(ResultSet rows) throws SQLException {
        ResultSetMetaData columns = rows.getMetaData();
        List<String[]> cells = new ArrayList<>();
        String[] head = new String[columns.getColumnCount()];
        for (int column = 0; column < head.length; column++) {
            head[column] = columns.getColumnLabel(column + 1).replace('_', ' ');
        }
        cells.add(head);
        while (rows.next()) {
            String[] row = new String[head.length];
            for (int column = 0; column < head.length; column++) {
                String value = rows.getString(column + 1);
                row[column] = value == null ? "" : value;
            }
            cells.add(row);
        }
        int[] widths = new int[head.length];
        for (String[] row : cells) {
            for (int column = 0; column < row.length; column++) {
                widths[column] = Math.max(widths[column], row[column].length());
            }
        }
        List<String> lines = new ArrayList<>();
        for (String[] row : cells) {
            var line = new StringBuilder();
            for (int column = 0; column < row.length; column++) {
                line.append(row[column]).append(" ".repeat(widths[column] - row[column].length() + 2));
            }
            lines.add(line.toString().stripTrailing());
        }
        if (cells.size() == 1) {
            lines.add("none");
        }
        return lines;
    }
}
