package io.arketic.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.migration.SchemaMigrator;
import io.arketic.services.Fixtures;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests addresses from before they had one form. */
class AddressSpellingsIT {

    private static final int MIGRATION = 77;

    @Test
    void theySpellTheirDomainInAsciiAndNoTwoAccountsBecomeOne() throws SQLException {
        Fixtures.Database owner = Fixtures.database();
        SchemaMigrator migrator = new SchemaMigrator(Tenant.settings(owner), "secret of the application");
        migrator.migrate();
        migrator.rollbackTo(before(migrator.info()));
        try (Connection connection = DriverManager.getConnection(owner.url(), owner.user(), owner.password());
                Statement statement = connection.createStatement()) {
            account(statement, "ada@example.org", true);
            account(statement, "x@münchen.example", false);
            account(statement, "ü@bücher.例え.example", false);
            account(statement, "y@mu\u0308nchen.example", false);
            account(statement, "Z@Example.org", false);
            account(statement, "two@straße.example", false);
            account(statement, "two@xn--strae-oqa.example", true);
            account(statement, "no address", false);
            migrator.migrate();
            assertThat(Tenant.one(connection, String.class, """
                            select string_agg(email, ' ' order by email collate "C") from users"""))
                    .isEqualTo("ada@example.org no address two@straße.example two@xn--strae-oqa.example"
                            + " x@xn--mnchen-3ya.example y@xn--mnchen-3ya.example z@example.org"
                            + " ü@xn--bcher-kva.xn--r8jz45g.example");
            migrator.rollbackTo(before(migrator.info()));
            migrator.migrate();
            assertThat(Tenant.one(connection, Long.class, "select count(*) from users"))
                    .isEqualTo(8);
        }
    }

    private static int before(List<String> applied) {
        return applied.stream()
                .mapToInt(one -> Integer.parseInt(one.split(" ")[0]))
                .filter(version -> version < MIGRATION)
                .max()
                .orElseThrow();
    }

    private static void account(Statement statement, String email, boolean verified) throws SQLException {
        statement.execute("insert into users (email, password_hash, first_name, last_name, is_verified) values ('"
                + email + "', 'hash', 'Ada', 'L', " + verified + ")");
    }
}
