package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.arketic.rag.Team.Person;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Processes are killed while they call a receiver, which counts what it was asked to do. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KilledWorkflowsIT {

    private static final int RUNS = Integer.getInteger("arketic.workflows.executions", 40);
    private static final List<Integer> KILLS = List.of(15, 45);
    private static final JsonMapper JSON = new JsonMapper();

    private final Map<String, AtomicInteger> once = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> perhaps = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> held = new ConcurrentHashMap<>();
    private final Semaphore asked = new Semaphore(0);
    private final Semaphore answers = new Semaphore(0);
    private final AtomicInteger calls = new AtomicInteger();
    private final List<ApiProcess> victims = new CopyOnWriteArrayList<>();
    private HttpServer receiver;
    private RunningApi api;

    @BeforeAll
    void start() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 50);
        receiver.createContext("/once", exchange -> receive(exchange, once));
        receiver.createContext("/perhaps", exchange -> receive(exchange, perhaps));
        receiver.createContext("/held", exchange -> {
            asked.release();
            answers.acquireUninterruptibly();
            receive(exchange, held);
        });
        receiver.createContext("/broken", HttpExchange::close);
        receiver.setExecutor(Executors.newCachedThreadPool());
        receiver.start();
        api = RunningApi.start(
                "127.0.0.1:1",
                Map.of(
                        "arketic.outbound.allowed-networks",
                        "127.0.0.1/32",
                        "arketic.workflow.threads",
                        2,
                        "arketic.workflow.runs",
                        20));
    }

    @AfterAll
    void stop() {
        victims.forEach(ApiProcess::close);
        answers.release(100);
        receiver.stop(0);
        if (api != null) {
            api.close();
        }
    }

    private void receive(HttpExchange exchange, Map<String, AtomicInteger> effects) throws IOException {
        String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
        effects.computeIfAbsent(key, first -> new AtomicInteger()).incrementAndGet();
        int call = calls.incrementAndGet();
        int kill = KILLS.indexOf(call);
        if (kill >= 0 && kill < victims.size()) {
            // After the effect and before the answer: the worst moment.
            victims.get(kill).kill();
        }
        exchange.sendResponseHeaders(204, -1);
        exchange.close();
    }

    @Test
    void everyEffectTakesPlaceOnceWhateverIsKilled() {
        Team team = new Team(api);
        Person ada = team.owner();
        String chat = team.chat(ada, Map.of("title", "Effects", "chat_type", "group"));
        String receiving = "http://127.0.0.1:" + receiver.getAddress().getPort();
        ApiClient.Reply made = ada.api()
                .post(team.path() + "/workflows", Map.of("name", "W", "definition", JSON.readTree("""
                        {"steps": [
                          {"id": "begin", "type": "transform", "config": {"output": {"n": "{{ input.n }}"}}},
                          {"id": "one", "type": "http_request", "depends_on": ["begin"],
                           "config": {"url": "%1$s/once", "method": "POST", "idempotent": true, "body": {"n": "{{ input.n }}"}}},
                          {"id": "two", "type": "http_request", "depends_on": ["begin"],
                           "config": {"url": "%1$s/once", "method": "POST", "idempotent": true}},
                          {"id": "tell", "type": "send_message", "depends_on": ["one", "two"],
                           "config": {"chat_id": "%2$s", "content": "First of {{ input.n }}"}},
                          {"id": "gate", "type": "condition", "depends_on": ["tell"], "config": {"expression": "input.n >= 0"}},
                          {"id": "perhaps", "type": "http_request", "depends_on": ["gate"],
                           "config": {"url": "%1$s/perhaps", "method": "POST"}},
                          {"id": "again", "type": "send_message", "depends_on": ["perhaps"],
                           "config": {"chat_id": "%2$s", "content": "Second of {{ input.n }}"}},
                          {"id": "end", "type": "transform", "depends_on": ["again"], "config": {"output": "x"}}]}
                        """.formatted(
                                receiving, chat.substring("/chats/".length())))));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        String workflow = "/workflows/" + made.text("id");
        for (int kill = 0; kill < KILLS.size(); kill++) {
            victims.add(ApiProcess.beside(api, Map.of("arketic.workflow.threads", "8")));
        }
        Awaiting.await("the other processes", () -> victims.stream().allMatch(ApiProcess::hasStarted));
        String ours = "where workflow_id = '" + made.text("id") + "'";
        for (int number = 0; number < RUNS; number++) {
            assertThat(ada.api()
                            .post(workflow + "/executions", Map.of("input", Map.of("n", number)))
                            .status())
                    .isEqualTo(201);
        }
        Awaiting.await("the end of every run", () -> {
            resolveUnknown(ada, workflow);
            return api.count("select count(*) from workflow_executions " + ours + " and status = 'completed'") == RUNS;
        });

        assertThat(once).hasSize(2 * RUNS);
        assertThat(perhaps).hasSize(RUNS);
        assertThat(perhaps.values()).as("what may not be repeated").allMatch(count -> count.get() == 1);
        assertThat(api.count("select count(*) from chat_messages where chat_id = '" + chat.substring("/chats/".length())
                        + "' and content like '% of %'"))
                .isEqualTo(2L * RUNS);
        assertThat(api.count("select count(distinct content) from chat_messages where chat_id = '"
                        + chat.substring("/chats/".length()) + "'"))
                .isEqualTo(2L * RUNS);
        assertThat(api.count("select max(execution_number) from workflow_executions " + ours))
                .isEqualTo(RUNS);
        JsonNode counted = ada.api().get(workflow).body();
        assertThat(counted.path("success_count").intValue()).isEqualTo(RUNS);
        assertThat(counted.path("execution_count").intValue()).isEqualTo(RUNS);
    }

    @Test
    void anotherTaskOfAStepLeavesTheCallThatIsUnderWayAloneAndALateAnswerCounts() {
        Team team = new Team(api);
        Person ada = team.owner();
        String workflow = create(team, ada, """
                {"steps": [{"id": "call", "type": "http_request", "config": {"url": "%s/held", "method": "POST"}}]}""");
        String run = "/executions/"
                + ada.api()
                        .post(workflow + "/executions", Map.of("input", Map.of()))
                        .text("id");
        asked.acquireUninterruptibly();
        String step = ada.api().get(run + "/steps").body().at("/items/0/id").stringValue();
        api.execute("insert into scheduled_tasks (task_name, task_instance, task_data, execution_time, picked, version)"
                + " values ('workflow-step', '" + step + ":another', convert_to('" + team.id() + "/" + step
                + "', 'UTF8'), now(), false, 1)");
        Awaiting.await(
                "the other task",
                () -> api.count("select count(*) from scheduled_tasks where task_instance = '" + step + ":another'")
                        == 0);
        JsonNode calling = ada.api().get(run + "/steps").body().at("/items/0");
        assertThat(calling.path("status").stringValue()).isEqualTo("running");
        assertThat(calling.path("attempts").intValue()).isEqualTo(1);
        // As another process leaves it that took this one for dead.
        api.execute("update workflow_step_runs set status = 'unknown' where id = '" + step + "'");
        answers.release();
        Awaiting.await("the end", () -> ada.api().get(run).text("status").equals("completed"));
        assertThat(held.values()).singleElement().matches(count -> count.get() == 1);
    }

    @Test
    void whatIsUnknownOfAnItemIsSaidByItsIdAndIsAskedBeforeAFailedRunIsUndone() {
        Team team = new Team(api);
        Person ada = team.owner();
        String chat = team.chat(ada, Map.of("title", "Undone", "chat_type", "group"));
        String workflow = create(team, ada, """
                {"steps": [
                  {"id": "each", "type": "for_each", "config": {"items": "[1, 2]",
                    "step": {"type": "http_request", "config": {"url": "%1$s/broken", "method": "POST"}}},
                   "compensate": {"type": "send_message", "config": {"chat_id": "{{ input.chat }}", "content": "Undone"}}},
                  {"id": "call", "type": "http_request", "depends_on": ["each"],
                   "config": {"url": "%1$s/broken", "method": "POST"},
                   "compensate": {"type": "send_message", "config": {"chat_id": "{{ input.chat }}", "content": "Undone"}}},
                  {"id": "fail", "type": "send_message", "depends_on": ["each"], "retry": {"attempts": 1},
                   "config": {"chat_id": "00000000-0000-0000-0000-000000000000", "content": "Never"}}]}""");
        String run = "/executions/"
                + ada.api()
                        .post(
                                workflow + "/executions",
                                Map.of("input", Map.of("chat", chat.substring("/chats/".length()))))
                        .text("id");
        Awaiting.await("both items", () -> unknown(ada, run).size() == 2);
        ada.api()
                .post(run + "/steps/each/resolution", Map.of("outcome", "done"))
                .assertProblem(409, "conflict", null);
        for (String item : unknown(ada, run)) {
            assertThat(ada.api()
                            .post(run + "/steps/" + item + "/resolution", Map.of("outcome", "done"))
                            .status())
                    .isEqualTo(200);
        }
        Awaiting.await(
                "the failure beside what is unknown",
                () -> ada.api()
                                .get(run + "/steps")
                                .body()
                                .path("items")
                                .findValuesAsString("status")
                                .contains("failed")
                        && unknown(ada, run).size() == 1
                        && ada.api().get(run).text("status").equals("waiting"));
        ada.api().post(run + "/steps/call/resolution", Map.of("outcome", "done"));
        Awaiting.await("the end", () -> ada.api().get(run).text("status").equals("failed"));
        assertThat(ada.api().get(chat + "/messages").body().path("items")).hasSize(2);
    }

    /** As processes leave it that end while they have its task: the first row after one death, the second after three. */
    @Test
    void aRunThatEndsEachProcessThatTakesItIsGivenUpAndAnotherGoesOn() {
        Team team = new Team(api);
        Person ada = team.owner();
        String workflow = create(team, ada, """
                {"steps": [{"id": "wait", "type": "delay", "config": {"seconds": 86400}}]}""");
        String harmless = waiting(ada, workflow);
        String harmful = waiting(ada, workflow);
        String step = ada.api()
                .get("/executions/" + harmful + "/steps")
                .body()
                .at("/items/0/id")
                .stringValue();
        leftByTheDead("workflow-run", team.id() + "/" + harmless);
        leftByTheDead("workflow-step", team.id() + "/" + step + "/2");
        Awaiting.await(
                "the end of the harmful run",
                () -> ada.api().get("/executions/" + harmful).text("status").equals("failed"));
        Awaiting.await(
                "both tasks",
                () -> api.count("select count(*) from scheduled_tasks where task_instance like '%:left'") == 0);
        assertThat(ada.api().get("/executions/" + harmless).text("status")).isEqualTo("waiting");
    }

    private String waiting(Person by, String workflow) {
        String run = by.api()
                .post(workflow + "/executions", Map.of("input", Map.of()))
                .text("id");
        Awaiting.await(
                "the waiting step",
                () -> by.api().get("/executions/" + run).text("status").equals("waiting"));
        return run;
    }

    private void leftByTheDead(String task, String content) {
        api.execute(
                "insert into scheduled_tasks (task_name, task_instance, task_data, execution_time, picked, picked_by,"
                        + " last_heartbeat, version) values ('" + task + "', '" + content + ":left', convert_to('"
                        + content
                        + "', 'UTF8'), now(), true, 'gone', now() - interval '1 minute', 1)");
    }

    private static List<String> unknown(Person by, String run) {
        List<String> unknown = new ArrayList<>();
        for (JsonNode step : by.api().get(run + "/steps").body().path("items")) {
            if (step.path("status").stringValue().equals("unknown")) {
                unknown.add(step.path("id").stringValue());
            }
        }
        return unknown;
    }

    private String create(Team team, Person by, String definition) {
        String receiving = "http://127.0.0.1:" + receiver.getAddress().getPort();
        ApiClient.Reply made = by.api()
                .post(
                        team.path() + "/workflows",
                        Map.of("name", "W", "definition", JSON.readTree(definition.formatted(receiving))));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return "/workflows/" + made.text("id");
    }

    /** The member knows from the receiver whether it was done. */
    private void resolveUnknown(Person ada, String workflow) {
        for (JsonNode run :
                ada.api().get(workflow + "/executions?status=waiting").body().path("items")) {
            String path = "/executions/" + run.path("id").stringValue();
            for (JsonNode step : ada.api().get(path + "/steps").body().path("items")) {
                if (step.path("status").stringValue().equals("unknown")) {
                    String outcome = perhaps.containsKey(step.path("effect_id").stringValue()) ? "done" : "retry";
                    ada.api()
                            .post(
                                    path + "/steps/" + step.path("step").stringValue() + "/resolution",
                                    Map.of("outcome", outcome));
                }
            }
        }
    }
}
