package io.arketic.rag.signin;

import io.arketic.rag.deployment.Identifiers;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.encryption.ColumnEncryption;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Accesses the table {@code identity_providers}: one provider for each organization. The client secret is never read back. */
@Component
class IdentityProviders {

    private static final String COLUMNS = """
            id, name, issuer, client_id, confidential, addresses_verified, second_factor_values, password_sign_in,
            role_claim, role_mappings, default_role, group_claim, group_mappings, created_at, updated_at""";

    private static final TypeReference<List<ClaimRules.RoleMapping>> ROLES = new TypeReference<>() {};
    private static final TypeReference<List<ClaimRules.GroupMapping>> GROUPS = new TypeReference<>() {};

    private final Transactions transactions;
    private final Identifiers identifiers;
    private final ColumnEncryption encryption;
    private final JsonMapper json;

    IdentityProviders(
            Transactions transactions, Identifiers identifiers, ColumnEncryption encryption, JsonMapper json) {
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.encryption = encryption;
        this.json = json;
    }

    Optional<IdentityProvider> find(Membership membership) {
        return transactions.run(membership.context(), sql -> find(sql, membership));
    }

    /** Replaces the configuration; a null secret keeps the earlier one. Another issuer or client ends the sessions. */
    IdentityProvider put(Membership membership, IdentityProviderController.Configuration wanted) {
        return transactions.run(membership.context(), sql -> {
            lock(sql, membership);
            if (!wanted.allowsPassword() && !Domains.anyVerified(sql)) {
                throw needsDomain();
            }
            requireGroups(sql, wanted.groups());
            Optional<IdentityProvider> present = find(sql, membership);
            requireSecretForIssuer(present.orElse(null), wanted);
            UUID id = present.map(IdentityProvider::id).orElseGet(identifiers::next);
            if (present.isEmpty()) {
                sql.sql("""
                                INSERT INTO identity_providers (id, organization_id, name, issuer, client_id)
                                VALUES (:id, :organization, :name, :issuer, :client)""")
                        .param("id", id)
                        .param("organization", membership.organizationId())
                        .param("name", wanted.name().strip())
                        .param("issuer", wanted.issuer())
                        .param("client", wanted.clientId())
                        .update();
            }
            update(sql, id, wanted);
            String secret = wanted.clientSecret();
            if (secret != null) {
                sql.sql("UPDATE identity_providers SET encrypted_key = :encrypted WHERE id = :id")
                        .param(
                                "encrypted",
                                secret.isEmpty() ? null : encryption.encrypt(secret, Providers.SECRET_COLUMN, id))
                        .param("id", id)
                        .update();
            }
            return find(sql, membership).orElseThrow();
        });
    }

    void delete(Membership membership) {
        int deleted = transactions.run(
                membership.context(),
                sql -> sql.sql("DELETE FROM identity_providers WHERE organization_id = :organization")
                        .param("organization", membership.organizationId())
                        .update());
        if (deleted == 0) {
            throw ProblemException.notFound("identity provider");
        }
    }

    /** Removes the link of a member's account, so that another user of the provider with this address may be linked. */
    void unlink(Membership membership, UUID member) {
        boolean unlinked = transactions.run(
                membership.context(),
                sql -> sql.sql("SELECT unlink_identity(:member)")
                        .param("member", member)
                        .query(Boolean.class)
                        .single());
        if (!unlinked) {
            throw ProblemException.notFound("linked account");
        }
    }

    private void update(JdbcClient sql, UUID id, IdentityProviderController.Configuration wanted) {
        sql.sql("""
                        UPDATE identity_providers
                        SET name = :name, issuer = :issuer, client_id = :client, addresses_verified = :verified,
                            second_factor_values = CAST(:factors AS text[]), password_sign_in = :password,
                            role_claim = :role_claim, role_mappings = CAST(:roles AS jsonb),
                            default_role = CAST(:default_role AS organization_role), group_claim = :group_claim,
                            group_mappings = CAST(:groups AS jsonb)
                        WHERE id = :id""")
                .param("id", id)
                .param("name", wanted.name().strip())
                .param("issuer", wanted.issuer())
                .param("client", wanted.clientId())
                .param("verified", wanted.verifiesAddresses())
                .param("factors", wanted.factors().toArray(String[]::new))
                .param("password", wanted.allowsPassword())
                .param("role_claim", wanted.roleClaim())
                .param("roles", json.writeValueAsString(wanted.roles()))
                .param("default_role", wanted.defaultRole())
                .param("group_claim", wanted.groupClaim())
                .param("groups", json.writeValueAsString(wanted.groups()))
                .update();
    }

    /** Refuses another issuer without a new secret, which would show the present secret to that issuer. */
    private static void requireSecretForIssuer(
            @Nullable IdentityProvider present, IdentityProviderController.Configuration wanted) {
        if (present != null
                && present.confidential()
                && !present.issuer().equals(wanted.issuer())
                && wanted.clientSecret() == null) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT, "client_secret", "is required for another issuer");
        }
    }

    /** Says why passwords stay: without a verified domain the provider opens no account. */
    static ProblemException needsDomain() {
        return ProblemException.ofField(
                ProblemReason.INVALID_INPUT, "password_sign_in", "can be false only with a verified domain");
    }

    private static void requireGroups(JdbcClient sql, List<ClaimRules.GroupMapping> mappings) {
        Set<UUID> groups =
                mappings.stream().map(ClaimRules.GroupMapping::groupId).collect(Collectors.toSet());
        long found = sql.sql("SELECT count(*) FROM member_groups WHERE id = ANY (CAST(:groups AS uuid[]))")
                .param("groups", groups.stream().map(UUID::toString).toArray(String[]::new))
                .query(Long.class)
                .single();
        if (found != groups.size()) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT, "group_mappings", "must name groups of the organization");
        }
    }

    private static void lock(JdbcClient sql, Membership membership) {
        sql.sql("SELECT id FROM organizations WHERE id = :organization FOR UPDATE")
                .param("organization", membership.organizationId())
                .query(UUID.class)
                .single();
    }

    private Optional<IdentityProvider> find(JdbcClient sql, Membership membership) {
        return sql.sql("SELECT " + COLUMNS + " FROM identity_providers WHERE organization_id = :organization")
                .param("organization", membership.organizationId())
                .query(this::identityProvider)
                .optional();
    }

    private IdentityProvider identityProvider(ResultSet row, int number) throws SQLException {
        return new IdentityProvider(
                row.getObject("id", UUID.class),
                row.getString("name"),
                row.getString("issuer"),
                row.getString("client_id"),
                row.getBoolean("confidential"),
                row.getBoolean("addresses_verified"),
                List.of((String[]) row.getArray("second_factor_values").getArray()),
                row.getBoolean("password_sign_in"),
                row.getString("role_claim"),
                json.readValue(row.getString("role_mappings"), ROLES),
                row.getString("default_role"),
                row.getString("group_claim"),
                json.readValue(row.getString("group_mappings"), GROUPS),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }
}
