package io.arketic.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.schema.Tenant.Migrated;
import io.arketic.services.Fixtures;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * Tests threads that change the tenant with every transaction and share one small pool; the server cancels one
 * transaction in ten: none reads another's rows. {@code -Darketic.isolation.transactions=50000} sets the number for
 * each thread.
 */
class AlternatingTenantsIT {

    private static final int THREADS = 8;
    private static final String CANCELLED = "57014";

    @Test
    void noTransactionReadsAnotherTenantsRows() throws Exception {
        int transactions = Integer.getInteger("arketic.isolation.transactions", Fixtures.heavy(5_000));
        try (Migrated migrated = Migrated.open(4)) {
            List<Tenant> tenants = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                tenants.add(Tenant.create(migrated, "tenant-" + i));
            }
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            try {
                List<Future<Integer>> cancelled = new ArrayList<>();
                for (int thread = 0; thread < THREADS; thread++) {
                    int first = thread;
                    cancelled.add(threads.submit(() -> {
                        int count = 0;
                        for (int i = 0; i < transactions; i++) {
                            count += run(tenants.get((first + i) % tenants.size()), (first + i) % 10 == 0);
                        }
                        return count;
                    }));
                }
                int sum = 0;
                for (Future<Integer> count : cancelled) {
                    sum += count.get();
                }
                assertThat(sum).isEqualTo(THREADS * transactions / 10);
            } finally {
                threads.shutdownNow();
            }
        }
    }

    /** Returns 1 when the transaction was cancelled, after it had read. */
    private static int run(Tenant tenant, boolean cancel) throws SQLException {
        try {
            return tenant.database().transaction(tenant.context(), connection -> {
                assertThat(Tenant.one(
                                connection,
                                String.class,
                                "select string_agg(organization_id::text, ' ') from knowledge_bases"))
                        .isEqualTo(tenant.organizationId().toString());
                if (cancel) {
                    endureCancellation(connection);
                }
                return 0;
            });
        } catch (SQLException failure) {
            if (!cancel || !CANCELLED.equals(failure.getSQLState())) {
                throw failure;
            }
            return 1;
        }
    }

    private static void endureCancellation(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local statement_timeout = '1ms'");
            statement.execute("select pg_sleep(60)");
        }
    }
}
