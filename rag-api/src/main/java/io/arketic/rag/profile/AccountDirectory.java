package io.arketic.rag.profile;

import io.arketic.rag.account.Accounts;
import io.arketic.rag.account.User;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.caller.SystemRole;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.EntityTag;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.tenancy.TenantContext;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.RequiredMode;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads and changes accounts: by their users, and by administrators, to whom the database shows all. */
@Component
class AccountDirectory {

    /** Holds a user's names. */
    record Names(
            @Schema(example = "ada")
            @Nullable
            @Pattern(
                    regexp = "[A-Za-z0-9][A-Za-z0-9._-]{1,49}",
                    message = "must be 2 to 50 letters, digits, dots, dashes or underscores")
            String username,

            @Schema(example = "Ada", requiredMode = RequiredMode.NOT_REQUIRED) @NotBlank @Size(max = 100)
            String firstName,

            @Schema(example = "Lovelace", requiredMode = RequiredMode.NOT_REQUIRED) @NotBlank @Size(max = 100)
            String lastName) {}

    private static final String LOCK = " FOR UPDATE";

    private final Transactions transactions;

    AccountDirectory(Transactions transactions) {
        this.transactions = transactions;
    }

    /** Returns the accounts of a status, or all if it is null; the newest first. */
    List<User> list(Caller caller, @Nullable String status, @Nullable String email, Cursor cursor, int limit) {
        return transactions.run(
                TenantContext.ofUser(caller.userId()),
                sql -> sql.sql("SELECT " + Accounts.COLUMNS + " " + """
                        FROM users
                        WHERE id < :after AND coalesce(status = CAST(:status AS user_status), true)
                          AND coalesce(email = :email, true)
                        ORDER BY id DESC LIMIT :limit""")
                        .param("after", cursor.after())
                        .param("status", status)
                        .param("email", email)
                        .param("limit", limit)
                        .query(Accounts::user)
                        .list());
    }

    User require(Caller caller, UUID id) {
        return transactions.run(TenantContext.ofUser(caller.userId()), sql -> require(sql, id, ""));
    }

    User changeNames(Caller caller, @Nullable String ifMatch, UnaryOperator<Names> change) {
        try {
            return transactions.run(TenantContext.ofUser(caller.userId()), sql -> {
                User current = require(sql, caller.userId(), LOCK);
                EntityTag.required(ifMatch).mustMatch(current.updatedAt());
                Names names = change.apply(new Names(current.username(), current.firstName(), current.lastName()));
                sql.sql("UPDATE users SET username = :username, first_name = :first, last_name = :last WHERE id = :id")
                        .param("username", names.username())
                        .param("first", names.firstName().strip())
                        .param("last", names.lastName().strip())
                        .param("id", caller.userId())
                        .update();
                return require(sql, caller.userId(), LOCK);
            });
        } catch (DuplicateKeyException taken) {
            throw ProblemException.ofField(ProblemReason.CONFLICT, "username", "is in use by another account");
        }
    }

    /**
     * Changes an account, and ends its sessions if it is no longer active, so that they stay ended when it is active
     * again.
     */
    User administer(
            Caller caller, UUID id, @Nullable String ifMatch, @Nullable String status, @Nullable SystemRole role) {
        if (id.equals(caller.userId())) {
            throw new ProblemException(
                    ProblemReason.CONFLICT,
                    "You cannot change your own role or status: the last one would be locked out.");
        }
        return transactions.run(TenantContext.ofUser(caller.userId()), sql -> {
            EntityTag.required(ifMatch).mustMatch(require(sql, id, LOCK).updatedAt());
            sql.sql("""
                            UPDATE users SET
                                status = coalesce(CAST(:status AS user_status), status),
                                role = coalesce(CAST(:role AS user_role), role),
                                failed_login_attempts = 0, locked_until = NULL,
                                sessions_revoked_at =
                                    CASE WHEN coalesce(:status, 'active') = 'active' THEN sessions_revoked_at ELSE now() END
                            WHERE id = :id""")
                    .param("status", status)
                    .param("role", role == null ? null : role.label())
                    .param("id", id)
                    .update();
            return require(sql, id, LOCK);
        });
    }

    private static User require(JdbcClient sql, UUID id, String lock) {
        return sql.sql("SELECT " + Accounts.COLUMNS + " FROM users WHERE id = :id" + lock)
                .param("id", id)
                .query(Accounts::user)
                .optional()
                .orElseThrow(() -> ProblemException.notFound("account"));
    }
}
