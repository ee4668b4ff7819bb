package io.arketic.rag.account;

import io.arketic.rag.caller.SecretToken;
import io.arketic.rag.caller.SystemRole;
import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.schema.tenancy.TenantContext;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Accesses the table {@code user_identities}: which user of an OpenID Connect provider an account belongs to. */
@Component
public class ProviderAccounts {

    /**
     * Names a user of a provider.
     *
     * @param provider the name of one of the deployment's, or the id of an organization's
     */
    public record Link(String provider, String issuer, String subject) {}

    /**
     * Describes an account.
     *
     * @param linked whether the account belongs to this user of the provider
     * @param occupied whether the account belongs to another user of the provider
     * @param verified whether the owner of the account has confirmed its address
     * @param usable whether the account is not suspended
     * @param secondFactor whether the account has a second factor of its own
     * @param role in the platform
     * @param member whether the provider's organization has the account as an active member
     */
    public record Found(
            UUID userId,
            String email,
            boolean linked,
            boolean occupied,
            boolean verified,
            boolean usable,
            boolean secondFactor,
            SystemRole role,
            boolean member) {}

    /** Holds what a new account is made of. */
    public record Person(String email, String firstName, String lastName) {}

    private final Transactions transactions;
    private final Identifiers identifiers;
    private final Passwords passwords;

    ProviderAccounts(Transactions transactions, Identifiers identifiers, Passwords passwords) {
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.passwords = passwords;
    }

    /**
     * Finds the account that is linked, otherwise the one with this address. Names never count.
     *
     * @param email normalised; null finds only a linked account
     */
    public Optional<Found> find(Link link, @Nullable String email) {
        return transactions.run(
                TenantContext.NONE,
                sql -> sql.sql("SELECT * FROM sign_in_account(:provider, :issuer, :subject, :email)")
                        .param("provider", link.provider())
                        .param("issuer", link.issuer())
                        .param("subject", link.subject())
                        .param("email", email)
                        .query((row, number) -> new Found(
                                row.getObject("user_id", UUID.class),
                                row.getString("email"),
                                row.getBoolean("linked"),
                                row.getBoolean("occupied"),
                                row.getBoolean("verified"),
                                row.getBoolean("usable"),
                                row.getBoolean("second_factor"),
                                SystemRole.of(row.getString("role")),
                                row.getBoolean("member")))
                        .optional());
    }

    /** Returns the hash of a password that no user knows. It takes as long as that of a known one. */
    public String unknownPassword() {
        return passwords.unknown(SecretToken.random().text());
    }

    public UUID newId() {
        return identifiers.next();
    }

    /** Adds an account, in a transaction of its id; fails if the address is in use. */
    public void add(JdbcClient sql, UUID id, Person person, String passwordHash) {
        sql.sql("""
                        INSERT INTO users (
                            id, email, password_hash, first_name, last_name, role, status, is_verified, email_verified_at)
                        VALUES (:id, :email, :hash, :first, :last, 'user', 'active', true, now())""")
                .param("id", id)
                .param("email", person.email())
                .param("hash", passwordHash)
                .param("first", person.firstName())
                .param("last", person.lastName())
                .update();
    }

    /**
     * Takes an account whose address was never confirmed from the user that registered it: password, sessions, tokens and
     * keys end. Otherwise a stranger could register an address first, and would share the account of its owner.
     *
     * @throws OptimisticLockingFailureException where the address is confirmed meanwhile, or the account has a second factor
     *     or a role in the platform
     */
    public void claim(JdbcClient sql, UUID userId, String passwordHash) {
        boolean claimed = sql.sql("SELECT claim_unverified_account(:hash)")
                .param("hash", passwordHash)
                .query(Boolean.class)
                .single();
        if (!claimed) {
            throw new OptimisticLockingFailureException("The account " + userId + " is no longer unconfirmed");
        }
        sql.sql("DELETE FROM two_factor_recovery_codes WHERE user_id = :user")
                .param("user", userId)
                .update();
        sql.sql("DELETE FROM provider_keys WHERE user_id = :user")
                .param("user", userId)
                .update();
    }

    /**
     * Links the account of the transaction's user, or notes the use of the link. A link to an earlier issuer of the
     * provider is replaced.
     *
     * @throws OptimisticLockingFailureException where another user of the provider is linked to the account meanwhile
     */
    public void link(JdbcClient sql, UUID userId, Link link) {
        sql.sql("DELETE FROM user_identities WHERE user_id = :user AND provider = :provider AND issuer <> :issuer")
                .param("user", userId)
                .param("provider", link.provider())
                .param("issuer", link.issuer())
                .update();
        int linked = sql.sql("""
                        INSERT INTO user_identities AS i (id, user_id, provider, issuer, subject)
                        VALUES (:id, :user, :provider, :issuer, :subject)
                        ON CONFLICT (user_id, provider) DO UPDATE SET last_used_at = now()
                        WHERE i.issuer = excluded.issuer AND i.subject = excluded.subject""")
                .param("id", identifiers.next())
                .param("user", userId)
                .param("provider", link.provider())
                .param("issuer", link.issuer())
                .param("subject", link.subject())
                .update();
        if (linked != 1) {
            throw new OptimisticLockingFailureException("The account " + userId + " is linked to another user");
        }
    }
}
