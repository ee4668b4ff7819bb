package io.arketic.rag.signin;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.permission.Role;
import io.arketic.schema.encryption.ColumnEncryption;
import io.arketic.schema.tenancy.TenantContext;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Finds the providers of the deployment and of organizations. */
@Component
class Providers {

    static final String SECRET_COLUMN = "identity_providers.encrypted_key";

    /** Names a provider on a sign-in page. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Offer(String id, String name) {}

    private static final TypeReference<List<ClaimRules.RoleMapping>> ROLES = new TypeReference<>() {};
    private static final TypeReference<List<ClaimRules.GroupMapping>> GROUPS = new TypeReference<>() {};

    private final SignInProperties settings;
    private final Transactions transactions;
    private final ColumnEncryption encryption;
    private final JsonMapper json;

    Providers(SignInProperties settings, Transactions transactions, ColumnEncryption encryption, JsonMapper json) {
        this.settings = settings;
        this.transactions = transactions;
        this.encryption = encryption;
        this.json = json;
    }

    /** Returns those of the deployment, and that of the domain's organization. */
    List<Offer> offers(@Nullable String domain) {
        List<Offer> offers = new ArrayList<>();
        if (domain != null) {
            transactions
                    .run(
                            TenantContext.NONE,
                            sql -> sql.sql("SELECT id, name FROM sign_in_provider_of_domain(:domain)")
                                    .param("domain", domain)
                                    .query((row, number) -> new Offer(row.getString("id"), row.getString("name")))
                                    .optional())
                    .ifPresent(offers::add);
        }
        settings.providers().forEach(client -> offers.add(new Offer(client.id(), name(client))));
        return offers;
    }

    /** Finds a provider by its id; that of an organization without a verified domain vouches for no address, and is not found. */
    Optional<Provider> find(String id) {
        return settings.providers().stream()
                .filter(client -> client.id().equals(id))
                .findFirst()
                .map(Providers::provider)
                .or(() -> uuid(id).flatMap(this::ofOrganization));
    }

    private Optional<Provider> ofOrganization(UUID id) {
        return transactions
                .run(
                        TenantContext.NONE,
                        sql -> sql.sql("SELECT * FROM sign_in_provider(:id)")
                                .param("id", id)
                                .query(this::provider)
                                .optional())
                .flatMap(found -> found);
    }

    private Optional<Provider> provider(ResultSet row, int number) throws SQLException {
        UUID id = row.getObject("id", UUID.class);
        Set<String> domains = texts(row, "domains");
        String encrypted = row.getString("encrypted_key");
        String role = row.getString("default_role");
        return domains.isEmpty()
                ? Optional.empty()
                : Optional.of(new Provider(
                        id.toString(),
                        row.getObject("organization_id", UUID.class),
                        row.getString("name"),
                        row.getString("issuer"),
                        row.getString("client_id"),
                        encrypted == null ? null : encryption.decrypt(encrypted, SECRET_COLUMN, id),
                        domains,
                        row.getBoolean("addresses_verified"),
                        true,
                        texts(row, "second_factor_values"),
                        new ClaimRules(
                                row.getString("role_claim"),
                                json.readValue(row.getString("role_mappings"), ROLES),
                                role == null ? null : Role.of(role),
                                row.getString("group_claim"),
                                json.readValue(row.getString("group_mappings"), GROUPS)),
                        row.getString("updated_at")));
    }

    private static Provider provider(SignInProperties.Client client) {
        return new Provider(
                client.id(),
                null,
                name(client),
                client.issuer(),
                client.clientId(),
                client.clientSecret().isEmpty() ? null : client.clientSecret(),
                Set.copyOf(client.domains()),
                false,
                client.createAccounts(),
                Set.of(),
                null,
                "");
    }

    private static String name(SignInProperties.Client client) {
        return client.name().isBlank() ? client.id() : client.name();
    }

    private static Optional<UUID> uuid(String text) {
        try {
            return Optional.of(UUID.fromString(text)).filter(id -> id.toString().equals(text));
        } catch (IllegalArgumentException other) {
            return Optional.empty();
        }
    }

    private static Set<String> texts(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        return new HashSet<>(Arrays.asList((String[]) array.getArray()));
    }
}
