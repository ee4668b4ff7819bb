package io.arketic.schema.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.arketic.schema.Tenant;
import io.arketic.schema.Tenant.Migrated;
import io.arketic.schema.knowledge.IngestLedger;
import io.arketic.schema.knowledge.KnowledgeStore;
import io.arketic.schema.ledger.ObjectVersion;
import io.arketic.schema.ledger.StepTimes;
import io.arketic.schema.migration.PartitionMaintenance;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Tests that limits hold when many requests want the last place at once. */
@TestInstance(Lifecycle.PER_CLASS)
class OrganizationLimitIT {

    private static final int THREADS = 6;

    private Migrated migrated;
    private TenantDatabase database;
    private Tenant tenant;
    private int tenants;

    @BeforeAll
    void open() {
        migrated = Migrated.open(THREADS);
        database = migrated.database();
    }

    @AfterAll
    void close() {
        migrated.close();
    }

    @BeforeEach
    void createTenant() throws SQLException {
        tenant = Tenant.create(migrated, "limited-" + ++tenants);
    }

    @Test
    void anOrganizationBeginsWithTheLimitsOfItsTierAndSetsNoneLater() throws SQLException {
        UUID id = UUID.randomUUID();
        String limits =
                "select max_members || ' ' || max_storage_gb || ' ' || max_ai_requests_per_month from organizations"
                        + " where id = ?";
        String begun = database.transaction(TenantContext.of(id, tenant.userId()), connection -> {
            Tenant.id(
                    connection,
                    "insert into organizations (id, name, slug) values (?, 'New', ?) returning id",
                    id,
                    "new-" + id);
            Tenant.id(connection, "with begun as (select begin_subscription(7, 2, 500)) select uuid_v7() from begun");
            Tenant.id(
                    connection,
                    "insert into organization_members (organization_id, user_id, role) values (?, ?, 'owner') returning id",
                    id,
                    tenant.userId());
            Tenant.id(connection, "with begun as (select begin_subscription(99, 99, 99)) select uuid_v7() from begun");
            return Tenant.one(connection, String.class, limits, id);
        });
        assertThat(begun).isEqualTo("7 2 500");
        String later = database.transaction(TenantContext.of(id, tenant.userId()), connection -> {
            Tenant.id(connection, "with begun as (select begin_subscription(99, 99, 99)) select uuid_v7() from begun");
            return Tenant.one(connection, String.class, limits, id);
        });
        assertThat(later).isEqualTo("7 2 500");
    }

    @Test
    void noMoreMembersAreAddedThanMayBe() throws Exception {
        List<Callable<Object>> additions = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            String email = "member-" + tenants + "-" + i + "@example.org";
            additions.add(() -> tenant.addMember(email, "member"));
        }
        assertThat(refusals(additions, OrganizationLimit.MEMBERS)).isEqualTo(8);
        assertThat(read("current_members")).isEqualTo(5);

        tenant.read(UUID.class, """
                update organization_members set is_active = false
                where id = (select id from organization_members where user_id <> current_user_id() limit 1) returning id
                """);
        assertThat(read("current_members")).isEqualTo(4);
        tenant.addMember("another-" + tenants + "@example.org", "member");
        assertThat(OrganizationLimit.refusing(catchThrowable(() -> tenant.read(
                        UUID.class,
                        "update organization_members set is_active = true where not is_active returning id"))))
                .contains(OrganizationLimit.MEMBERS);
    }

    @Test
    void noMoreIsStoredThanMayBe() throws Exception {
        List<Callable<Object>> uploads = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            String table = i % 2 == 0 ? "documents" : "knowledge_documents";
            String path = "file-" + i;
            uploads.add(() -> store(table, path, 200L << 20));
        }
        assertThat(refusals(uploads, OrganizationLimit.STORAGE)).isEqualTo(5);
        assertThat(read("current_storage_mb")).isEqualTo(1000);
    }

    @Test
    void aDocumentThatIsRefusedForTheLimitCanBeShownAsFailed() throws SQLException {
        ObjectVersion huge = new ObjectVersion("knowledge", tenant.key("a.txt"), "e", Instant.EPOCH, 2L << 30);
        new IngestLedger(migrated.ingest()).admit(tenant.target(), huge);
        Throwable refusal = catchThrowable(() -> new KnowledgeStore(migrated.ingest())
                .replace(
                        tenant.target(), huge, Tenant.document("en", "Text."), Tenant.chunks("Text."), StepTimes.NONE));
        assertThat(OrganizationLimit.refusing(refusal)).contains(OrganizationLimit.STORAGE);
        new IngestLedger(migrated.ingest()).bury(tenant.target(), huge, "STORAGE_LIMIT", "full", StepTimes.NONE);
        assertThat(tenant.read(String.class, "select status::text from knowledge_documents"))
                .isEqualTo("failed");
        assertThat(read("current_storage_mb")).isZero();
    }

    @Test
    void noMoreAiRequestsAreChargedThanAllowedAndEachMonthStartsAtZero() throws Exception {
        migrated.change(tenant, "max_ai_requests_per_month = 20");
        List<Callable<Object>> requests = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            requests.add(this::charge);
        }
        assertThat(refusals(requests, OrganizationLimit.AI_REQUESTS)).isEqualTo(10);
        assertThat(read("ai_requests_this_month")).isEqualTo(20);
        assertThat(tenant.read(Long.class, "select sum(ai_requests) from usage_periods"))
                .isEqualTo(20);

        inThePast();
        assertThat(charge()).isEqualTo(19);
        assertThat(read("ai_requests_this_month")).isEqualTo(1);

        inThePast();
        assertThat(new PartitionMaintenance(migrated.maintenance()).run().organizationsReset())
                .isEqualTo(1);
        assertThat(read("ai_requests_this_month")).isZero();
    }

    @Test
    void aSpentBudgetRefusesTheNextRequest() throws SQLException {
        tenant.read(UUID.class, "insert into organization_settings (ai_cost_budget_monthly) values (1.5) returning id");
        charge();
        tenant.read(String.class, "select record_ai_usage(1000, 1.49)::text");
        charge();
        tenant.read(String.class, "select record_ai_usage(10, 0.01)::text");
        assertThat(OrganizationLimit.refusing(catchThrowable(this::charge))).contains(OrganizationLimit.AI_BUDGET);
        assertThat(tenant.read(Long.class, "select ai_tokens from usage_periods"))
                .isEqualTo(1010);
    }

    @Test
    void aCounterCannotBeWrittenByTheApplication() {
        for (String statement : List.of(
                "update organizations set current_members = 0 returning id",
                "update organizations set ai_requests_this_month = 5 returning id",
                "update knowledge_bases set document_count = 7 returning id",
                "insert into chats (creator_id, title, message_count) values (current_user_id(), 'C', 1) returning id")) {
            assertThat(catchThrowable(() -> tenant.read(UUID.class, statement)))
                    .as(statement)
                    .hasMessageMatching("(?s).*(is kept by the database|permission denied for table organizations).*");
        }
    }

    private int charge() throws SQLException {
        return tenant.read(Integer.class, "select charge_ai_request()");
    }

    private Object store(String table, String path, long bytes) throws SQLException {
        return table.equals("documents")
                ? tenant.read(UUID.class, """
                        insert into documents (owner_id, name, document_type, filename, file_path, file_size, file_hash)
                        values (?, 'F' || gen_random_uuid(), 'other', 'f', ?, ?, 'h') returning id
                        """, tenant.userId(), path, bytes)
                : tenant.read(UUID.class, """
                        insert into knowledge_documents
                            (knowledge_base_id, filename, file_path, file_type, file_size, mime_type, status)
                        values (?, 'f', ?, 'txt', ?, 'text/plain', 'pending') returning id
                        """, tenant.knowledgeBaseId(), path, bytes);
    }

    private int read(String counter) throws SQLException {
        return tenant.read(Integer.class, "select " + counter + " from organizations");
    }

    /** Sets the organization's last request to an earlier month. */
    private void inThePast() throws SQLException {
        migrated.change(tenant, "usage_month = '2020-01-01'");
    }

    /** Runs all at once; returns how many were refused for the limit. It throws other failures. */
    private static int refusals(List<Callable<Object>> work, OrganizationLimit limit) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<Boolean>> results = new ArrayList<>();
            for (Callable<Object> one : work) {
                results.add(threads.submit(() -> {
                    try {
                        one.call();
                        return false;
                    } catch (SQLException failure) {
                        if (OrganizationLimit.refusing(failure).equals(Optional.of(limit))) {
                            return true;
                        }
                        throw failure;
                    }
                }));
            }
            int refused = 0;
            for (Future<Boolean> result : results) {
                refused += result.get() ? 1 : 0;
            }
            return refused;
        } finally {
            threads.shutdownNow();
        }
    }
}
