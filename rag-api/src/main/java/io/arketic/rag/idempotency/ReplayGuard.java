package io.arketic.rag.idempotency;

import io.arketic.rag.caller.Caller;
import java.util.Map;
import java.util.UUID;

/** Checks a feature's conditions beyond the role, before an earlier answer is given to a caller again. */
public interface ReplayGuard {

    /**
     * Refuses a caller; it ignores places of other features.
     *
     * @param places of the request's address, by their names
     * @throws io.arketic.rag.problem.ProblemException when the caller would not get there now
     */
    void require(Caller caller, Map<String, UUID> places);
}
