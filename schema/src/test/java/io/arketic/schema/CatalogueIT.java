package io.arketic.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.Tenant.Migrated;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Tests rules for every table, present and future, from PostgreSQL's own catalogue. */
@TestInstance(Lifecycle.PER_CLASS)
class CatalogueIT {

    private Migrated migrated;

    @BeforeAll
    void open() {
        migrated = Migrated.open();
    }

    @AfterAll
    void close() {
        migrated.close();
    }

    @Test
    void everyTableForcesRowLevelSecurityAndHasAPolicyForTheApplication() throws SQLException {
        assertThat(rows("""
                                select c.relname
                                from pg_class c
                                where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
                                  and not c.relispartition and c.relname <> 'flyway_schema_history'
                                  and not (c.relrowsecurity and c.relforcerowsecurity and exists (
                                      select from pg_policy p
                                      where p.polrelid = c.oid and 'arketic_app'::regrole = any (p.polroles)))
                                """)).isEmpty();
        assertThat(rows("select relname from pg_class where relforcerowsecurity"))
                .hasSizeGreaterThanOrEqualTo(16);
    }

    @Test
    void aPartitionIsReachedThroughItsTableOnly() throws SQLException {
        assertThat(rows("select relname from pg_class where relispartition and relkind = 'r'"))
                .contains("chat_messages_" + thisMonth(), "audit_log_" + thisMonth());
        assertThat(rows("""
                                select relname from pg_class
                                where relispartition and relkind = 'r'
                                  and (not (relrowsecurity and relforcerowsecurity)
                                    or has_table_privilege('arketic_app', oid, 'select, insert, update, delete'))
                                """)).isEmpty();
    }

    @Test
    void everyTableOfATenantIsDeclared() throws SQLException {
        assertThat(rows("select name from tenant_tables()"))
                .as("a line for each in functions/R__tenant_tables.sql")
                .containsExactlyInAnyOrderElementsOf(rows("""
                                select c.table_name from information_schema.columns c
                                join pg_class t on t.oid = format('public.%I', c.table_name)::regclass
                                where c.table_schema = 'public' and c.column_name = 'organization_id'
                                  and not t.relispartition
                                """));
    }

    @Test
    void aTableOfATenantIsAuditedAndExportedAsDeclared() throws SQLException {
        assertThat(rows("""
                                select t.name from tenant_tables() t
                                where t.audited <> exists (
                                    select from pg_trigger g
                                    where g.tgrelid = t.name::regclass and g.tgfoid = 'record_change'::regproc)
                                """)).as("audited").isEmpty();
        assertThat(rows("""
                                select t.name from tenant_tables() t
                                where t.exported and not has_any_column_privilege('arketic_app', t.name, 'select')
                                """)).as("exported").isEmpty();
    }

    @Test
    void aTableOfATenantGoesWithItsOrganization() throws SQLException {
        assertThat(rows("""
                                with recursive removed (id) as (
                                    select 'organizations'::regclass::oid
                                    union
                                    select k.conrelid from pg_constraint k
                                    join removed r on r.id = k.confrelid and k.contype = 'f' and k.confdeltype = 'c')
                                select t.name from tenant_tables() t
                                where t.name::regclass::oid not in (select id from removed)
                                """))
                .as("removed by remove_organization_rows(), not by a foreign key")
                .containsExactly("audit_log");
    }

    @Test
    void everyForeignKeyHasAnIndexThatBeginsWithItsOwnColumn() throws SQLException {
        assertThat(rows("""
                                select k.conrelid::regclass || '.' || k.conname
                                from pg_constraint k
                                where k.contype = 'f' and k.connamespace = 'public'::regnamespace
                                  and not exists (
                                      select from pg_index i
                                      where i.indrelid = k.conrelid and i.indkey[0] = any (k.conkey)
                                        and (cardinality(k.conkey) = 1 or i.indkey[0] <> (
                                            select a.attnum from pg_attribute a
                                            where a.attrelid = k.conrelid and a.attname = 'organization_id')))
                                """)).isEmpty();
    }

    @Test
    void aForeignKeyBetweenTenantsTablesCarriesTheTenant() throws SQLException {
        assertThat(rows("""
                                select k.conrelid::regclass || '.' || k.conname
                                from pg_constraint k
                                where k.contype = 'f' and k.connamespace = 'public'::regnamespace
                                  and k.confrelid::regclass::text not in ('users', 'organizations')
                                  and cardinality(k.conkey) < 2
                                """)).isEmpty();
    }

    @Test
    void theAuditLogMasksEveryColumnNamedLikeASecret() throws SQLException {
        assertThat(rows("""
                                select c.relname || '.' || a.attname
                                from pg_trigger t
                                join pg_class c on c.oid = t.tgrelid and not c.relispartition
                                join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                                where t.tgfoid = 'record_change'::regproc
                                  and a.attname ~ '(_hash|_secret|_token|_key|_code|password)$|^(token|key|secret|answer)$'
                                  and a.attname !~ '^((indexed_)?file|content|embedded|chunk|quote)_hash$|^object_key$'
                                  and audited(jsonb_build_object(a.attname, 'open')) ->> a.attname <> '***'
                                """)).isEmpty();
        assertThat(rows("select audited('{\"key_hash\": \"open\"}')::text")).containsExactly("{\"key_hash\": \"***\"}");
    }

    /** Checks that no role's own statement reaches secrets, except in the user's own row. */
    @Test
    void noRoleReadsAColumnThatIsNamedAsASecretIs() throws SQLException {
        assertThat(rows("""
                                select r.rolname || ': ' || c.relname || '.' || a.attname
                                from pg_class c
                                join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                                join pg_roles r on r.rolname in (
                                    'arketic_app', 'arketic_ingest', 'arketic_maintenance', 'arketic_ops')
                                where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
                                  and a.attname ~ '(_hash|_secret|_token|_key|_code|password)$|^encrypted|^(token|key|secret|answer)$'
                                  and a.attname !~ '^((indexed_)?file|content|embedded|chunk|quote)_hash$|^object_key$'
                                  and has_column_privilege(r.oid, c.oid, a.attnum, 'select')
                                  and (not c.relforcerowsecurity or exists (
                                      select from pg_policy p
                                      where p.polrelid = c.oid and r.oid = any (p.polroles) and p.polcmd in ('r', '*')
                                        and pg_get_expr(p.polqual, p.polrelid)
                                            !~ '^\\(user_id = \\( SELECT current_user_id\\(\\) AS current_user_id\\)\\)$'))
                                """)).isEmpty();
    }

    /** Checks the same for functions that read any row: a hash is compared inside. */
    @Test
    void noFunctionShowsAHashThatOpensSomething() throws SQLException {
        assertThat(rows("""
                                with shown as (
                                    select p.oid, p.proname, a.name
                                    from pg_proc p, unnest(p.proargnames, p.proargmodes) a (name, mode)
                                    where a.mode in ('o', 'b', 't')
                                    union all
                                    select p.oid, p.proname, a.attname
                                    from pg_proc p
                                    join pg_type t on t.oid = p.prorettype and t.typrelid <> 0
                                    join pg_attribute a on a.attrelid = t.typrelid and a.attnum > 0)
                                select r.rolname || ': ' || s.proname || '.' || s.name
                                from shown s
                                join pg_proc p on p.oid = s.oid and p.pronamespace = 'public'::regnamespace
                                join pg_roles r on r.rolname in (
                                    'arketic_app', 'arketic_ingest', 'arketic_maintenance', 'arketic_ops')
                                where has_function_privilege(r.oid, p.oid, 'execute')
                                  and p.prorettype <> 'trigger'::regtype
                                  and s.name ~ '(_hash|password)$'
                                  and s.name !~ '^((indexed_)?file|content|chunk|quote)_hash$'
                                """)).isEmpty();
    }

    @Test
    void whatARoleReadsIsHeldByPolicies() throws SQLException {
        assertThat(rows("""
                                select r.rolname || ': ' || c.relname
                                from pg_class c
                                join pg_roles r on r.rolname in ('arketic_app', 'arketic_ingest', 'arketic_maintenance')
                                where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
                                  and has_any_column_privilege(r.oid, c.oid, 'select, insert, update')
                                  and not (c.relrowsecurity and c.relforcerowsecurity and exists (
                                      select from pg_policy p where p.polrelid = c.oid and r.oid = any (p.polroles)))
                                """)).isEmpty();
        assertThat(rows("select relname from pg_class where oid = 'outbox_events'::regclass"
                        + " and has_any_column_privilege('arketic_app', oid, 'select')"))
                .isEmpty();
    }

    @Test
    void theProductsRolesOwnNothingAndHaveNoPrivilegeOfAServer() throws SQLException {
        String own = "in ('arketic_app'::regrole, 'arketic_ingest'::regrole, 'arketic_maintenance'::regrole)";
        assertThat(rows("select relname from pg_class where relowner " + own)).isEmpty();
        assertThat(rows("select proname from pg_proc where proowner " + own)).isEmpty();
        assertThat(rows("""
                                select rolname from pg_roles
                                where rolname like 'arketic\\_%'
                                  and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)
                                """)).isEmpty();
        assertThat(
                        rows(
                                "select rolname from pg_roles where rolname in ('arketic_owner', 'arketic_ops') and rolcanlogin"))
                .isEmpty();
        assertThat(rows("select 1 from pg_auth_members where member " + own)).isEmpty();
        assertThat(rows("select oid from pg_roles where oid " + own
                        + " and has_schema_privilege(oid, 'public', 'create')"))
                .isEmpty();
    }

    @Test
    void functionsThatRunAsTheOwnerHaveAFixedSearchPathAndAreNotForEverybody() throws SQLException {
        assertThat(rows("""
                                select proname from pg_proc
                                where prosecdef and pronamespace = 'public'::regnamespace
                                  and (proconfig is null or not 'search_path=pg_catalog, public, pg_temp' = any (proconfig)
                                    or coalesce(array_to_string(proacl, ' '), '=X') ~ '(^| )=X')
                                """)).isEmpty();
    }

    /** Checks functions that run as the owner, which bypass row-level security. */
    @Test
    void whatARequestCallsOfTheOwnersAsksForItsTenantOrForASecret() throws SQLException {
        assertThat(rows("""
                                select proname from pg_proc
                                where prosecdef and pronamespace = 'public'::regnamespace
                                  and has_function_privilege('arketic_app', oid, 'execute')
                                  and prosrc !~ 'current_(organization_id|user_id|system_role)\\(\\)'
                                order by 1
                                """))
                .containsExactly(
                        "account_by_email",
                        "account_columns", // names only
                        "count_public_download",
                        "ended_credentials", // of ids that the caller holds
                        "enter_api_key",
                        "enter_personal_token",
                        "enter_session",
                        "leave_chat_presence", // of the process's own id
                        "open_public_knowledge",
                        "open_public_link",
                        "open_workflow_hook",
                        "open_workflow_question",
                        "password_opens",
                        "password_reset_claim",
                        "public_folder_archive",
                        "public_folder_entries",
                        "public_folder_file",
                        "public_folder_holds",
                        "public_link_opens",
                        "queue_mail", // adds a message of any user, and reads none
                        "renew_chat_presence",
                        "resolve_invitation",
                        "session_of_token",
                        "shows_profile",
                        "verification_claim");
    }

    @Test
    void whatTheJobsAndTheMaintenanceCallIsNotForRequests() throws SQLException {
        assertThat(rows("""
                                select proname from pg_proc
                                where prosecdef and pronamespace = 'public'::regnamespace
                                  and has_function_privilege('arketic_app', oid, 'execute')
                                  and (has_function_privilege('arketic_ingest', oid, 'execute')
                                    or has_function_privilege('arketic_maintenance', oid, 'execute'))
                                """)).isEmpty();
    }

    @Test
    void everybodyMayDoNothing() throws SQLException {
        assertThat(rows("""
                                select 'database ' || a.privilege_type
                                from pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
                                where d.datname = current_database() and a.grantee = 0
                                union all
                                select 'schema ' || n.nspname || ' ' || a.privilege_type
                                from pg_namespace n, aclexplode(n.nspacl) a
                                where n.nspname in ('public', 'arketic_archive') and a.grantee = 0
                                union all
                                select 'table ' || c.relname from pg_class c, aclexplode(c.relacl) a
                                where c.relnamespace = 'public'::regnamespace and a.grantee = 0
                                union all
                                select 'large object ' || p.proname
                                from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
                                where p.pronamespace = 'pg_catalog'::regnamespace and a.grantee = 0
                                  and (p.proname like 'lo\\_%' or p.proname in ('loread', 'lowrite'))
                                """)).isEmpty();
    }

    private static String thisMonth() {
        return YearMonth.now(ZoneOffset.UTC).format(DateTimeFormatter.ofPattern("yyyy_MM"));
    }

    private List<String> rows(String query) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = migrated.superuser();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                rows.add(row.getString(1));
            }
        }
        return rows;
    }
}
