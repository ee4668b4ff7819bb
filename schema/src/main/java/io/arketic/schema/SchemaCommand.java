package io.arketic.schema;

import io.arketic.schema.migration.PartitionMaintenance;
import io.arketic.schema.migration.RetentionMaintenance;
import io.arketic.schema.migration.RolePasswords;
import io.arketic.schema.migration.SchemaMigrator;
import io.arketic.schema.tenancy.DatabaseSettings;
import io.arketic.schema.tenancy.EmailSpelling;
import io.arketic.schema.tenancy.TenantDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Runs the commands that users and scripts apply to a database's schema. */
public final class SchemaCommand {

    public static final String USAGE = """
            migrate                bring the database to the newest version
            rollback --to VERSION  take back every migration above a version; the data of their tables is lost
            validate               compare the database with the migrations
            info                   the versions of the database, oldest first
            maintain               make partitions ahead, detach and drop old ones, begin the month of AI requests, delete
                                   what has expired or is older than its organization keeps it
            grant EMAIL ROLE       give an account a system role: super_admin, admin, user or viewer
            drift                  counters that are not what they count; none is well""";

    private static final String ENVIRONMENT = """
            ARKETIC_DATABASE_OWNER_URL       jdbc:postgresql://host:port/name
            ARKETIC_DATABASE_OWNER_USER      a superuser
            ARKETIC_DATABASE_OWNER_PASSWORD
            ARKETIC_DATABASE_PASSWORD        what arketic_app logs in with
            ARKETIC_DATABASE_INGEST_PASSWORD       arketic_ingest; otherwise as arketic_app
            ARKETIC_DATABASE_MAINTENANCE_PASSWORD  arketic_maintenance; otherwise as arketic_app""";

    private static final Set<String> ROLES = Set.of("super_admin", "admin", "user", "viewer");

    private final DatabaseSettings owner;
    private final RolePasswords passwords;
    private final Consumer<String> out;

    /**
     * @param owner a superuser's connection
     * @param passwords what the roles of the product log in with
     * @param out gets what is said, line by line
     */
    public SchemaCommand(DatabaseSettings owner, RolePasswords passwords, Consumer<String> out) {
        this.owner = owner;
        this.passwords = passwords;
        this.out = out;
    }

    /**
     * Runs one command of {@link #USAGE}.
     *
     * @return the exit status: 0 done, 1 counters have drifted or there is no such account, 2 no such command
     * @throws RuntimeException when migrating, rolling back or validating fails
     */
    public int run(List<String> words) throws SQLException {
        SchemaMigrator migrator = new SchemaMigrator(owner, passwords);
        if (words.size() == 3
                && words.subList(0, 2).equals(List.of("rollback", "--to"))
                && words.get(2).matches("\\d{1,9}")) {
            out.accept(migrator.rollbackTo(Integer.parseInt(words.get(2))) + " migrations taken back");
            return 0;
        }
        if (words.size() == 3 && words.get(0).equals("grant") && ROLES.contains(words.get(2))) {
            return grant(words.get(1), words.get(2));
        }
        switch (words.size() == 1 ? words.get(0) : "") {
            case "migrate" -> out.accept(migrator.migrate() + " migrations applied");
            case "validate" -> {
                migrator.validate();
                out.accept("valid");
            }
            case "info" -> migrator.info().forEach(out);
            case "maintain" -> maintain();
            case "drift" -> {
                return drift();
            }
            default -> {
                USAGE.lines().forEach(out);
                return 2;
            }
        }
        return 0;
    }

    private void maintain() throws SQLException {
        DatabaseSettings maintenance =
                new DatabaseSettings(owner.url(), "arketic_maintenance", passwords.maintenance(), 1);
        try (TenantDatabase database = TenantDatabase.open(maintenance)) {
            PartitionMaintenance.Report report = new PartitionMaintenance(database).run();
            report.created().forEach(name -> out.accept("created " + name));
            report.detached().forEach(name -> out.accept("detached " + name));
            report.dropped().forEach(name -> out.accept("dropped " + name));
            out.accept(report.organizationsReset() + " organizations began a new month");
            new RetentionMaintenance(database)
                    .run().removed().entrySet().stream()
                            .filter(removed -> removed.getValue() > 0)
                            .sorted(Map.Entry.comparingByKey())
                            .forEach(removed -> out.accept("deleted " + removed.getValue() + " " + removed.getKey()));
        }
    }

    /**
     * Gives an account a system role from its next request on. The audit log records it as an operator's change,
     * because it runs for no user.
     */
    private int grant(String email, String role) throws SQLException {
        String address = EmailSpelling.stored(email);
        try (Connection connection = DriverManager.getConnection(owner.url(), owner.user(), owner.password());
                PreparedStatement statement =
                        connection.prepareStatement("update users set role = ?::user_role where lower(email) = ?")) {
            statement.setString(1, role);
            statement.setString(2, address);
            boolean found = statement.executeUpdate() == 1;
            out.accept(found ? address + " is " + role : "there is no account with the address " + address);
            return found ? 0 : 1;
        }
    }

    private int drift() throws SQLException {
        int drifted = 0;
        try (Connection connection = DriverManager.getConnection(owner.url(), owner.user(), owner.password());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select table_name, row_id, counter, stored, counted from counter_drift()")) {
            while (row.next()) {
                out.accept(row.getString(1) + " " + row.getString(2) + " " + row.getString(3) + " is "
                        + row.getString(4) + ", counted " + row.getString(5));
                drifted++;
            }
        }
        out.accept(drifted + " counters have drifted");
        return drifted == 0 ? 0 : 1;
    }

    /** Reads the connection from the environment; see the usage. */
    public static void main(String[] arguments) throws SQLException {
        String url = required("ARKETIC_DATABASE_OWNER_URL");
        if (!url.startsWith("jdbc:postgresql://")) {
            System.err.println("ARKETIC_DATABASE_OWNER_URL is '" + url + "' but must be an address such as"
                    + " jdbc:postgresql://127.0.0.1:5433/arketic");
            System.exit(2);
        }
        DatabaseSettings owner = new DatabaseSettings(
                url, required("ARKETIC_DATABASE_OWNER_USER"), required("ARKETIC_DATABASE_OWNER_PASSWORD"), 1);
        String application = required("ARKETIC_DATABASE_PASSWORD");
        RolePasswords passwords = new RolePasswords(
                application,
                text("ARKETIC_DATABASE_INGEST_PASSWORD", application),
                text("ARKETIC_DATABASE_MAINTENANCE_PASSWORD", application));
        System.exit(new SchemaCommand(owner, passwords, System.out::println).run(List.of(arguments)));
    }

    private static String text(String variable, String otherwise) {
        String value = System.getenv(variable);
        return value == null || value.isEmpty() ? otherwise : value;
    }

    private static String required(String variable) {
        String value = System.getenv(variable);
        if (value == null) {
            System.err.println(variable + " is not set\n" + USAGE + "\n\n" + ENVIRONMENT);
            System.exit(2);
            throw new IllegalStateException(variable);
        }
        return value;
    }
}
