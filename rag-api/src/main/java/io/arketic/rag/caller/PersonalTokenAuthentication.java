package io.arketic.rag.caller;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.permission.Scope;
import io.arketic.schema.tenancy.TenantContext;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Turns a personal token into the {@link Identity} of its user, if that account is active. */
@Component
class PersonalTokenAuthentication {

    private static final String COLUMNS =
            "SELECT id, user_id, role, scopes, second_factor, provider, provider_factor, created_at FROM ";

    private final Transactions transactions;

    PersonalTokenAuthentication(Transactions transactions) {
        this.transactions = transactions;
    }

    /** Records the use of a token; empty if it is unknown, expired or revoked. */
    Optional<Identity> enter(String hash) {
        return transactions.run(
                TenantContext.NONE,
                sql -> sql.sql(COLUMNS + "enter_personal_token(:hash)")
                        .param("hash", hash)
                        .query(PersonalTokenAuthentication::identity)
                        .optional());
    }

    /** Returns the identity of an earlier token; empty if it is no longer valid. */
    Optional<Identity> resume(UUID id, UUID userId) {
        return transactions.run(
                TenantContext.ofUser(userId),
                sql -> sql.sql(COLUMNS + "resume_personal_token(:id)")
                        .param("id", id)
                        .query(PersonalTokenAuthentication::identity)
                        .optional());
    }

    private static Identity identity(ResultSet row, int number) throws SQLException {
        Identity.Credential.Session made = new Identity.Credential.Session(
                row.getObject("id", UUID.class),
                row.getBoolean("second_factor"),
                row.getString("provider"),
                row.getBoolean("provider_factor"));
        return Sessions.identity(
                row.getObject("user_id", UUID.class),
                SystemRole.of(row.getString("role")),
                made,
                new Identity.Credential.PersonalToken(
                        made,
                        Arrays.stream((String[]) row.getArray("scopes").getArray())
                                .map(label -> Scope.valueOf(label.toUpperCase(Locale.ROOT)))
                                .collect(Collectors.toSet()),
                        row.getObject("created_at", OffsetDateTime.class).toInstant()));
    }
}
