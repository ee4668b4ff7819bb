package io.arketic.rag.idempotency;

import io.arketic.rag.caller.Caller;
import java.util.Map;
import java.util.UUID;

/** What a feature asks, beyond the role, of a caller to whom an earlier answer of its is about to be given again. */
public interface ReplayGuard {

    /**
     * Of other features' places it says nothing.
     *
     * @param places of the request's address, by their names
     * @throws io.arketic.rag.problem.ProblemException when the caller would not get there now
     */
    void require(Caller caller, Map<String, UUID> places);
}
