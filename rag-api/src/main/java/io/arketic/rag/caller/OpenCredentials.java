package io.arketic.rag.caller;

import io.arketic.rag.caller.Identity.Credential;
import io.arketic.rag.deployment.Transactions;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Whether what a caller came in by still opens anything, for what goes on longer than a request. */
@Component
public class OpenCredentials {

    private final Transactions transactions;

    OpenCredentials(Transactions transactions) {
        this.transactions = transactions;
    }

    /** Those whose session or API key has ended. One statement however many are asked about; it counts as no use. */
    public Set<UUID> ended(Collection<Caller> callers) {
        String ids = callers.stream()
                .map(OpenCredentials::id)
                .distinct()
                .map(UUID::toString)
                .collect(Collectors.joining(","));
        if (ids.isEmpty()) {
            return Set.of();
        }
        return transactions.single(sql ->
                new HashSet<>(sql.sql("SELECT * FROM ended_credentials(CAST(string_to_array(:ids, ',') AS uuid[]))")
                        .param("ids", ids)
                        .query(UUID.class)
                        .list()));
    }

    /** By which {@link #ended} names a caller. */
    public static UUID id(Caller caller) {
        Credential credential = caller.identity().credential();
        return credential instanceof Credential.Session session ? session.id() : ((Credential.ApiKey) credential).id();
    }
}
