package io.arketic.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.knowledge.IngestLedger;
import io.arketic.schema.ledger.IngestState;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.ledger.StepTimes;
import io.arketic.schema.tenancy.OrganizationLimit;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Tests that what an organization has switched off, or no longer has, is refused; existing rows stay. */
@TestInstance(Lifecycle.PER_CLASS)
class SwitchesIT {

    private static final String NEW_WORKFLOW =
            "insert into workflows (creator_id, name, workflow_definition) values (current_user_id(), 'W', '{}') returning id";
    private static final String SET_STATUS =
            "update workflows set status = ?::workflow_status where id = ? returning id";
    private static final String RUN =
            "insert into workflow_executions (workflow_id, total_steps) values (?, 1) returning id";

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
    void withoutWorkflowsNoneIsMadeActivatedOrRun() throws SQLException {
        Tenant tenant = Tenant.create(migrated, "switched");
        Tenant other = Tenant.create(migrated, "not-switched");
        tenant.read(UUID.class, "insert into organization_settings (enable_workflows) values (true) returning id");
        UUID running = tenant.read(UUID.class, NEW_WORKFLOW);
        tenant.read(UUID.class, SET_STATUS, "active", running);
        UUID draft = tenant.read(UUID.class, NEW_WORKFLOW);
        UUID run = tenant.read(UUID.class, RUN, running);

        tenant.read(UUID.class, "update organization_settings set enable_workflows = false returning id");

        refused(tenant, OrganizationLimit.WORKFLOWS, NEW_WORKFLOW);
        refused(tenant, OrganizationLimit.WORKFLOWS, SET_STATUS, "active", draft);
        refused(tenant, OrganizationLimit.WORKFLOWS, RUN, running);
        assertThat(tenant.read(Integer.class, "select execution_count from workflows where id = ?", running))
                .isEqualTo(1);

        tenant.read(UUID.class, "update workflow_executions set status = 'completed' where id = ? returning id", run);
        tenant.read(UUID.class, SET_STATUS, "paused", running);
        tenant.read(UUID.class, "delete from workflows where id = ? returning id", draft);
        other.read(UUID.class, RUN, other.read(UUID.class, NEW_WORKFLOW));

        tenant.read(UUID.class, "update organization_settings set enable_workflows = true returning id");
        tenant.read(UUID.class, SET_STATUS, "active", running);
        tenant.read(UUID.class, RUN, running);
    }

    @Test
    void withoutASubscriptionTheIngestBeginsWithNothingAndEndsWhatItHasBegun() throws SQLException {
        Tenant tenant = Tenant.create(migrated, "ended");
        IngestLedger ledger = new IngestLedger(migrated.ingest());
        ObjectVersion begun = tenant.version("begun.txt", "e", 1);
        ObjectVersion late = tenant.version("late.txt", "e", 2);
        ledger.admit(tenant.target(), begun);
        ledger.advance(tenant.target(), begun, IngestState.EXTRACTING);
        ledger.admit(tenant.target(), late);

        for (String ended : new String[] {
            "subscription_ends_at = now() - interval '1 day'",
            "subscription_ends_at = null, status = 'trial', trial_ends_at = now()"
        }) {
            migrated.change(tenant, ended);
            assertThat(OrganizationLimit.refusing(
                            catchThrowable(() -> ledger.advance(tenant.target(), late, IngestState.EXTRACTING))))
                    .contains(OrganizationLimit.SUBSCRIPTION);
            ledger.advance(tenant.target(), begun, IngestState.EMBEDDING);
        }
        ledger.bury(tenant.target(), late, "SUBSCRIPTION_ENDED", "ended", StepTimes.NONE);

        migrated.change(tenant, "trial_ends_at = now() + interval '1 day'");
        tenant.read(
                UUID.class,
                "update ingest_ledger set state = 'received', ended_at = null, reason = null where object_key = ?"
                        + " returning id",
                late.key());
        ledger.advance(tenant.target(), late, IngestState.EXTRACTING);
    }

    private static void refused(Tenant tenant, OrganizationLimit limit, String statement, Object... values) {
        assertThat(OrganizationLimit.refusing(catchThrowable(() -> tenant.read(UUID.class, statement, values))))
                .as(statement)
                .contains(limit);
    }
}
