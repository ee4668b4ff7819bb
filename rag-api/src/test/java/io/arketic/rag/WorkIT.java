package io.arketic.rag;

import static io.arketic.rag.Awaiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.mail.MailQueue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests the work in the background: it is visible, retried, taken over from dead processes, and shared by live ones. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WorkIT {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String WORK = "/operations/work";

    private final List<Socket> held = new ArrayList<>();
    private RunningApi api;
    private ApiClient operator;

    @BeforeAll
    void start() throws IOException {
        api = RunningApi.start("127.0.0.1:1", settings(closedPort()));
        operator = api.client().user("operator@example.org");
        api.execute("update users set role = 'admin' where email = 'operator@example.org'");
    }

    @AfterAll
    void stop() throws IOException {
        for (Socket socket : held) {
            socket.close();
        }
        api.close();
    }

    @Test
    void administratorsOfTheSystemSeeIt() {
        await("every task has run", () -> {
            List<JsonNode> tasks = tasks();
            return tasks.size() == 13 && tasks.stream().allMatch(task -> task.hasNonNull("last_success_at"));
        });
        assertThat(tasks().stream().map(task -> task.get("name").asString()))
                .containsExactly(
                        "document-purge",
                        "handovers",
                        "knowledge-feed",
                        "lost-charges",
                        "lost-questions",
                        "mail",
                        "notification-mails",
                        "partitions",
                        "removals",
                        "removed-objects",
                        "retention",
                        "search-indexes",
                        "upload-expiry");
        assertThat(api.client().user("nosy@example.org").get(WORK).status()).isEqualTo(403);
    }

    @Test
    void administratorsOfTheSystemSeeTheHealthOfEachComponent() {
        JsonNode health = operator.get("/operations/health").body();
        assertThat(health.path("components").findValuesAsString("name"))
                .contains("database", "outbox", "servedRequests", "signals");
        assertThat(health.path("components").valueStream())
                .anyMatch(one -> one.path("name").asString().equals("database")
                        && one.path("status").asString().equals("UP"));
        assertThat(api.client()
                        .user("curious@example.org")
                        .get("/operations/health")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void aTaskThatFailsIsSeenAndRunsAgain() {
        api.execute("revoke execute on function purge_documents(integer) from arketic_maintenance");
        try {
            due("document-purge");
            await("two failures", () -> task("document-purge").path("failures").asInt() >= 2);
        } finally {
            api.execute("grant execute on function purge_documents(integer) to arketic_maintenance");
        }
        due("document-purge");
        await("a success", () -> task("document-purge").path("failures").asInt(1) == 0);
    }

    @Test
    void theTaskOfAKilledProcessIsTakenOver() {
        String before = lastSuccess();
        api.execute("update background_tasks set picked = true, picked_by = 'killed', execution_time = now(),"
                + " last_heartbeat = now() - interval '1 minute', version = version + 1"
                + " where task_name = 'retention' and not picked");
        await("another process ran it", () -> !lastSuccess().equals(before));
        assertThat(api.count("select count(*) from background_tasks where picked_by = 'killed'"))
                .isZero();
    }

    @Test
    void aMessageOutlivesAKilledProcessAndIsEncrypted() throws IOException {
        api.client().post("/auth/password-reset", Map.of("email", "operator@example.org"));
        await("a failed attempt", () -> api.count("select count(*) from outgoing_mails where attempts > 0") > 0);
        assertThat(api.count("select count(*) from outgoing_mails where encrypted_mail ilike '%operator%'"
                        + " or encrypted_mail ilike '%token%'"))
                .isZero();
        try (Mailbox mailbox = Mailbox.open();
                ServerSocket silent = new ServerSocket(0);
                ApiProcess victim = ApiProcess.beside(
                        api, Map.of("arketic.mail.smtp.port", Integer.toString(silent.getLocalPort())))) {
            silent.setSoTimeout(100);
            await("a process in the middle of a message", () -> {
                dueAgain();
                return victim.hasStarted() && accepts(silent);
            });
            victim.kill();
            try (RunningApi other = api.beside(settings(mailbox.port()))) {
                assertThat(other.port()).isNotEqualTo(api.port());
                await("the process that reaches the server sends it", () -> {
                    dueAgain();
                    return mailbox.server().getReceivedMessages().length > 0;
                });
                assertThat(mailbox.token("operator@example.org", 1)).isNotBlank();
            }
        }
    }

    @Test
    void aServerThatIsDownIsNotAskedForEachMessage() {
        MailQueue queue = api.bean(MailQueue.class);
        try {
            for (int number = 0; number < 30; number++) {
                queue.sendComposed("complete", Map.of("to", "many@example.org", "subject", "Many", "text", "Text"));
            }
            await("the task has failed", () -> task("mail").path("failures").asInt() > 0);
            assertThat(api.count("select count(*) from outgoing_mails where attempts = 0"))
                    .isPositive();
        } finally {
            api.execute("delete from outgoing_mails");
        }
        await("a success", () -> task("mail").path("failures").asInt(1) == 0);
    }

    private static Map<String, Object> settings(int mailPort) {
        return Map.of(
                "arketic.mail.smtp.host",
                "127.0.0.1",
                "arketic.mail.smtp.port",
                mailPort,
                "arketic.mail.smtp.encryption",
                "none",
                "arketic.security.require-verification",
                false);
    }

    private void dueAgain() {
        api.execute("update outgoing_mails set next_attempt_at = now(), attempts = 1 where next_attempt_at > now()");
    }

    /** Keeps the connection open, so that its sender waits. */
    private boolean accepts(ServerSocket socket) {
        try {
            return held.add(socket.accept());
        } catch (SocketTimeoutException none) {
            return false;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void due(String task) {
        api.execute("update background_tasks set execution_time = now(), version = version + 1 where task_name = '"
                + task + "' and not picked");
    }

    private String lastSuccess() {
        return api.text("select coalesce(last_success::text, '') from background_tasks where task_name = 'retention'");
    }

    private JsonNode task(String name) {
        return tasks().stream()
                .filter(task -> task.get("name").asString().equals(name))
                .findFirst()
                .orElseGet(JSON::createObjectNode);
    }

    private List<JsonNode> tasks() {
        ApiClient.Reply reply = operator.get(WORK);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return JSON.readTree(reply.text()).get("tasks").valueStream().toList();
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
