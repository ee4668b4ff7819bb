package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tests that guessing strangers delay only themselves. The proxy names the source of a login. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LockoutIT {

    private static final String PASSWORD = "a good password";
    private static final String HOME = "192.0.2.1";
    private static final int AFTER = 3;
    /** Sends wrong passwords from all sources without a device token. */
    private static final int OF_ALL = 10 * AFTER;

    private Mailbox mailbox;
    private RunningApi api;
    private ApiClient anonymous;

    @BeforeAll
    void start() {
        mailbox = Mailbox.open();
        api = RunningApi.start(
                "127.0.0.1:1",
                Map.of(
                        "arketic.mail.smtp.host",
                        "127.0.0.1",
                        "arketic.mail.smtp.port",
                        mailbox.port(),
                        "arketic.mail.smtp.encryption",
                        "none",
                        "arketic.security.lockout-after",
                        AFTER,
                        "arketic.security.concurrent-hashes",
                        4,
                        "server.forward-headers-strategy",
                        "native"));
        anonymous = api.client();
    }

    @AfterAll
    void stop() {
        api.close();
        mailbox.close();
    }

    @Test
    void aStrangerThatGuessesWaitsAndTheOwnerGetsIn() {
        account("owner@example.org");
        for (int guess = 0; guess < AFTER; guess++) {
            login("203.0.113.1", "owner@example.org", "guess", null).assertProblem(401, "bad-credentials", null);
        }
        ApiClient.Reply waits = login("203.0.113.1", "owner@example.org", PASSWORD, null);
        waits.assertProblem(429, "too-many-requests", null);
        assertThat(Long.parseLong(waits.header("Retry-After"))).isBetween(1L, 300L);
        assertThat(login(HOME, "owner@example.org", PASSWORD, null).status()).isEqualTo(200);
        login("203.0.113.1", "owner@example.org", PASSWORD, null).assertProblem(429, "too-many-requests", null);
    }

    @Test
    void manyStrangersKeepOutOnlyWhatNothingVouchesFor() {
        account("besieged@example.org");
        String device = login(HOME, "besieged@example.org", PASSWORD, null).text("device_token");
        besiege("besieged@example.org", "203.0.113.10");
        login("198.51.100.1", "besieged@example.org", PASSWORD, null).assertProblem(429, "too-many-requests", null);
        String letter = mailbox.text("besieged@example.org", 2);
        assertThat(letter).contains("15 minutes").contains("another password");

        ApiClient.Reply owner = login(HOME, "besieged@example.org", PASSWORD, device);
        assertThat(owner.status()).as(owner.text()).isEqualTo(200);
        assertThat(owner.text("device_token")).as("the same device").isEqualTo(device);
        account("another@example.org");
        String foreign = login(HOME, "another@example.org", PASSWORD, null).text("device_token");
        for (String useless : List.of(foreign, "", "no token", device.replace('.', '-'), device + "x")) {
            login(HOME, "besieged@example.org", PASSWORD, useless).assertProblem(429, "too-many-requests", null);
        }

        for (int guess = 0; guess < AFTER; guess++) {
            login(HOME, "besieged@example.org", "guess", device).assertProblem(401, "bad-credentials", null);
        }
        login(HOME, "besieged@example.org", PASSWORD, device).assertProblem(429, "too-many-requests", null);
    }

    @Test
    void aConfirmedMailVouchesAndAnotherPasswordEndsWhatVouchedBefore() {
        account("mail@example.org");
        String before = login(HOME, "mail@example.org", PASSWORD, null).text("device_token");
        besiege("mail@example.org", "203.0.113.10");
        anonymous.post("/auth/password-reset", Map.of("email", "mail@example.org"));
        String token = mailbox.token("mail@example.org", 3);
        String device = anonymous
                .post("/auth/password-reset/confirm", Map.of("token", token, "new_password", "quite another one"))
                .text("device_token");
        besiege("mail@example.org", "203.0.113.20");
        login(HOME, "mail@example.org", "quite another one", before).assertProblem(429, "too-many-requests", null);
        assertThat(login(HOME, "mail@example.org", "quite another one", device).status())
                .isEqualTo(200);
    }

    @Test
    void whatIsKeptOutDoesNotTellWhetherThereIsAnAccount() {
        account("there@example.org");
        for (String stranger : List.of("there@example.org", "not-there@example.org")) {
            assertThat(besiege(stranger, "203.0.113.10")).as(stranger).isEqualTo(OF_ALL);
        }
        assertThat(refused("there@example.org")).isEqualTo(refused("not-there@example.org"));
        api.execute("delete from attempts");
        // The lock outlives the count: it is answered as an unknown address is.
        assertThat(refused("there@example.org")).isEqualTo(refused("not-there@example.org"));
        assertThat(api.count("select count(*) from users where email = 'there@example.org' and locked_until > now()"))
                .isEqualTo(1);
    }

    @Test
    void guessesSideBySideAreNotMoreThanThoseInTurn() throws Exception {
        account("races@example.org");
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Integer>> guesses = IntStream.range(0, 16)
                    .mapToObj(guess -> threads.submit(() -> login("203.0.113.9", "races@example.org", "guess", null)
                            .status()))
                    .toList();
            int tried = 0;
            for (Future<Integer> guess : guesses) {
                tried += guess.get() == 401 ? 1 : 0;
            }
            assertThat(tried).isEqualTo(AFTER);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Checks that a stolen session can neither try all passwords nor block logins. */
    @Test
    void aSessionThatGuessesWaitsAlone() {
        account("stolen@example.org");
        ApiClient thief =
                anonymous.as(login(HOME, "stolen@example.org", PASSWORD, null).text("access_token"));
        Map<String, String> guess = Map.of("current_password", "guess", "new_password", "of the thief now");
        for (int wrong = 0; wrong < AFTER; wrong++) {
            thief.post("/auth/password", guess).assertProblem(403, "wrong-password", null);
        }
        Map<String, String> right = Map.of("current_password", PASSWORD, "new_password", "of the thief now");
        thief.post("/auth/password", right).assertProblem(429, "too-many-requests", null);
        ApiClient owner =
                anonymous.as(login(HOME, "stolen@example.org", PASSWORD, null).text("access_token"));
        ApiClient.Reply changed = owner.post("/auth/password", right);
        assertThat(changed.status()).as(changed.text()).isEqualTo(200);
        assertThat(changed.text("device_token")).isNotEmpty();
    }

    private void account(String email) {
        anonymous.post(
                "/auth/register", Map.of("email", email, "password", PASSWORD, "first_name", "Ada", "last_name", "L"));
        ApiClient.Reply verified =
                anonymous.post("/auth/verify-email", Map.of("token", mailbox.token(email, 1), "password", PASSWORD));
        assertThat(verified.text("device_token")).isNotEmpty();
    }

    /** Guesses from as many places as necessary; returns how many guesses were checked. */
    private int besiege(String email, String places) {
        for (int guess = 0; guess < OF_ALL + 2 * AFTER; guess++) {
            if (login(places + guess / AFTER, email, "guess", null).status() == 429) {
                return guess;
            }
        }
        throw new AssertionError("nothing was refused");
    }

    private String refused(String email) {
        ApiClient.Reply reply = login("198.51.100.7", email, PASSWORD, null);
        assertThat(reply.status()).isIn(401, 429);
        return reply.text().replaceAll("\"(request_id|instance)\":\"[^\"]*\"", "");
    }

    private ApiClient.Reply login(String from, String email, String password, String device) {
        Map<String, Object> login = new HashMap<>(Map.of("email", email, "password", password));
        if (device != null) {
            login.put("device_token", device);
        }
        return anonymous.post("/auth/login", login, "X-Forwarded-For", from);
    }
}
