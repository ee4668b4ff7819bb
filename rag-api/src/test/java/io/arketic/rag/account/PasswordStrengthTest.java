package io.arketic.rag.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordStrengthTest {

    private static final List<String> ADA = List.of("ada.lovelace@example.org", "Ada", "Lovelace");

    private final PasswordStrength strength = new PasswordStrength();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "password",
                "P@ssw0rd!",
                "12345678",
                "qwertyuiop",
                "aaaaaaaaaaaaaaaa",
                "letmein2024",
                "iloveyou2",
                "01/01/2001",
                "arketic123",
                "Lovelace1",
                "ada.lovelace@example.org",
                "adalovelace"
            })
    void refusesWhatIsTriedFirst(String password) {
        assertThat(strength.weakness(password, ADA)).startsWith("is too easy to guess");
    }

    @ParameterizedTest
    @ValueSource(strings = {"correct horse battery", "x9#kLm2pQ", "猫が窓辺で眠っている", "long enough"})
    void takesWhatIsNot(String password) {
        assertThat(strength.weakness(password, ADA)).isNull();
    }

    @Test
    void looksAtTheBeginningOfALongOne() {
        assertThat(strength.weakness("a".repeat(200), List.of())).isNotNull();
        assertThat(strength.weakness("🐎🔋".repeat(100), List.of())).isNotNull();
        assertThat(strength.weakness("correct horse battery staple ".repeat(7), List.of()))
                .isNull();
    }
}
