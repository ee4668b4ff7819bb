package io.arketic.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
    void aNewMigrationHasAHigherNumberThanTheReleasedOnes() throws IOException {
        List<Integer> released = released();
        int highest = released.stream().max(Integer::compare).orElseThrow();
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/io/arketic/schema/migrations"))) {
            List<Integer> versions = files.filter(
                            file -> file.getFileName().toString().matches("V\\d+__.*\\.sql"))
                    .map(MigrationRulesTest::version)
                    .toList();
            assertThat(versions).as("a released migration stays").containsAll(released);
            assertThat(versions)
                    .filteredOn(version -> !released.contains(version))
                    .as("a database that has the released ones runs only higher numbers in order")
                    .allMatch(version -> version > highest);
        }
    }

    @Test
    void newMigrationsLeaveWritersNoDeadlock() throws IOException {
        List<Integer> released = released();
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/io/arketic/schema/migrations"))) {
            for (Path script : files.filter(
                            file -> file.getFileName().toString().matches("V\\d+__.*\\.sql"))
                    .filter(file -> !released.contains(version(file)))
                    .toList()) {
                assertThat(MigrationRules.deadlocks(Files.readString(script)))
                        .as(script.getFileName().toString())
                        .isEmpty();
            }
        }
    }

    @Test
    void aDeadlockIsRefused() {
        for (String bad : List.of(
                "create table things (chat uuid references chats); alter policy chat_rows on chats using (true);",
                "create trigger told after insert on chats for each row execute function tell();"
                        + " alter table chats add column colour text;",
                "alter table chats add column colour text; create policy all_rows on chat_messages using (true);")) {
            assertThat(MigrationRules.deadlocks(bad)).as(bad).hasSize(1);
        }
        assertThat(MigrationRules.deadlocks(
                        "alter policy chat_rows on chats using (true); create table things (chat uuid"
                                + " references chats); alter table things enable row level security;"))
                .isEmpty();
    }

    private static List<Integer> released() throws IOException {
        return Files.readAllLines(Path.of("src/test/resources/io/arketic/schema/released-migrations.txt")).stream()
                .filter(line -> !line.startsWith("#"))
                .flatMap(line -> Stream.of(line.split(" ")))
                .map(Integer::valueOf)
                .toList();
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
                "truncate chats;",
                "cluster chats using chats_pkey;",
                "reindex table chats;",
                "alter table chats add column length int generated always as (length(title)) stored;",
                "alter table chats add column mark uuid not null default gen_random_uuid();",
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
                "create temporary table if not exists seen (id uuid); do $$ begin truncate seen; end $$;",
                "alter table chats add column colour text;",
                "alter table chats add column seen_at timestamptz not null default now();",
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
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/io/arketic/schema/migrations"))) {
            for (Path script : files.filter(file -> file.toString().endsWith(".sql"))
                    .filter(file -> version(file) > FunctionsIT.BEFORE_THE_FILES)
                    .toList()) {
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

    private static int version(Path script) {
        return Integer.parseInt(script.getFileName().toString().replaceAll("[UV](\\d+)__.*", "$1"));
    }
}
