package io.arketic.rag.caller;

import io.arketic.rag.deployment.Transactions;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Checks whether a caller's credential is still valid, for work that outlives a request. */
@Component
public class OpenCredentials {

    private final Transactions transactions;

    OpenCredentials(Transactions transactions) {
        this.transactions = transactions;
    }

    /**
     * Returns the callers whose session, API key or personal token has ended. It is one statement for any number, and does not count as
     * use.
     */
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

    /** Returns the id by which {@link #ended} names a caller. */
    public static UUID id(Caller caller) {
        return caller.identity().credential().id();
    }
}
