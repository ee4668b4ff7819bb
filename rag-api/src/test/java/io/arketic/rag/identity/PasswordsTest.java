package io.arketic.rag.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.arketic.rag.problem.ProblemException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PasswordsTest {

    private static final String HALF_A_CHARACTER = "correct horse \ud83d";

    private final Passwords passwords = new Passwords(new SecurityProperties(
            "x".repeat(32), Duration.ofMinutes(15), Duration.ofDays(30), 1, 10, Duration.ofMinutes(15), null));

    @Test
    void knowsAPasswordByItsHash() {
        String hash = passwords.hash("password", "correct horse 🐎", List.of());
        assertThat(passwords.matches("correct horse 🐎", hash)).isTrue();
        assertThat(passwords.matches("correct horse", hash)).isFalse();
        assertThat(passwords.matches("correct horse 🐎", null)).isFalse();
    }

    @Test
    void refusesHalfACharacter() {
        assertThatThrownBy(() -> passwords.hash("password", HALF_A_CHARACTER, List.of()))
                .isInstanceOf(ProblemException.class);
        assertThat(passwords.matches(HALF_A_CHARACTER, passwords.hash("password", "correct horse ?", List.of())))
                .isFalse();
    }

    @Test
    void namesTheFieldOfAPasswordThatIsGuessedSoon() {
        assertThatThrownBy(() -> passwords.hash("new_password", "password123", List.of()))
                .isInstanceOf(ProblemException.class)
                .hasMessageStartingWith("new_password is too easy to guess");
    }
}
