package io.arketic.rag.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.arketic.rag.caller.SecurityProperties;
import io.arketic.rag.problem.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class PasswordsTest {

    private static final String HALF_A_CHARACTER = "correct horse \ud83d";

    private final Passwords passwords = new Passwords(new SecurityProperties(
            "x".repeat(32),
            Duration.ofMinutes(15),
            Duration.ofDays(30),
            Duration.ofHours(12),
            1,
            10,
            Duration.ofMinutes(15),
            null));

    @Test
    void knowsAPasswordByItsHash() {
        String hash = passwords.hash("password", "correct horse 🐎", List.of());
        assertThat(matches("correct horse 🐎", hash)).isTrue();
        assertThat(matches("correct horse", hash)).isFalse();
        assertThat(passwords.matches("correct horse 🐎", null, hash::equals)).isFalse();
    }

    @Test
    void hashesAsTheyAreMeantToCost() {
        assertThat(passwords.hash("password", "correct horse battery", List.of()))
                .startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
    }

    @Test
    void refusesAtOnceWhatWouldWaitInAQueueOfManyOthers() throws Exception {
        String hash = passwords.hash("password", "correct horse battery", List.of());
        int callers = 40;
        CountDownLatch start = new CountDownLatch(callers);
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        try {
            List<Future<Boolean>> answers = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                answers.add(threads.submit(() -> {
                    start.countDown();
                    start.await();
                    return matches("correct horse battery", hash);
                }));
            }
            int matched = 0;
            int refused = 0;
            for (Future<Boolean> answer : answers) {
                try {
                    matched += answer.get() ? 1 : 0;
                } catch (ExecutionException failure) {
                    assertThat(failure).hasCauseInstanceOf(ProblemException.class);
                    refused++;
                }
            }
            assertThat(matched).isPositive();
            assertThat(refused).isPositive();
            assertThat(matched + refused).isEqualTo(callers);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void refusesHalfACharacter() {
        assertThatThrownBy(() -> passwords.hash("password", HALF_A_CHARACTER, List.of()))
                .isInstanceOf(ProblemException.class);
        assertThat(matches(HALF_A_CHARACTER, passwords.hash("password", "correct horse ?", List.of())))
                .isFalse();
    }

    @Test
    void namesTheFieldOfAPasswordThatIsGuessedSoon() {
        assertThatThrownBy(() -> passwords.hash("new_password", "password123", List.of()))
                .isInstanceOf(ProblemException.class)
                .hasMessageStartingWith("new_password is too easy to guess");
    }

    /** Compares hashes with those of Spring's encoder. */
    private boolean matches(String password, String hash) {
        return passwords.matches(password, Passwords.salt(hash), hash::equals);
    }

    @Test
    void nothingOpensWhatWasHashedInAnotherWay() {
        for (String stored : List.of("", "x", "$2a$10$abcdefghijklmnopqrstuv", "$argon2id$v=19$m=9,t=2,p=1$!$x")) {
            assertThat(matches("correct horse battery", stored)).isFalse();
        }
    }
}
