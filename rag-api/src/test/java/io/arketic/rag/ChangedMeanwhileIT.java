package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.Team.Person;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that a caller that waits for a chat's row has the rights of the moment when it gets the row. */
@Timeout(120)
class ChangedMeanwhileIT {

    /** Names the caller's rights when it came. */
    enum Act {
        INVITE,
        CHANGE,
        REMOVE,
        SETTINGS,
        DELETE_CHAT,
        SAY,
        ASK,
        UPLOAD,
        EDIT,
        DELETE_MESSAGE
    }

    /** Names the change of the caller's place while it waits. */
    private enum Loss {
        PLACE("update chat_participants set role = 'viewer' where user_id = '%2$s' and chat_id = '%1$s'", 403),
        ROLE("update organization_members set role = 'viewer' where user_id = '%2$s'", 403),
        CHAT("delete from chats where id = '%1$s'", 404);

        private final String statement;
        private final int status;

        Loss(String statement, int status) {
            this.statement = statement;
            this.status = status;
        }
    }

    private final RunningApi api = RunningApi.shared();
    private Team team;
    private Person grace;
    private Person edsger;
    private Person barbara;
    private String group;
    private String own;
    private String others;

    @BeforeEach
    void aGroupThatGraceRuns() {
        team = new Team(api);
        grace = team.member("member");
        edsger = team.member("member");
        barbara = team.member("member");
        group = team.chat(
                grace,
                Map.of(
                        "title",
                        "Us",
                        "chat_type",
                        "group",
                        "participant_ids",
                        List.of(edsger.id(), team.owner().id())));
        Map<String, Object> note = Map.of("content", "A note", "ask", false);
        own = "/messages/" + grace.api().post(group + "/messages", note).text("id");
        others = "/messages/" + edsger.api().post(group + "/messages", note).text("id");
    }

    @ParameterizedTest
    @EnumSource(Act.class)
    void aParticipantThatBecameAReaderMeanwhileIsRefused(Act act) throws Exception {
        refused(act, Loss.PLACE);
    }

    @ParameterizedTest
    @EnumSource(
            value = Act.class,
            names = {"INVITE", "CHANGE", "REMOVE", "SETTINGS", "DELETE_CHAT"})
    void aMemberThatBecameAViewerMeanwhileIsRefused(Act act) throws Exception {
        refused(act, Loss.ROLE);
    }

    @ParameterizedTest
    @EnumSource(Act.class)
    void aChatThatWasDeletedMeanwhileIsNotFound(Act act) throws Exception {
        refused(act, Loss.CHAT);
        assertThat(team.owner()
                        .api()
                        .get(team.path() + "/usage")
                        .body()
                        .path("ai_requests")
                        .path("used")
                        .asInt())
                .isZero();
    }

    private void refused(Act act, Loss loss) throws Exception {
        String chat = group.substring("/chats/".length());
        String place = group + "/participants/"
                + edsger.api()
                        .get(group)
                        .body()
                        .path("participation")
                        .path("id")
                        .stringValue();
        CompletableFuture<ApiClient.Reply> waiting;
        try (Connection connection = DriverManager.getConnection(
                        api.database().url(),
                        api.database().user(),
                        api.database().password());
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select from chats where id = '" + chat + "' for update");
            int process = one(statement, "select pg_backend_pid()");
            waiting = CompletableFuture.supplyAsync(() -> act(act, place));
            Instant deadline = Instant.now().plus(Duration.ofSeconds(60));
            while (one(
                                    statement,
                                    "select count(*)::int from pg_stat_activity a where " + process
                                            + " = any (pg_blocking_pids(a.pid))")
                            == 0
                    && Instant.now().isBefore(deadline)) {
                Thread.onSpinWait();
            }
            statement.execute(loss.statement.formatted(chat, grace.id()));
            connection.commit();
        }
        ApiClient.Reply reply = waiting.join();
        assertThat(reply.status()).as(act + ": " + reply.text()).isEqualTo(loss.status);
    }

    private ApiClient.Reply act(Act act, String place) {
        ApiClient by = grace.api();
        Map<String, Object> note = Map.of("content", "Another note", "ask", false);
        return switch (act) {
            case INVITE -> by.post(group + "/participants", Map.of("user_id", barbara.id()));
            case CHANGE -> by.patch(place, Map.of("role", "admin"), "If-Match", "*");
            case REMOVE -> by.delete(place);
            case SETTINGS -> by.patch(group, Map.of("title", "Ours"), "If-Match", "*");
            case DELETE_CHAT -> by.delete(group);
            case SAY -> by.post(group + "/messages", note);
            case ASK -> by.post(group + "/messages", Map.of("content", "Who knows?"));
            case UPLOAD -> by.upload(group + "/files", Map.of("a.txt", "A file"));
            case EDIT -> by.patch(own, Map.of("content", "An edited note"), "If-Match", "*");
            case DELETE_MESSAGE -> by.delete(others);
        };
    }

    private static int one(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getInt(1);
        }
    }
}
