package io.arketic.rag.caller;

import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.permission.Role;
import io.arketic.schema.tenancy.TenantContext;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Opens the organization of a SCIM token. */
@Component
class DirectoryTokens {

    private static final String BEARER = "Bearer ";

    private final Transactions transactions;

    DirectoryTokens(Transactions transactions) {
        this.transactions = transactions;
    }

    /** @param authorization the header of this name */
    Optional<Directory> enter(@Nullable String authorization) {
        if (authorization == null
                || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                || !authorization.startsWith(SecretToken.SCIM, BEARER.length())) {
            return Optional.empty();
        }
        SecretToken token = new SecretToken(authorization.substring(BEARER.length()));
        return transactions.run(
                TenantContext.NONE,
                sql -> sql.sql("SELECT id, organization_id, default_role FROM enter_scim(:hash)")
                        .param("hash", token.hash())
                        .query((row, number) -> new Directory(
                                row.getObject("id", UUID.class),
                                row.getObject("organization_id", UUID.class),
                                Role.of(row.getString("default_role"))))
                        .optional());
    }
}
