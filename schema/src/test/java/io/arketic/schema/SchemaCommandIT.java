package io.arketic.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.migration.RolePasswords;
import io.arketic.services.Fixtures;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchemaCommandIT {

    private final Fixtures.Database owner = Fixtures.database();
    private final List<String> said = new ArrayList<>();

    @Test
    void aDatabaseIsMigratedCheckedMaintainedAndTakenBack() throws SQLException {
        assertThat(run("migrate")).isZero();
        int newest = Integer.parseInt(said.get(0).split(" ")[0]);
        assertThat(newest).isGreaterThan(10);
        assertThat(run("migrate")).isZero();
        assertThat(said).containsExactly("0 migrations applied");
        assertThat(run("validate")).isZero();
        assertThat(run("info")).isZero();
        assertThat(said).hasSize(newest).startsWith("1 foundation");
        assertThat(run("maintain")).isZero();
        assertThat(said).containsExactly("0 organizations began a new month");
        assertThat(run("rollback", "--to", "2")).isZero();
        assertThat(said).containsExactly(newest - 2 + " migrations taken back");
    }

    @Test
    void driftIsToldAndEndsWithOne() throws SQLException {
        run("migrate");
        assertThat(run("drift")).isZero();
        try (Migrated migrated = Migrated.over(owner, 1)) {
            Tenant.create(migrated, "drifting");
        }
        try (var connection = DriverManager.getConnection(owner.url(), owner.user(), owner.password());
                var statement = connection.createStatement()) {
            statement.execute("update organizations set current_members = 9");
        }
        assertThat(run("drift")).isEqualTo(1);
        assertThat(said).hasSize(2);
        assertThat(said.get(0)).startsWith("organizations ").endsWith("current_members is 9, counted 1");
    }

    @Test
    void anAccountIsGivenASystemRoleOnRecord() throws SQLException {
        run("migrate");
        try (Migrated migrated = Migrated.over(owner, 1)) {
            Tenant.create(migrated, "operators");
        }
        assertThat(run("grant", "Operators@example.org", "super_admin")).isZero();
        assertThat(said).containsExactly("operators@example.org is super_admin");
        assertThat(run("grant", "nobody@example.org", "super_admin")).isEqualTo(1);
        assertThat(said).containsExactly("there is no account with the address nobody@example.org");
        assertThat(run("grant", "operators@example.org", "owner")).isEqualTo(2);
        try (var connection = DriverManager.getConnection(owner.url(), owner.user(), owner.password())) {
            assertThat(Tenant.one(connection, String.class, "select role::text from users"))
                    .isEqualTo("super_admin");
            assertThat(Tenant.one(connection, String.class, """
                            select (before || after || to_jsonb(user_id is null))::text from audit_log
                            where table_name = 'users' and action = 'update'
                            """)).isEqualTo("[{\"role\": \"super_admin\"}, true]");
        }
    }

    @Test
    void anyOfTheSpellingsOfAnAddressNamesItsAccount() throws SQLException {
        run("migrate");
        try (var connection = DriverManager.getConnection(owner.url(), owner.user(), owner.password());
                var statement = connection.createStatement()) {
            statement.execute("insert into users (email, password_hash, first_name, last_name) values"
                    + " ('jörg@xn--mnchen-3ya.example', 'hash', 'Jörg', 'L'), ('x@strasse.example', 'hash', 'X', 'L')");
            for (String spelling :
                    List.of("jörg@münchen.example", " JO\u0308RG@MÜNCHEN.Example ", "jörg@xn--mnchen-3ya.example")) {
                statement.execute("update users set role = 'user'");
                assertThat(run("grant", spelling, "admin")).as(spelling).isZero();
                assertThat(Tenant.one(
                                connection,
                                String.class,
                                "select string_agg(email, ' ') from users where role = 'admin'"))
                        .isEqualTo("jörg@xn--mnchen-3ya.example");
            }
        }
        assertThat(run("grant", "x@straße.example", "admin")).isEqualTo(1);
    }

    @Test
    void anythingElseIsAnsweredWithTheUsage() throws SQLException {
        assertThat(run("rollback", "--to", "newest")).isEqualTo(2);
        assertThat(run()).isEqualTo(2);
        assertThat(said).contains("validate               compare the database with the migrations");
    }

    private int run(String... arguments) throws SQLException {
        said.clear();
        return new SchemaCommand(Tenant.settings(owner), RolePasswords.same("secret of the application"), said::add)
                .run(List.of(arguments));
    }
}
