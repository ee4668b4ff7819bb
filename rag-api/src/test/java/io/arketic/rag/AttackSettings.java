package io.arketic.rag;

import java.util.Map;

/** Sets the limits for the attack: thousands of requests of one user from one address must not reach them. */
final class AttackSettings {

    static final Map<String, Object> SETTINGS =
            Map.of("arketic.database.pool-size", 8, "arketic.limit.search", 0, "arketic.limit.chat", 0);

    private AttackSettings() {}
}
