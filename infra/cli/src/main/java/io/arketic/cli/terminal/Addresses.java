package io.arketic.cli.terminal;

import io.arketic.services.StackSettings;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Returns the stack's addresses for a browser. */
public final class Addresses {

    private Addresses() {}

    public static List<String> of(StackSettings settings) {
        List<String> addresses = new ArrayList<>(List.of(
                "Console             " + settings.api(),
                "API documentation   " + settings.api() + "/docs",
                "OpenAPI document    " + settings.api() + "/openapi",
                "Flink, its jobs     " + settings.flink(),
                "Health and metrics  " + settings.management() + "/actuator/health",
                "S3 store            " + settings.productEnvironment().get("ARKETIC_STORE_ENDPOINT")));
        List<URI> apis = settings.apis();
        if (apis.size() > 1) {
            addresses.add(
                    "All API processes   " + apis.stream().map(URI::toString).collect(Collectors.joining("  ")));
            if (settings.environment().getOrDefault("ARKETIC_REDIS_URL", "").isBlank()) {
                addresses.add(
                        "Each of them counts searches and chats by itself: ARKETIC_LIMIT_SEARCH, ARKETIC_LIMIT_CHAT.");
            }
        }
        return addresses;
    }
}
