package io.arketic.schema;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lists what a migration must not do to a table of ten million rows, each with its alternative. */
final class MigrationRules {

    private static final Pattern COMMENT = Pattern.compile("--[^\\n]*");
    /** Matches a function's body, which runs later; that of {@code do} runs with the migration. */
    private static final Pattern FUNCTION = Pattern.compile("(?is)create (or replace )?function.*?(\\$\\$.*?\\$\\$|;)");

    private static final Pattern PATCH =
            Pattern.compile("(?i)pg_get_(functiondef|function_sqlbody|viewdef)|\\bprosrc\\b|\\broutine_definition\\b");

    private static final Pattern NEW_TABLE =
            Pattern.compile("create (?:unlogged |temporary )?table (?:if not exists )?(\\w+)");
    private static final Pattern INDEX =
            Pattern.compile("create (?:unique )?index (concurrently )?(?:if not exists )?(\\w+) on (only )?(\\w+)");
    private static final Pattern ALTER = Pattern.compile("alter table (?:if exists )?(?:only )?(\\w+) (.*)");
    private static final Pattern FILLS = Pattern.compile("(?:begin )?(?:update (\\w+) |delete from (\\w+))");

    private static final Pattern EMPTIES = Pattern.compile("(?:begin )?truncate (?:table )?(?:only )?(\\w+)");

    private static final Pattern REFERENCED = Pattern.compile("\\breferences (\\w+)");
    private static final Pattern TRIGGERED = Pattern.compile("create (?:constraint )?trigger .* on (\\w+) ");
    private static final Pattern POLICY = Pattern.compile("(?:create|alter|drop) policy (?:if exists )?\\w+ on (\\w+)");

    private MigrationRules() {}

    /** Returns the violations of {@code script}; empty if there are none. */
    static List<String> broken(String script, boolean inTransaction) {
        List<String> statements = statements(script);
        Set<String> fresh = new HashSet<>();
        List<String> broken = new ArrayList<>();
        for (String statement : statements) {
            Matcher table = NEW_TABLE.matcher(statement);
            if (table.find()) {
                fresh.add(table.group(1));
            }
            check(statement, fresh, inTransaction, statements, broken);
        }
        return broken;
    }

    /**
     * Returns the locks of {@code script} at which a writer can die of a deadlock; empty if there are none. A transaction that
     * waits for all access to a table must hold no lock that a writer of this table may wait for: neither a weaker one of the
     * same table, by a foreign key or a trigger, nor all access to another table.
     */
    static List<String> deadlocks(String script) {
        Set<String> fresh = new HashSet<>();
        Set<String> shared = new HashSet<>();
        Set<String> whole = new HashSet<>();
        List<String> broken = new ArrayList<>();
        for (String statement : statements(script)) {
            Matcher table = NEW_TABLE.matcher(statement);
            if (table.find()) {
                fresh.add(table.group(1));
            }
            for (Pattern pattern : List.of(ALTER, POLICY)) {
                Matcher changed = pattern.matcher(statement);
                if (changed.find() && !fresh.contains(changed.group(1)) && whole.add(changed.group(1))) {
                    if (shared.contains(changed.group(1))) {
                        broken.add("raises its lock: change the table in a migration of its own: " + statement);
                    }
                    if (whole.size() > 1) {
                        broken.add("keeps others out of " + whole + " at once: one migration for each: " + statement);
                    }
                }
            }
            REFERENCED.matcher(statement).results().map(found -> found.group(1)).forEach(shared::add);
            TRIGGERED.matcher(statement).results().map(found -> found.group(1)).forEach(shared::add);
        }
        return broken;
    }

    private static List<String> statements(String script) {
        String sql = FUNCTION.matcher(COMMENT.matcher(script).replaceAll(" ")).replaceAll(";");
        List<String> statements = new ArrayList<>();
        for (String statement : sql.replace("$$", ";").split(";")) {
            statements.add(statement.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT));
        }
        return statements;
    }

    /**
     * Returns the violations of a {@code V} or {@code U} script that changes functions by their text; empty if there
     * are none.
     */
    static List<String> patches(String script) {
        String sql = COMMENT.matcher(script).replaceAll(" ");
        return PATCH.matcher(sql)
                .results()
                .map(found -> "changes a function by its text, which fails silently when the text differs: change it in"
                        + " functions/R__….sql, and write it out in the U file as it was: " + found.group())
                .toList();
    }

    private static void check(
            String statement, Set<String> fresh, boolean inTransaction, List<String> all, List<String> broken) {
        Matcher index = INDEX.matcher(statement);
        if (index.find()) {
            boolean concurrently = index.group(1) != null;
            if (!concurrently && index.group(3) == null && !fresh.contains(index.group(4))) {
                broken.add("keeps writers out while it builds: create index concurrently, or on only a partitioned"
                        + " table, in a script of its own with executeInTransaction=false: " + statement);
            }
            if (concurrently && !all.contains("drop index concurrently if exists " + index.group(2))) {
                broken.add("cannot be run again: first drop index concurrently if exists " + index.group(2));
            }
        }
        if (statement.contains(" concurrently ") && inTransaction) {
            broken.add("cannot run in a transaction: a file SCRIPT.sql.conf says executeInTransaction=false: "
                    + statement);
        }
        Matcher emptied = EMPTIES.matcher(statement);
        if (emptied.lookingAt() && !fresh.contains(emptied.group(1))
                || statement.matches("(?:begin )?(?:cluster|vacuum full|reindex (?!.*\\bconcurrently\\b)).*")) {
            broken.add("keeps all others out while it runs: " + statement);
        }
        if (statement.startsWith("lock table")) {
            broken.add("keeps others out until the migration ends: " + statement);
        }
        Matcher alter = ALTER.matcher(statement);
        if (alter.find() && !fresh.contains(alter.group(1))) {
            checkAlter(statement, alter.group(2), all, broken);
        }
        Matcher fills = FILLS.matcher(statement);
        if (fills.lookingAt() && inTransaction) {
            broken.add("holds its rows until the migration ends: leave what is old as it is, or fill it in batches by"
                    + " the maintenance: " + statement);
        }
    }

    private static void checkAlter(String statement, String change, List<String> all, List<String> broken) {
        boolean constraint = change.matches(".*\\badd (constraint|foreign key|check)\\b.*");
        if (constraint
                && change.matches(".*\\b(unique|primary key|exclude)\\b.*")
                && !change.contains(" using index ")) {
            broken.add("builds an index with all others kept out: build it concurrently, then add it using index: "
                    + statement);
        } else if (constraint && !change.endsWith("not valid") && !change.contains(" using index ")) {
            broken.add("reads the table with writers kept out: add it not valid, validate it in the next migration: "
                    + statement);
        }
        if (change.matches(".*\\badd column\\b.*\\b(references|check|unique)\\b.*")) {
            broken.add("checks the whole table: add the column, then its constraint not valid: " + statement);
        }
        if (change.matches(
                ".*\\badd column\\b.*\\b(generated always as|generated by default as|random\\(|gen_random_uuid\\("
                        + "|uuid_v7\\(|clock_timestamp\\(|nextval\\().*")) {
            broken.add(
                    "rewrites the table with all others kept out: add the column without a value, and fill it in batches: "
                            + statement);
        }
        if (change.contains("validate constraint") && all.stream().anyMatch(other -> other.endsWith("not valid"))) {
            broken.add("holds the lock of its making while it reads: validate in the next migration: " + statement);
        }
        if (change.contains(" set not null")
                && all.stream().noneMatch(other -> other.contains("validate constraint"))) {
            broken.add(
                    "reads the table with all others kept out: validate a check (… is not null) before: " + statement);
        }
        if (change.matches(".*alter (column )?\\w+ (set data )?type\\b.*")) {
            broken.add("rewrites the table with all others kept out: add another column: " + statement);
        }
    }
}
