package io.arketic.embeddings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingValueTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://127.0.0.1:5433/arketic",
                "jdbc:postgresql://one,two:5433/arketic?targetServerType=primary",
                "jdbc:postgresql://database/arketic?sslmode=verify-full&sslrootcert=/etc/arketic/database/ca.crt",
            })
    void theAddressOfADatabaseMayHaveParametersThatNameFiles(String address) {
        assertThat(SettingValue.databaseAddress("arketic.database.url", address))
                .isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://database",
                "jdbc:postgresql://database/",
                "jdbc:postgresql://database/?sslmode=disable",
                "jdbc:postgresql://database/one/two",
                "jdbc:postgresql:///arketic",
                "postgresql://database/arketic",
                "jdbc:postgresql://database/arketic?ssl mode=disable",
            })
    void whatIsNoAddressOfADatabaseIsRefused(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SettingValue.databaseAddress("arketic.database.url", address))
                .withMessageContaining("ARKETIC_DATABASE_URL");
    }
}
