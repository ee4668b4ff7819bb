package io.arketic.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MigrationRulesTest {

    /**
     * Is the first version under the rules; older ones have run everywhere, and those of the fifties follow the rules.
     */
    private static final int FIRST = 80;

    private static boolean held(int version) {
        return version >= FIRST || (version >= 50 && version < 60);
    }

    @Test
    void newMigrationsLetReadersAndWritersGoOn() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/io/arketic/schema/migrations"))) {
            List<Path> scripts = files.filter(
                            file -> file.getFileName().toString().matches("V\\d+__.*\\.sql"))
                    .filter(file -> held(version(file)))
                    .toList();
            assertThat(scripts).isNotEmpty();
            for (Path script : scripts) {
                Path configuration = script.resolveSibling(script.getFileName() + ".conf");
                boolean inTransaction = !Files.exists(configuration)
                        || !Files.readString(configuration).contains("executeInTransaction=false");
                assertThat(MigrationRules.broken(Files.readString(script), inTransaction))
                        .as(script.getFileName().toString())
                        .isEmpty();
            }
        }
    }

    @Test
    void whatStallsATableIsRefused() {
        for (String bad : List.of(
                "create index idx_new on chats (title);",
                "create unique index idx_new on chats (title);",
                "alter table chats add constraint named check (title <> '');",
                "alter table chats add foreign key (title) references users (email);",
                "alter table chats add constraint one unique (title);",
                "alter table chats add column owner uuid references users;",
                "alter table chats alter column title set not null;",
                "alter table chats alter column title type text;",
                "alter table chats add constraint named check (title <> '') not valid;"
                        + " alter table chats validate constraint named;",
                "update chats set title = '';",
                "do $$ begin\n  update chats set title = ''; end $$;",
                "delete from chats;",
                "lock table chats;",
                "drop index concurrently if exists idx_new; create index concurrently idx_new on chats (title);")) {
            assertThat(MigrationRules.broken(bad, true)).as(bad).isNotEmpty();
        }
        assertThat(MigrationRules.broken("create index concurrently idx_new on chats (title);", false))
                .as("broken off, it stands in its own way")
                .hasSize(1);
    }

    @Test
    void aScriptWithoutStallsIsAccepted() {
        for (String good : List.of(
                "create table things (id uuid); create index idx_things on things (id);"
                        + " alter table things add constraint one unique (id);",
                "create index idx_new on only chat_messages (content);",
                "alter table chats add column colour text;",
                "alter table chats add constraint named check (title <> '') not valid;",
                "alter table chats validate constraint named; alter table chats alter column title set not null;",
                "create function f() returns void language plpgsql as $$ begin update chats set title = ''; end $$;",
                "-- create index idx_new on chats (title);\ndrop index idx_old;")) {
            assertThat(MigrationRules.broken(good, true)).as(good).isEmpty();
        }
        assertThat(MigrationRules.broken(
                        "drop index concurrently if exists idx_new;\ncreate index concurrently idx_new on chats (title);",
                        false))
                .isEmpty();
    }

    @Test
    void noNewMigrationPatchesTheTextOfAFunction() throws IOException {
        for (Path script : scripts("migrations", "[UV]\\d+__.*")) {
            if (version(script) > FunctionsIT.BEFORE_THE_FILES) {
                assertThat(MigrationRules.patches(Files.readString(script)))
                        .as(script.getFileName().toString())
                        .isEmpty();
            }
        }
    }

    @Test
    void aPatchOfAFunctionIsRefused() {
        for (String bad : List.of(
                "do $$ begin execute replace(pg_get_functiondef('f()'::regprocedure), 'a', 'b'); end $$;",
                "do $$ begin execute (select replace(p.prosrc, 'a', 'b') from pg_proc p); end $$;",
                "do $$ begin execute replace(PG_GET_VIEWDEF('v'), 'a', 'b'); end $$;")) {
            assertThat(MigrationRules.patches(bad)).as(bad).isNotEmpty();
        }
        assertThat(MigrationRules.patches("-- as pg_get_functiondef shows it\ndrop function f();"))
                .isEmpty();
    }

    /** Checks that no file of functions brings back what a migration replaced: the files run after all migrations. */
    @Test
    void aFunctionThatAMigrationWritesOutIsInItsFileToo() throws IOException {
        Map<String, List<String>> current = new TreeMap<>();
        for (Path file : scripts("functions", "R__.*")) {
            current.putAll(MigrationRules.functions(Files.readString(file)));
        }
        assertThat(current).hasSizeGreaterThan(160);
        for (Path script : scripts("migrations", "V\\d+__.*")) {
            if (version(script) <= FunctionsIT.BEFORE_THE_FILES) {
                continue;
            }
            for (var written :
                    MigrationRules.functions(Files.readString(script)).entrySet()) {
                if (!changedAbove(version(script), written.getKey())) {
                    assertThat(current.getOrDefault(written.getKey(), List.of()))
                            .as("%s writes %s(): write the same into functions/R__….sql", script, written.getKey())
                            .containsAll(written.getValue());
                }
            }
        }
    }

    /** Returns whether a later version changed the function or dropped it: its way up or down names it. */
    private static boolean changedAbove(int version, String function) throws IOException {
        for (Path script : scripts("migrations", "[UV]\\d+__.*")) {
            if (version(script) > version
                    && Pattern.compile("\\b" + function + "\\s*\\(")
                            .matcher(Files.readString(script))
                            .find()) {
                return true;
            }
        }
        return false;
    }

    @Test
    void bodiesOfFunctionsAreFound() {
        assertThat(MigrationRules.functions("""
                -- create function commented() returns void as $$ $$;
                create function one(a text) returns text language sql as $$
                    select a; $$;
                create or replace function two() returns integer
                    language sql return 1 + 1;
                create function one(a integer) returns integer language sql as $$ select a $$;
                """))
                .isEqualTo(Map.of("one", List.of("select a;", "select a"), "two", List.of("1 + 1")));
    }

    private static List<Path> scripts(String folder, String name) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/io/arketic/schema", folder))) {
            return files.filter(file -> file.getFileName().toString().matches(name + "\\.sql"))
                    .sorted()
                    .toList();
        }
    }

    private static int version(Path script) {
        return Integer.parseInt(script.getFileName().toString().replaceAll("[UV](\\d+)__.*", "$1"));
    }
}
