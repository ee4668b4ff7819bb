package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.ApiClient.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Tests one caller's idempotency keys and cursors in the hands of another one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class ForeignKeysIT {

    private static final int CALLERS = 6;

    private RunningApi api;
    private Team team;
    private Team other;

    @BeforeAll
    void start() {
        api = RunningApi.shared();
        team = new Team(api);
        other = new Team(api);
    }

    /** Sends all at once, twice each: every caller creates one resource, and sees none of another's. */
    @Test
    void oneKeyOfManyCallersMakesOneOfEach() throws Exception {
        String key = "the same key " + UUID.randomUUID();
        Map<String, Object> wish = Map.of("name", "Raced " + UUID.randomUUID());
        String settings = team.path() + "/settings";
        assertThat(team.owner()
                        .api()
                        .patch(settings, Map.of("enable_api_access", true), "If-Match", "*")
                        .status())
                .isEqualTo(200);
        List<String[]> callers = new ArrayList<>();
        for (int member = 0; member < CALLERS / 2; member++) {
            callers.add(new String[] {team.member("member").api().token()});
            callers.add(new String[] {
                "",
                "X-API-Key",
                team.owner()
                        .api()
                        .post(team.path() + "/api-keys", Map.of("name", "raced", "scopes", List.of("read", "write")))
                        .text("key")
            });
        }
        CyclicBarrier together = new CyclicBarrier(2 * CALLERS);
        ExecutorService threads = Executors.newFixedThreadPool(2 * CALLERS);
        try {
            List<List<CompletableFuture<Reply>>> made = callers.stream()
                    .map(caller -> List.of(
                            making(threads, together, caller, wish, key), making(threads, together, caller, wish, key)))
                    .toList();
            Set<String> ids = new HashSet<>();
            for (List<CompletableFuture<Reply>> twice : made) {
                Set<String> own = new HashSet<>();
                for (CompletableFuture<Reply> one : twice) {
                    Reply reply = one.get(60, TimeUnit.SECONDS);
                    assertThat(reply.status()).as(reply.text()).isIn(201, 409);
                    if (reply.status() == 201) {
                        own.add(reply.text("id"));
                    }
                }
                assertThat(own).hasSize(1);
                ids.addAll(own);
            }
            assertThat(ids).hasSize(CALLERS);
        } finally {
            threads.shutdownNow();
        }
    }

    private CompletableFuture<Reply> making(
            ExecutorService threads, CyclicBarrier together, String[] caller, Map<String, Object> wish, String key) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        together.await(60, TimeUnit.SECONDS);
                    } catch (Exception broken) {
                        throw new IllegalStateException(broken);
                    }
                    ApiClient client = api.client().as(caller[0]);
                    String path = team.path() + "/knowledge-bases";
                    return caller.length == 1
                            ? client.post(path, wish, "Idempotency-Key", key)
                            : client.post(path, wish, "Idempotency-Key", key, caller[1], caller[2]);
                },
                threads);
    }

    /**
     * Checks that a cursor is neither valid for another organization's list, nor for the list that is the same for each
     * caller.
     */
    @Test
    void aCursorShowsNothingOfAnotherCaller() {
        for (Team one : List.of(team, other)) {
            for (int i = 0; i < 2; i++) {
                one.owner().api().post(one.path() + "/knowledge-bases", Map.of("name", "Base " + i));
                one.owner().api().post(one.path() + "/chats", Map.of("title", "Chat " + i));
                one.owner().api().post("/organizations", Map.of("name", "More " + UUID.randomUUID()));
            }
        }
        team.member("viewer");
        for (String list : List.of("/knowledge-bases", "/chats", "/members", "/audit-log")) {
            String cursor = cursor(team, team.path() + list);
            other.owner()
                    .api()
                    .get(other.path() + list + "?limit=1&cursor=" + cursor)
                    .assertProblem(422, "invalid-cursor", null);
            assertThat(other.owner()
                            .api()
                            .get(team.path() + list + "?limit=1&cursor=" + cursor)
                            .status())
                    .isEqualTo(404);
        }
        Set<String> own = ids(other.owner().api().get("/organizations?limit=100"));
        assertThat(own)
                .containsAll(ids(
                        other.owner().api().get("/organizations?limit=100&cursor=" + cursor(team, "/organizations"))));
    }

    @Test
    void aForgedCursorIsRefused() {
        String path = team.path() + "/audit-log?limit=1&cursor=";
        byte[] given = Base64.getUrlDecoder().decode(cursor(team, team.path() + "/audit-log"));
        List<String> forged = new ArrayList<>(List.of("AAAA", "!", "%00", "a".repeat(4000)));
        Random random = new Random(7);
        for (int at = 16; at < given.length; at++) {
            byte[] changed = given.clone();
            changed[at] ^= (byte) (1 << random.nextInt(8));
            forged.add(text(changed));
        }
        forged.add(text("x".repeat(24).getBytes(StandardCharsets.US_ASCII)));
        forged.forEach(cursor -> team.owner().api().get(path + cursor).assertProblem(422, "invalid-cursor", null));
    }

    private static String cursor(Team of, String list) {
        Reply page = of.owner().api().get(list + "?limit=1");
        assertThat(page.status()).as(page.text()).isEqualTo(200);
        return page.body().path("next_cursor").asString("");
    }

    private static Set<String> ids(Reply page) {
        return new HashSet<>(page.body().path("items").findValuesAsString("id"));
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
