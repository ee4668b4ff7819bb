package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests the ledger's metrics for operators. */
class LedgerMetricsIT {

    @Test
    void whatWasDroppedIsWhatEndedAndWhatIsInFlight() throws Exception {
        RunningApi api = RunningApi.shared();
        String reason = "REASON_" + UUID.randomUUID().toString().substring(0, 8);
        enter(api, "indexed", "null", "now()");
        enter(api, "embedding", "null", "null");
        enter(api, "dead", "'" + reason + "'", "now()");

        String dead = "arketic_ledger_dead{reason=\"" + reason + "\"}";
        Instant deadline = Instant.now().plus(Duration.ofMinutes(1));
        Map<String, Double> metrics = ledger(api);
        while (!metrics.containsKey(dead)) {
            assertThat(Instant.now()).as("last seen: " + metrics).isBefore(deadline);
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
            metrics = ledger(api);
        }

        ApiClient admin = api.client().user("ingest-" + UUID.randomUUID() + "@example.org");
        admin.get("/operations/ingest").assertProblem(403, "forbidden", null);
        api.execute("update users set role = 'super_admin' where id = '"
                + admin.get("/auth/me").text("id") + "'");
        JsonNode overview = admin.get("/operations/ingest").body();
        assertThat(overview.path("failures").findValuesAsString("name")).contains(reason);
        assertThat(overview.path("in_flight").asLong()).isPositive();
        assertThat(overview.path("states").findValuesAsString("name")).contains("indexed", "dead");

        assertThat(metrics).containsEntry(dead, 1.0);
        assertThat(metrics.get("arketic_ledger_in_flight")).isPositive();
        assertThat(metrics).containsKey("arketic_ledger_oldest_unsettled_seconds");
        assertThat(metrics.get("arketic_ledger_dropped"))
                .isGreaterThanOrEqualTo(3)
                .isEqualTo(metrics.get("arketic_ledger_terminal") + metrics.get("arketic_ledger_in_flight"))
                .isEqualTo(metrics.entrySet().stream()
                        .filter(metric -> metric.getKey().startsWith("arketic_ledger_versions{"))
                        .mapToDouble(Map.Entry::getValue)
                        .sum());
    }

    private static void enter(RunningApi api, String state, String reason, String ended) {
        api.execute("insert into ingest_ledger (bucket, object_key, etag, last_modified, size, state, reason, ended_at)"
                + " values ('metrics', '" + UUID.randomUUID() + "', 'e', '2026-01-01 00:00:00Z', 1, '" + state + "', "
                + reason
                + ", " + ended + ")");
    }

    private static Map<String, Double> ledger(RunningApi api) throws Exception {
        URI address = URI.create("http://127.0.0.1:" + api.managementPort() + "/actuator/prometheus");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith("arketic_ledger_"))
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(parts -> parts[0], parts -> Double.parseDouble(parts[1])));
    }
}
