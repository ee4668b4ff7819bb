package io.arketic.rag;

import static org.assertj.core.api.Assertions.assertThat;

import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import io.arketic.schema.encryption.ColumnEncryption;
import java.security.InvalidKeyException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.util.encoders.Base32;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tests the second factor, and organizations that require it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoFactorIT {

    private static final String PASSWORD = "a good password";
    private static final Duration STEP = Duration.ofSeconds(30);

    private RunningApi api;
    private ApiClient anonymous;

    @BeforeAll
    void start() {
        api = RunningApi.shared();
        anonymous = api.client();
    }

    @Test
    void aCodeOpensOnceAndARecoveryCodeOnce() {
        ApiClient user = anonymous.user("codes@example.org");
        user.post("/auth/two-factor/enable", Map.of("password", "not this one"))
                .assertProblem(403, "wrong-password", null);
        String secret = user.post("/auth/two-factor/enable", Map.of("password", PASSWORD))
                .text("secret");
        assertThat(login("codes@example.org", null).status())
                .as("it is not confirmed yet")
                .isEqualTo(200);
        user.post("/auth/two-factor/confirm", Map.of("code", "000000")).assertProblem(422, "invalid-input", "code");
        Instant now = Instant.now();
        ApiClient.Reply confirmed = user.post("/auth/two-factor/confirm", Map.of("code", code(secret, now)));
        assertThat(confirmed.body().path("recovery_codes").size()).isEqualTo(10);

        login("codes@example.org", null).assertProblem(401, "two-factor-required", null);
        login("codes@example.org", code(secret, now)).assertProblem(401, "two-factor-code-invalid", null);
        String next = code(secret, now.plus(STEP));
        assertThat(login("codes@example.org", next).status()).isEqualTo(200);
        login("codes@example.org", next).assertProblem(401, "two-factor-code-invalid", null);

        String recovery = confirmed.body().path("recovery_codes").get(3).stringValue();
        assertThat(login("codes@example.org", recovery.toUpperCase(java.util.Locale.ROOT))
                        .status())
                .isEqualTo(200);
        login("codes@example.org", recovery).assertProblem(401, "two-factor-code-invalid", null);

        ApiClient.Reply made = user.post(
                "/users/me/tokens",
                Map.of(
                        "name",
                        "strong",
                        "scopes",
                        List.of("read"),
                        "expires_at",
                        now.plusSeconds(3600).toString()));
        String factorOfToken = "select second_factor::text from personal_tokens where id = '" + made.text("id") + "'";
        assertThat(api.text(factorOfToken)).isEqualTo("true");
        user.post("/auth/two-factor/disable", Map.of("password", PASSWORD, "code", "nonsense"))
                .assertProblem(422, "invalid-input", "code");
        String another = confirmed.body().path("recovery_codes").get(4).stringValue();
        assertThat(user.post("/auth/two-factor/disable", Map.of("password", PASSWORD, "code", another))
                        .status())
                .isEqualTo(204);
        assertThat(api.text(factorOfToken))
                .as("the token is not strong with a later factor")
                .isEqualTo("false");
        assertThat(login("codes@example.org", null).status()).isEqualTo(200);
    }

    @Test
    void aSessionAloneDoesNotTryAllCodes() {
        ApiClient user = anonymous.user("stolen@example.org");
        String secret = user.post("/auth/two-factor/enable", Map.of("password", PASSWORD))
                .text("secret");
        Instant now = Instant.now();
        assertThat(user.post("/auth/two-factor/confirm", Map.of("code", code(secret, now)))
                        .status())
                .isEqualTo(200);
        for (int i = 0; i < 5; i++) {
            user.post("/auth/two-factor/recovery-codes", Map.of("code", "00000" + i))
                    .assertProblem(422, "invalid-input", "code");
        }
        ApiClient.Reply refused =
                user.post("/auth/two-factor/recovery-codes", Map.of("code", code(secret, now.plus(STEP))));
        refused.assertProblem(429, "too-many-requests", null);
        assertThat(refused.header("Retry-After")).isNotEmpty();
    }

    @Test
    void erasingTheAccountTakesTheSecondFactorToo() {
        ApiClient user = anonymous.user("erases@example.org");
        String secret = user.post("/auth/two-factor/enable", Map.of("password", PASSWORD))
                .text("secret");
        Instant now = Instant.now();
        user.post("/auth/two-factor/confirm", Map.of("code", code(secret, now)));
        user.delete("/users/me", Map.of("password", PASSWORD)).assertProblem(422, "invalid-input", "two_factor_code");
        user.delete("/users/me", Map.of("password", PASSWORD, "two_factor_code", code(secret, now)))
                .assertProblem(422, "invalid-input", "two_factor_code");
        assertThat(user.get("/auth/me").status()).isEqualTo(200);
        String next = code(secret, now.plus(STEP));
        assertThat(user.delete("/users/me", Map.of("password", PASSWORD, "two_factor_code", next))
                        .status())
                .isEqualTo(204);
        user.get("/auth/me").assertProblem(401, "unauthenticated", null);
    }

    @Test
    void anOrganizationThatRequiresASecondFactorRefusesUsersWithoutOne() {
        ApiClient user = anonymous.user("required@example.org");
        String organization = "/organizations/"
                + user.post("/organizations", Map.of("name", "Required")).text("id");
        String base = "/knowledge-bases/"
                + user.post(organization + "/knowledge-bases", Map.of("name", "Base"))
                        .text("id");
        api.execute("update organization_settings set require_2fa = true where organization_id = (select id from"
                + " organizations where slug = 'required')");
        user.get(organization + "/knowledge-bases").assertProblem(403, "second-factor-required", null);
        user.get(base).assertProblem(403, "second-factor-required", null);

        String secret = user.post("/auth/two-factor/enable", Map.of("password", PASSWORD))
                .text("secret");
        ApiClient.Reply other = login("required@example.org", null);
        user.post("/auth/two-factor/confirm", Map.of("code", code(secret, Instant.now())));
        assertThat(user.get(base).status()).isEqualTo(200);
        anonymous.as(other.text("access_token")).get(base).assertProblem(403, "second-factor-required", null);
    }

    @Test
    void theSecretIsStoredEncryptedForItsRow() throws Exception {
        ApiClient user = anonymous.user("stored@example.org");
        String secret = user.post("/auth/two-factor/enable", Map.of("password", PASSWORD))
                .text("secret");
        try (var connection = java.sql.DriverManager.getConnection(
                        api.database().url(),
                        api.database().user(),
                        api.database().password());
                var row = connection
                        .createStatement()
                        .executeQuery("select id, two_factor_secret from users where email = 'stored@example.org'")) {
            row.next();
            assertThat(row.getString(2)).doesNotContain(secret);
            assertThat(api.bean(ColumnEncryption.class)
                            .decrypt(
                                    row.getString(2),
                                    "users.two_factor_secret",
                                    row.getObject(1, java.util.UUID.class)))
                    .isEqualTo(secret);
        }
    }

    private ApiClient.Reply login(String email, String code) {
        Map<String, String> body = new HashMap<>(Map.of("email", email, "password", PASSWORD));
        if (code != null) {
            body.put("two_factor_code", code);
        }
        return anonymous.post("/auth/login", body);
    }

    private static String code(String secret, Instant time) {
        try {
            return new TimeBasedOneTimePasswordGenerator()
                    .generateOneTimePasswordString(new SecretKeySpec(Base32.decode(secret), "HmacSHA1"), time);
        } catch (InvalidKeyException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
