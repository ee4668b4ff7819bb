package io.arketic.schema.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class DatabaseSettingsTest {

    @Test
    void onThisMachineNothingIsDemanded() {
        for (String url : List.of(
                "jdbc:postgresql://localhost:5432/arketic",
                "jdbc:postgresql://127.0.0.1/arketic",
                "jdbc:postgresql://[::1]:5432/arketic",
                "jdbc:postgresql:arketic")) {
            assertThat(settings(url).url()).isEqualTo(url);
        }
    }

    @Test
    void beyondItTheServerIsVerifiedOrTheNetworkTrustedExplicitly() {
        for (String url : List.of(
                "jdbc:postgresql://db.example.org:5432/arketic?sslmode=verify-full",
                "jdbc:postgresql://one.example.org,two.example.org/arketic?sslmode=verify-full&sslrootcert=ca.pem",
                "jdbc:postgresql://postgres:5432/arketic?sslmode=disable")) {
            assertThat(settings(url).url()).isEqualTo(url);
        }
    }

    @Test
    void whatWouldBelieveAnyServerIsRefusedByName() {
        for (String url : List.of(
                "jdbc:postgresql://db.example.org:5432/arketic",
                "jdbc:postgresql://localhost,db.example.org/arketic",
                "jdbc:postgresql://10.0.0.7/arketic?sslmode=prefer",
                "jdbc:postgresql://127.evil.example/arketic",
                "jdbc:postgresql://db.example.org/arketic?sslmode=require",
                "jdbc:postgresql://db.example.org/arketic?sslmode=verify-ca")) {
            assertThatIllegalArgumentException()
                    .as(url)
                    .isThrownBy(() -> settings(url))
                    .withMessageContaining("ARKETIC_DATABASE_URL")
                    .withMessageContaining("sslmode=verify-full")
                    .withMessageContaining("sslmode=disable");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings("postgres://db?password=secret"))
                .withMessageContaining("ARKETIC_DATABASE_URL")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
    }

    private static DatabaseSettings settings(String url) {
        return new DatabaseSettings(url, "arketic_app", "password", 1);
    }
}
