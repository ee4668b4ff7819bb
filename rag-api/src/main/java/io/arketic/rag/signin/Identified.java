package io.arketic.rag.signin;

import io.arketic.rag.caller.Sessions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds what a provider says of a user.
 *
 * @param email normalised; null if the token has none that counts as verified
 */
record Identified(
        Sessions.Origin origin, @Nullable String email, String firstName, String lastName, Map<String, Object> claims) {

    /** Shows no claims. */
    @Override
    public String toString() {
        return "Identified[…]";
    }
}
