package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.arketic.rag.Team.Person;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.json.JsonMapper;

/** Steps of one organization call a server that does not answer; others go on, and a cancelled call ends. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WorkflowSharesIT {

    private static final JsonMapper JSON = new JsonMapper();

    private final CountDownLatch over = new CountDownLatch(1);
    private HttpServer server;
    private RunningApi api;

    @BeforeAll
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 200);
        server.createContext("/silent", exchange -> {
            try {
                over.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        server.createContext("/quick", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
        api = RunningApi.start(
                "127.0.0.1:1",
                Map.of("arketic.outbound.allowed-networks", "127.0.0.1/32", "arketic.workflow.threads", 8));
    }

    @AfterAll
    void stop() {
        over.countDown();
        server.stop(0);
        if (api != null) {
            api.close();
        }
    }

    @Test
    void oneOrganizationsSilentCallsLeaveThreadsForOthersAndEndWithTheirRuns() {
        Team flood = new Team(api);
        Team other = new Team(api);
        String silent = workflow(flood, """
                {"steps": [{"id": "each", "type": "for_each", "config": {"items": "[1, 2, 3, 4, 5, 6, 7, 8]", "parallel": 8,
                  "step": {"type": "http_request", "config": {"url": "%s/silent", "timeout_seconds": 600}}}}]}""");
        List<String> runs = new ArrayList<>();
        for (int run = 0; run < 8; run++) {
            runs.add(run(flood.owner(), silent));
        }
        // Five of eight threads call; a single organization has four fifths of those.
        Awaiting.await("its share of the calls", () -> calls() == 4);
        waitingForAPlaceForgetsNoDeaths();

        String quick = run(other.owner(), workflow(other, """
                {"steps": [
                  {"id": "compute", "type": "transform", "config": {"output": {"n": 1}}},
                  {"id": "call", "type": "http_request", "depends_on": ["compute"], "config": {"url": "%s/quick"}},
                  {"id": "wait", "type": "delay", "depends_on": ["call"], "config": {"seconds": 1}}]}"""));
        Awaiting.await("another's run", () -> status(other.owner(), quick).equals("completed"));
        assertThat(calls()).isEqualTo(4);
        assertThat(api.bean(MeterRegistry.class)
                        .get("arketic.bulkhead.refused")
                        .tag("kind", "workflow-calls")
                        .counter()
                        .count())
                .as("they wait, and are not refused")
                .isZero();

        for (String run : runs) {
            assertThat(flood.owner()
                            .api()
                            .post("/executions/" + run + "/cancel", Map.of())
                            .status())
                    .isEqualTo(200);
        }
        Awaiting.await("the calls of cancelled runs end", () -> calls() == 0);
        assertThat(runs).allMatch(run -> status(flood.owner(), run).equals("cancelled"));
    }

    /** As two processes leave a step that ended while they had it; it has looked for a place again since. */
    private void waitingForAPlaceForgetsNoDeaths() {
        String left =
                " from scheduled_tasks where task_name = 'workflow-step' and convert_from(task_data, 'UTF8') like '%/2'";
        Awaiting.await("a step that two processes left", () -> {
            api.execute("update scheduled_tasks set task_data = task_data || '/2'::bytea, version = version + 1"
                    + " where not picked and task_instance = (select task_instance from scheduled_tasks"
                    + " where task_name = 'workflow-step' and not picked limit 1)");
            return api.count("select count(*)" + left) == 1;
        });
        long version = api.count("select max(version)" + left);
        Awaiting.await("it looks again", () -> api.count("select coalesce(max(version), 0)" + left) >= version + 2);
    }

    @Test
    void aTrialOfASilentCallLeavesPlacesForOthersAndEndsWithItsCaller() {
        Team team = new Team(api);
        Team other = new Team(api);
        String definition = """
                {"steps": [{"id": "call", "type": "http_request", "config": {"url": "%s/silent", "timeout_seconds": 600}},
                           {"id": "compute", "type": "transform", "config": {"output": {"n": 1}}}]}""";
        String path = workflow(team, definition) + "/steps/call/trial";
        List<SlowTrial> trials = IntStream.range(0, 10)
                .mapToObj(number -> new SlowTrial(api, team.owner(), path))
                .toList();
        Awaiting.await("a share of the trials", () -> trials() == 6);
        Awaiting.await(
                "refusals", () -> trials.stream().filter(SlowTrial::isRefused).count() == 4);
        ApiClient.Reply tried = other.owner()
                .api()
                .post(workflow(other, definition) + "/steps/compute/trial", Map.of("input", Map.of()));
        assertThat(tried.status()).as(tried.text()).isEqualTo(200);
        assertThat(tried.text("outcome")).isEqualTo("completed");
        trials.forEach(SlowTrial::leave);
        Awaiting.await("no trial goes on", () -> trials() == 0);
    }

    private double calls() {
        return underWay("workflow-calls");
    }

    private double trials() {
        return underWay("trials");
    }

    private double underWay(String kind) {
        return api.bean(MeterRegistry.class)
                .get("arketic.bulkhead.under.way")
                .tag("kind", kind)
                .gauge()
                .value();
    }

    private static String status(Person by, String run) {
        return by.api().get("/executions/" + run).text("status");
    }

    private static String run(Person by, String workflow) {
        return by.api()
                .post(workflow + "/executions", Map.of("input", Map.of()))
                .text("id");
    }

    private String workflow(Team team, String definition) {
        String address = "http://127.0.0.1:" + server.getAddress().getPort();
        ApiClient.Reply made = team.owner()
                .api()
                .post(
                        team.path() + "/workflows",
                        Map.of("name", "W", "definition", JSON.readTree(definition.formatted(address))));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return "/workflows/" + made.text("id");
    }
}
